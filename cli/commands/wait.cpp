#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kWaitOptions[] = {kWaitTimeout, kReady, kConfigFile};

class Wait : public Command
{
public:
    Wait()
        : Command(kWait)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto definition = findDefinitionIfNeeded(arguments, context);
        if (!definition)
            return Failure(definition.error());
        WatcherRequest request = namedRequest(QStringLiteral("wait"), arguments);
        const auto added = addWait(&request, arguments, *definition);
        if (!added)
            return Failure(added.error());
        const auto answer = askAboutRunning(request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(
            Mark::Done,
            QStringLiteral("Server %1 is ready (PID %2)")
                .arg(arguments.serverName())
                .arg(answer->value(QLatin1String("info"))[QLatin1String("pid")].toInteger()));
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kWait{
    .name = "wait",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Wait until a server is ready",
    .description =
        "Waits for a server that runs, until it is ready as its definition or the --ready of\n"
        "its start says. One that was started without either is seen with the check that is\n"
        "given here, or counts as ready. All who wait for one server share one check.\n"
        "\n"
        "The exit code is 1 where the server does not run, ends meanwhile (its exit code and\n"
        "the end of its log are shown then), or is not ready in time.",
    .example = "sharedserver wait db --timeout 30s\n"
               "sharedserver wait web --ready http://127.0.0.1:8000/health",
    .options = kWaitOptions,
};

std::unique_ptr<Command> makeWait()
{
    return makeCommand<Wait>();
}

} // namespace sharedserver::commands
