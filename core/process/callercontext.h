#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

namespace sharedserver {

/// Of this process; empty where it was removed, or lies outside of our root directory.
QByteArray currentDirectory();

/// The world of whoever called us, which a server that we ask for is to see: all bytes.
struct CallerContext
{
    QByteArrayList environment; ///< every entry, as it stands in environ(7)
    QByteArray workingDirectory; ///< empty where it was removed
    int umask = 022;

    static CallerContext current();

    /// A path as the caller means it: absolute. An error where it is relative to nothing.
    Result<QByteArray> absolutePath(const QByteArray &path) const;
};

} // namespace sharedserver
