#pragma once

#include "core/base/error.h"

#include <QByteArrayList>

#include <vector>

namespace sharedserver {

/// A program that is to outlive its starter.
struct DetachedCommand
{
    QByteArrayList argv; ///< the first is the program's path
    QByteArrayList environment; ///< "K=V", complete
    std::vector<int> inherited; ///< descriptors that it gets, under the same numbers
};

/// Runs a program in a session of its own, as nobody's child, in `/`, with standard streams from
/// and to /dev/null, and with no descriptor of ours but those named. Kind::Io where it cannot be
/// executed. (QProcess::startDetached() can pass no descriptors before Qt 6.5.)
Result<void> startDetached(const DetachedCommand &command);

} // namespace sharedserver
