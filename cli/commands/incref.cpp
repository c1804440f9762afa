#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kIncrefOptions[] = {kMetadata, kPid};

class Incref : public Command
{
public:
    Incref()
        : Command(kIncref)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto client = clientProcess(arguments);
        if (!client)
            return Failure(client.error());
        WatcherRequest request = namedRequest(QStringLiteral("use"), arguments);
        addClient(&request, *client, arguments);
        const auto answer = askAboutRunning(request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(
            Mark::Done,
            QStringLiteral("Attached to server %1 (refcount: %2)")
                .arg(arguments.serverName())
                .arg(answer->value(QLatin1String("info"))[QLatin1String("refcount")].toInt()));
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kIncref{
    .name = "incref",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Add one client to a running server",
    .description =
        "Attaches the calling process, or the one that --pid names, to a server that runs.\n"
        "The same as use without a command.",
    .example = "sharedserver admin incref web --pid 4711",
    .options = kIncrefOptions,
};

std::unique_ptr<Command> makeIncref()
{
    return makeCommand<Incref>();
}

} // namespace sharedserver::commands
