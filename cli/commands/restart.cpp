#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"
#include "core/config/drift.h"
#include "core/lockfile/serverinfo.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kRestartOptions[] = {kConfigFile};

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
        auto definition = findDefinitionIfNeeded(arguments, context);
        if (!definition)
            return Failure(definition.error());
        if (!hasChanged(*definition, currentInfo(arguments.serverName())))
            definition->reset(); // all stays as it is, the environment too
        const auto added = addLaunch(&request, arguments, arguments.command(), *definition);
        if (!added)
            return Failure(added.error());
        const auto answer = askAboutRunning(request);
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

private:
    static bool hasChanged(const std::optional<ServerDefinition> &definition,
                           const ServerInfo &info)
    {
        return definition && !definition->command.isEmpty() && info.isRunning()
            && !driftOf(*definition, *info.record).isEmpty();
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
        "Stops the server and starts it again: the same command, environment and clients.\n"
        "Where servers.json defines it by now in another way, the new one counts.",
    .example = "sharedserver admin restart web",
    .options = kRestartOptions,
};

std::unique_ptr<Command> makeRestart()
{
    return makeCommand<Restart>();
}

} // namespace sharedserver::commands
