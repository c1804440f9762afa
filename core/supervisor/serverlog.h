#pragma once

#include "core/lockfile/serverinfo.h"
#include "core/log/logkeeper.h"
#include "core/process/filedescriptor.h"
#include "core/supervisor/launchspec.h"

#include <QByteArray>
#include <QString>

namespace sharedserver {

/// A log file as a server is about to write to it.
struct OpenLog
{
    FileDescriptor file; ///< for appending
    QByteArray path;
    qint64 startPlace = 0; ///< where this server's own output begins, as LogChain counts
};

/// The default log of a server: `$XDG_STATE_HOME/sharedserver/logs/<name>.log` of the caller's
/// world (default `~/.local/state`, XDG Base Directory specification).
QByteArray defaultLogPath(const QString &name, const LaunchSpec &spec);

/// Whether it is one of those, in whoever's world.
bool isDefaultLog(const QString &name, const QByteArray &path);
/// How the log of a server is to be looked after that was started with `spec`.
KeptLog keptLog(const QString &name, const QByteArray &path, const LaunchSpec &spec);

/// Where a server writes to, or did when it ran last; `otherwise` where that is not known.
QByteArray logPath(const ServerInfo &info, const QByteArray &otherwise);

/// Opens the log that `spec` asks for, mode 0600, and makes the default one's folder. An old
/// default log that is over its bound is put aside first. Kind::Unsafe where the default log or its
/// folder is another user's, who could read what the server prints; a folder of ours that others
/// can write to is closed to them.
Result<OpenLog> openLog(const QString &name, const LaunchSpec &spec);

} // namespace sharedserver
