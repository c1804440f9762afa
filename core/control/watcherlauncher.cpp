#include "core/control/watcherlauncher.h"

#include "core/control/controlsocket.h"
#include "core/lockfile/filelock.h"
#include "core/lockfile/watcherlock.h"
#include "core/process/platform.h"

#include <QProcess>
#include <QProcessEnvironment>

#include <array>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

/// What a watcher needs of its first caller's environment. The rest is that caller's own business,
/// and servers get theirs with each request.
bool watcherNeeds(const QString &variable)
{
    static constexpr std::array names = {"HOME", "USER", "LOGNAME", "PATH", "LANG", "TMPDIR"};
    static constexpr std::array prefixes = {"LC_",  "XDG_", "SHAREDSERVER_", "LD_",  "DYLD_",
                                            "QT_",  "ASAN_", "UBSAN_", "LSAN_", "TSAN_"};
    for (const char *name : names) {
        if (variable == QLatin1String(name))
            return true;
    }
    for (const char *prefix : prefixes) {
        if (variable.startsWith(QLatin1String(prefix)))
            return true;
    }
    return false;
}

QProcessEnvironment watcherEnvironment(const LockDirectory &directory)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names) {
        if (!watcherNeeds(name))
            environment.remove(name);
    }
    environment.insert(QStringLiteral("SHAREDSERVER_LOCKDIR"), directory.path());
    return environment;
}

/// Runs `program watch` in a session of its own, with nothing of ours but the two descriptors.
Result<void> launch(const LockDirectory &directory, const QString &program,
                    const WatcherLock &lock, const FileDescriptor &socket)
{
    QProcess watcher;
    watcher.setProgram(program);
    watcher.setArguments({QStringLiteral("watch"), QStringLiteral("--inherit"),
                          QStringLiteral("%1,%2").arg(lock.descriptor()).arg(socket.get())});
    watcher.setProcessEnvironment(watcherEnvironment(directory));
    watcher.setWorkingDirectory(QStringLiteral("/")); // pins no file system
    watcher.setStandardInputFile(QProcess::nullDevice());
    watcher.setStandardOutputFile(QProcess::nullDevice());
    watcher.setStandardErrorFile(QProcess::nullDevice());
    watcher.setChildProcessModifier([lockFd = lock.descriptor(), socketFd = socket.get()] {
        // Between fork and exec: async-signal-safe calls only.
        platform::closeOnExecFrom(STDERR_FILENO + 1);
        fcntl(lockFd, F_SETFD, 0);
        fcntl(socketFd, F_SETFD, 0);
        umask(077);
    });
    if (watcher.startDetached())
        return {};
    return failure(Error::Kind::Io,
                   QStringLiteral("Cannot start a watcher with '%1': %2. Check the installation.")
                       .arg(program, watcher.errorString()));
}

Result<void> startWatcher(const LockDirectory &directory, const QString &program)
{
    // Held without a listening socket, by a process that is just dying: it lets go in a moment.
    const auto lock = WatcherLock::acquire(directory, kLetGoTimeout);
    if (!lock)
        return Failure(lock.error());
    if (!*lock) {
        return failure(Error::Kind::Timeout,
                       QStringLiteral("A watcher holds '%1/%2' but does not listen. End the process "
                                      "that 'fuser' shows for that file: its servers live on.")
                           .arg(directory.path(), QLatin1String(WatcherLock::kFileName)));
    }
    const auto socket = listenOnControlSocket(directory);
    if (!socket)
        return Failure(socket.error());
    return launch(directory, program, **lock, *socket);
}

} // namespace

Result<WatcherClient> connectOrStartWatcher(const LockDirectory &directory, const QString &program)
{
    auto client = WatcherClient::connect(directory);
    if (client || client.error().kind != Error::Kind::Unreachable)
        return client;
    {
        const auto gate = FileLock::acquire(directory.descriptor(), FileLock::Mode::Exclusive,
                                            kStartGateTimeout);
        if (!gate)
            return Failure(gate.error());
        // Whoever was at the gate before us has started one.
        const auto connection = connectToControlSocket(directory);
        if (!connection) {
            const auto started = startWatcher(directory, program);
            if (!started)
                return Failure(started.error());
        }
    }
    return WatcherClient::connect(directory);
}

} // namespace sharedserver
