#include "core/control/watcherlauncher.h"

#include "core/control/controlsocket.h"
#include "core/lockfile/filelock.h"
#include "core/lockfile/watcherlock.h"
#include "core/process/detachedprocess.h"
#include "core/process/platform.h"

#include <QDeadlineTimer>
#include <QFile>

#include <algorithm>
#include <array>

extern char **environ; // not every system's header declares it

namespace sharedserver {

namespace {

// A take-over holds the gate until the other watcher has come to a quiet moment and has let go:
// longer than that.
constexpr std::chrono::seconds kStartGateTimeout{60};

// How often one who waits for the lock looks whether its holder listens again.
constexpr std::chrono::milliseconds kLookAgain{20};

/// What a watcher needs of its first caller's environment. The rest is that caller's own business,
/// and servers get theirs with each request.
bool watcherNeeds(const QByteArray &variable)
{
    static constexpr std::array beginnings = {
        "HOME=",         "USER=", "LOGNAME=", "PATH=", "LANG=", "TMPDIR=", "LC_",   "XDG_",
        "SHAREDSERVER_", "LD_",   "DYLD_",    "QT_",   "ASAN_", "UBSAN_",  "LSAN_", "TSAN_",
    };
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const char *beginning) { return variable.startsWith(beginning); });
}

QByteArrayList watcherEnvironment(const LockDirectory &directory)
{
    QByteArrayList environment;
    for (char **entry = environ; entry && *entry; ++entry) {
        const QByteArray variable(*entry);
        if (watcherNeeds(variable) && !variable.startsWith("SHAREDSERVER_LOCKDIR="))
            environment.append(variable);
    }
    environment.append("SHAREDSERVER_LOCKDIR=" + QFile::encodeName(directory.path()));
    return environment;
}

/// Runs `sharedserver watch` with nothing of ours but the lock and the socket.
Result<void> launch(const LockDirectory &directory, const WatcherLock &lock,
                    const FileDescriptor &socket)
{
    const std::string program = platform::executablePath();
    if (program.empty()) {
        return failure(Error::Kind::Io,
                       QStringLiteral("Cannot tell where this program is, to start a watcher. Run "
                                      "'sharedserver watch' beside it."));
    }
    const QByteArray inherited =
        QByteArray::number(lock.descriptor()) + ',' + QByteArray::number(socket.get());
    return startDetached(
        {.argv = {QByteArray::fromStdString(program), "watch", "--inherit", inherited},
         .environment = watcherEnvironment(directory),
         .inherited = {lock.descriptor(), socket.get()}});
}

Result<void> startWatcher(const LockDirectory &directory)
{
    // Held without a socket by one that is just dying, and lets go in a moment, or whose socket was
    // removed, and who makes it again.
    Result<std::optional<WatcherLock>> lock = std::optional<WatcherLock>();
    const QDeadlineTimer deadline(kLetGoTimeout);
    do {
        lock = WatcherLock::acquire(directory, kLookAgain);
        if (!lock)
            return Failure(lock.error());
        if (!*lock && connectToControlSocket(directory))
            return {};
    } while (!*lock && !deadline.hasExpired());
    if (!*lock) {
        return failure(
            Error::Kind::Timeout,
            QStringLiteral("A watcher holds '%1/%2' but does not listen. End the process "
                           "that 'fuser' shows for that file: its servers live on.")
                .arg(directory.path(), QLatin1String(WatcherLock::kFileName)));
    }
    const auto socket = listenOnControlSocket(directory);
    if (!socket)
        return Failure(socket.error());
    return launch(directory, **lock, *socket);
}

} // namespace

Result<FileLock> passStartGate(const LockDirectory &directory)
{
    auto gate =
        FileLock::acquire(directory.descriptor(), FileLock::Mode::Exclusive, kStartGateTimeout);
    if (!gate && gate.error().kind == Error::Kind::Timeout) {
        return failure(Error::Kind::Timeout,
                       QStringLiteral("Another command is making the watcher of '%1', and does not "
                                      "get on. Try again, or end it: 'fuser' shows it.")
                           .arg(directory.path()));
    }
    return gate;
}

Result<void> startSuccessor(const LockDirectory &directory, const QString &program)
{
    return startDetached({.argv = {QFile::encodeName(program), "watch", "--take-over"},
                          .environment = watcherEnvironment(directory),
                          .inherited = {}});
}

Result<WatcherClient> connectOrStartWatcher(const LockDirectory &directory)
{
    auto client = WatcherClient::connect(directory);
    // What another user has planted there, while the directory was open to all, is replaced.
    const bool isNobody = !client
        && (client.error().kind == Error::Kind::Unreachable
            || client.error().kind == Error::Kind::Unsafe);
    if (!isNobody)
        return client;
    {
        const auto gate = passStartGate(directory);
        if (!gate)
            return Failure(gate.error());
        // Whoever was at the gate before us has started one.
        const auto connection = connectToControlSocket(directory);
        if (!connection) {
            const auto started = startWatcher(directory);
            if (!started)
                return Failure(started.error());
        }
    }
    return WatcherClient::connect(directory);
}

} // namespace sharedserver
