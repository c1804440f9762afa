#pragma once

#include "tests/support/testworld.h"

#include <QSettings>

namespace sharedserver::test {

/// A test's own world, with settings of its own, too: QSettings looks only once in a process's life
/// where they are.
class AppWorld : public TestWorld
{
public:
    AppWorld()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope,
                           path(QStringLiteral("config")));
    }
};

} // namespace sharedserver::test
