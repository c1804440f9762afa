#include "tests/core/runningserver.h"

#include "core/process/processgroup.h"

namespace sharedserver::test {

RunningServer::RunningServer(const QStringList &options)
    : isUp(bench.started("web", client, options))
    , server(bench.process("web"))
{
}

QList<ProcessId> RunningServer::group() const
{
    return liveGroupMembers(server);
}

bool RunningServer::isGone() const
{
    return bench.state("web") == "stopped" && !isAlive(server) && group().isEmpty()
        && !bench.world.hasLockFile("web.server.json")
        && !bench.world.hasLockFile("web.clients.json");
}

} // namespace sharedserver::test
