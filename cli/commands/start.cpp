#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kStartOptions[] = {
    kGracePeriod,
    kEnv,
    kLogFile,
    kWorkingDir,
    kReady,
    kRestartPolicy,
    {"pid", ValueKind::Pid, "pid", "Attach this process; default: no client"},
    kMetadata,
    kConfigFile,
};

QString startedText(const QString &name, const QJsonObject &answer)
{
    const QString outcome = answer.value(QLatin1String("outcome")).toString();
    const QJsonObject info = answer.value(QLatin1String("info")).toObject();
    const qint64 pid = info.value(QLatin1String("pid")).toInteger();
    if (outcome == QLatin1String("already_running"))
        return QStringLiteral("Server %1 is already running (PID %2)").arg(name).arg(pid);
    if (outcome != QLatin1String("started")) {
        return QStringLiteral("Server %1 is already running (PID %2), attached (refcount: %3)")
            .arg(name)
            .arg(pid)
            .arg(info.value(QLatin1String("refcount")).toInt());
    }
    return QStringLiteral("Started server %1 (PID %2)").arg(name).arg(pid);
}

class Start : public Command
{
public:
    Start()
        : Command(kStart)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        std::optional<ServerDefinition> definition;
        if (arguments.command().isEmpty()) {
            const auto found = findDefinition(arguments, context);
            if (!found)
                return Failure(found.error());
            definition = *found;
        }
        if (arguments.command().isEmpty() && (!definition || definition->command.isEmpty())) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("The command to run is missing. Add it behind '--', or "
                                          "define '%1' in servers.json.")
                               .arg(arguments.serverName()));
        }
        WatcherRequest request = namedRequest(QStringLiteral("start"), arguments);
        if (arguments.isSet("pid")) {
            const auto client = clientProcess(arguments);
            if (!client)
                return Failure(client.error());
            addClient(&request, *client, arguments, definition);
        }
        const auto added = addLaunch(&request, arguments, arguments.command(), definition);
        if (!added)
            return Failure(added.error());
        const auto answer = ask(request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(Mark::Done, startedText(arguments.serverName(), *answer));
        printWarnings(*answer, context);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kStart{
    .name = "start",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::Optional,
    .summary = "Start a server without attaching to it",
    .description =
        "Starts the server. It has no client and so is in its grace period at once, unless\n"
        "--pid names one. A server that runs already is left as it is. Without a command, it\n"
        "is the one that servers.json defines.",
    .example = "sharedserver admin start web --grace-period 1h -- python3 -m http.server 8000",
    .options = kStartOptions,
};

std::unique_ptr<Command> makeStart()
{
    return makeCommand<Start>();
}

} // namespace sharedserver::commands
