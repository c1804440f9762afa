#include "core/supervisor/rescue.h"

#include "core/lockfile/lockfilestore.h"
#include "core/supervisor/recovery.h"
#include "core/supervisor/termination.h"

#include <QEventLoop>
#include <QTimer>

namespace sharedserver {

namespace {

// SIGKILL needs no patience; only a process that hangs in the kernel takes longer.
constexpr std::chrono::seconds kPatience{10};

/// Whether everything of the group has ended in time.
bool killGroup(const ProcessId &leader)
{
    ProcessMonitor monitor;
    SystemClock clock;
    Termination termination(&monitor, &clock, leader);
    ProcessWatch leaderWatch(&monitor, leader);
    QEventLoop loop;
    QObject::connect(&leaderWatch, &ProcessWatch::ended, &termination, &Termination::leaderEnded);
    QObject::connect(
        &termination, &Termination::finished, &loop, [&loop] { loop.exit(0); },
        Qt::QueuedConnection);
    QTimer::singleShot(kPatience, &loop, [&loop] { loop.exit(1); });
    termination.kill();
    return loop.exec() == 0;
}

} // namespace

Result<void> killWithoutWatcher(const LockDirectory &directory, const QString &name)
{
    LockfileStore store(directory);
    const auto read = store.readServer(name);
    const auto named = read ? *read : std::nullopt;
    // Where the file is damaged or lies, the history may know better.
    const auto record = named && named->liveServer() ? named : recoverRecord(directory, name);
    const auto server = record ? record->liveServer() : std::nullopt;
    if (server && !killGroup(*server)) {
        return failure(
            Error::Kind::Timeout,
            QStringLiteral("Server '%1' (process %2) did not end on SIGKILL; it hangs in "
                           "the kernel. Try again later.")
                .arg(name)
                .arg(server->pid));
    }
    const auto pathIsFree = store.removeServer(name, named ? named->server : ProcessId());
    if (!pathIsFree)
        return Failure(pathIsFree.error());
    if (*pathIsFree)
        store.removeClients(name);
    if (server)
        return {};
    return failure(Error::Kind::NotRunning,
                   QStringLiteral("Server '%1' is not running; nothing was killed.").arg(name));
}

} // namespace sharedserver
