#pragma once

#include <QByteArrayList>
#include <QString>

namespace sharedserver {

/// A command line as a user types it: words where it has nothing but words, else one argument that
/// the shell understands.
QByteArrayList commandFromText(const QString &text);

} // namespace sharedserver
