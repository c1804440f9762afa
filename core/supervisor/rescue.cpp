#include "core/supervisor/rescue.h"

#include "core/lockfile/lockfilestore.h"
#include "core/supervisor/outcome.h"
#include "core/supervisor/recovery.h"
#include "core/supervisor/termination.h"

#include <QEventLoop>

namespace sharedserver {

namespace {

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
    QObject::connect(
        &termination, &Termination::failed, &loop, [&loop] { loop.exit(1); }, Qt::QueuedConnection);
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
    if (server && !killGroup(*server))
        return Failure(unkillable(name, *server));
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
