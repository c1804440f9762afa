#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

class Restart : public Command
{
public:
    Restart()
        : Command(kRestart)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        WatcherRequest request = namedRequest(QStringLiteral("restart"), arguments);
        const auto added = addLaunch(&request, arguments);
        if (!added)
            return Failure(added.error());
        const auto answer = askAboutRunning(context, request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(
            Mark::Done,
            QStringLiteral("Restarted server %1 (PID %2)")
                .arg(arguments.serverName())
                .arg(answer->value(QLatin1String("info"))[QLatin1String("pid")].toInteger()));
        printWarnings(*answer, context);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kRestart{
    .name = "restart",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Stop a server and start it again for the same clients",
    .description =
        "Stops the server and starts it again: the same command, environment and clients.",
    .example = "sharedserver admin restart web",
    .options = {},
};

std::unique_ptr<Command> makeRestart()
{
    return makeCommand<Restart>();
}

} // namespace sharedserver::commands
