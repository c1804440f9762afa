#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/servertext.h"

namespace sharedserver::commands {

namespace {

// The codes are a contract with scripts.
int exitCodeOf(ServerState state)
{
    switch (state) {
    case ServerState::Active:
        return 0;
    case ServerState::Grace:
        return 1;
    case ServerState::Stopped:
        return 2;
    case ServerState::Defunct:
        break;
    }
    return 3;
}

class Check : public Command
{
public:
    Check()
        : Command(kCheck)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        const ServerInfo info = readServerInfo(LockfileStore(*directory), arguments.serverName());
        context.output.line(stateMark(info), stateLine(info, QDateTime::currentDateTimeUtc()));
        if (!info.problem.isEmpty())
            context.output.warning(info.problem);
        return exitCodeOf(info.state);
    }
};

} // namespace

const CommandSpec kCheck{
    .name = "check",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Tell by the exit code whether a server runs",
    .description =
        "Prints one line, and exits with\n"
        "\n"
        "  0  active: it runs and has clients\n"
        "  1  in its grace period: it runs, and is stopped soon unless somebody uses it\n"
        "  2  stopped\n"
        "  3  defunct: it is dead, and nobody has cleaned up yet\n"
        "\n"
        "Where it cannot tell, it exits with 1 (the lock directory is refused) or 2 (no such\n"
        "name is possible), and prints an error instead of that line.",
    .example = "sharedserver check web && echo 'web is in use'",
    .options = {},
};

std::unique_ptr<Command> makeCheck()
{
    return makeCommand<Check>();
}

} // namespace sharedserver::commands
