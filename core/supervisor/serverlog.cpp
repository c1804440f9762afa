#include "core/supervisor/serverlog.h"

#include "core/base/bytes.h"
#include "core/log/logchain.h"
#include "core/log/logcut.h"
#include "core/process/filestatus.h"

#include <QDir>
#include <QFile>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

QByteArray homeOf(const LaunchSpec &spec)
{
    const QByteArray home = spec.environmentValue("HOME");
    return home.startsWith('/') ? home : QFile::encodeName(QDir::homePath());
}

/// Gives it this mode where others can get at it.
Result<void> closeToOthers(int file, const FileStatus &status, mode_t mode, const QByteArray &path)
{
    if (status.isOthersToUse() && fchmod(file, mode) != 0) {
        return systemFailure(QStringLiteral("Cannot close '%1' to others").arg(displayText(path)),
                             errno);
    }
    return {};
}

/// Kind::Unsafe where somebody else could put a file of his in place of a log. A folder of ours
/// that others can get into is closed to them.
Result<void> checkFolder(const QByteArray &folder)
{
    const QString name = displayText(folder);
    const FileDescriptor opened(::open(folder.constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto status = FileStatus::of(opened.get());
    if (!status)
        return systemFailure(QStringLiteral("Cannot open the log folder '%1'").arg(name), errno);
    if (!status->isOurs()) {
        return failure(Error::Kind::Unsafe,
                       QStringLiteral("The log folder '%1' belongs to another user. Set "
                                      "XDG_STATE_HOME to a folder of your own, or name a log with "
                                      "--log-file.")
                           .arg(name));
    }
    return closeToOthers(opened.get(), *status, S_IRWXU, folder);
}

/// The folder of the default logs, made where it is missing.
Result<void> prepareFolder(const QByteArray &folder)
{
    const QString name = displayText(folder);
    if (!QDir().mkpath(QFile::decodeName(folder))) {
        return failure(Error::Kind::Io,
                       QStringLiteral("Cannot make the log folder '%1'. See who may write to the "
                                      "one above it, or name another with --log-file.")
                           .arg(name));
    }
    // Whoever can write to the one above can exchange it.
    const auto above = checkFolder(folder.left(folder.lastIndexOf('/')));
    return above ? checkFolder(folder) : above;
}

/// Kind::Unsafe where it is no regular file of ours. One that others can read is closed to them.
Result<void> checkDefaultLog(const OpenLog &log)
{
    const auto status = FileStatus::of(log.file.get());
    if (!status || !status->isRegular() || !status->isOurs()) {
        return failure(Error::Kind::Unsafe,
                       QStringLiteral("'%1' is no regular file of yours. Remove it.")
                           .arg(displayText(log.path)));
    }
    return closeToOthers(log.file.get(), *status, S_IRUSR | S_IWUSR, log.path);
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
        const auto prepared = prepareFolder(log.path.left(log.path.lastIndexOf('/')));
        if (!prepared)
            return Failure(prepared.error());
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
    if (isDefault) {
        const auto checked = checkDefaultLog(log);
        if (!checked)
            return Failure(checked.error());
    }
    fcntl(log.file.get(), F_SETFL, flags & O_APPEND);
    if (const auto chain = LogChain::open(log.path))
        log.startPlace = chain->end();
    return log;
}

} // namespace sharedserver
