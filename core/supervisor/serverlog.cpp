#include "core/supervisor/serverlog.h"

#include "core/base/bytes.h"
#include "core/supervisor/logchain.h"
#include "core/supervisor/logcut.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>

namespace sharedserver {

namespace {

QByteArray homeOf(const LaunchSpec &spec)
{
    const QByteArray home = spec.environmentValue("HOME");
    return home.startsWith('/') ? home : QFile::encodeName(QDir::homePath());
}

} // namespace

QByteArray defaultLogPath(const QString &name, const LaunchSpec &spec)
{
    QByteArray state = spec.environmentValue("XDG_STATE_HOME");
    if (!state.startsWith('/'))
        state = homeOf(spec) + "/.local/state";
    return state + "/sharedserver/logs/" + name.toLatin1() + ".log";
}

bool isDefaultLog(const QString &name, const QByteArray &path)
{
    return path.endsWith("/sharedserver/logs/" + name.toLatin1() + ".log");
}

KeptLog keptLog(const QString &name, const QByteArray &path, const LaunchSpec &spec)
{
    const bool isDefault = isDefaultLog(name, path);
    return {path, (isDefault ? path : defaultLogPath(name, spec)) + ".times", isDefault};
}

QByteArray logPath(const ServerInfo &info, const QByteArray &otherwise)
{
    if (info.record && !info.record->logFile.isEmpty())
        return info.record->logFile;
    return info.lastLog.isEmpty() ? otherwise : info.lastLog;
}

Result<OpenLog> openLog(const QString &name, const LaunchSpec &spec)
{
    OpenLog log;
    log.path = spec.logFile.isEmpty() ? defaultLogPath(name, spec) : spec.logFile;
    const bool isDefault = isDefaultLog(name, log.path);
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    if (isDefault) {
        const QString folder = displayText(log.path.left(log.path.lastIndexOf('/')));
        if (!QDir().mkpath(folder)) {
            return systemFailure(QStringLiteral("Cannot make the log folder '%1'").arg(folder),
                                 errno);
        }
        boundLog(log.path, LogKeeper::kMaxBytes);
        flags |= O_NOFOLLOW;
    }
    // O_NONBLOCK only for the opening: a named pipe nobody reads must not hold up the watcher.
    log.file.reset(::open(log.path.constData(), flags | O_NONBLOCK, 0600));
    if (!log.file.isOpen()) {
        return systemFailure(
            QStringLiteral("Cannot open the log file '%1' for writing").arg(displayText(log.path)),
            errno);
    }
    fcntl(log.file.get(), F_SETFL, flags & O_APPEND);
    if (const auto chain = LogChain::open(log.path))
        log.startPlace = chain->end();
    return log;
}

} // namespace sharedserver
