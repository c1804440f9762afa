#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kOptions[] = {kGracePeriod, kMetadata, kPid, kEnv, kLogFile, kWorkingDir};

QString attachedText(const QString &name, const QJsonObject &answer)
{
    const QString outcome = answer.value(QLatin1String("outcome")).toString();
    const QJsonObject info = answer.value(QLatin1String("info")).toObject();
    const int refcount = info.value(QLatin1String("refcount")).toInt();
    if (outcome == QLatin1String("started")) {
        return QStringLiteral("Started server %1 (PID %2)")
            .arg(name)
            .arg(info.value(QLatin1String("pid")).toInteger());
    }
    if (outcome == QLatin1String("rescued")) {
        return QStringLiteral("Rescued server %1 from grace period (refcount: %2)")
            .arg(name)
            .arg(refcount);
    }
    return QStringLiteral("Attached to server %1 (refcount: %2)").arg(name).arg(refcount);
}

class Use : public Command
{
public:
    Use()
        : Command(kUse)
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
        const auto answer = arguments.command().isEmpty()
            ? askAboutRunning(context, request)
            : askToLaunch(arguments, context, request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(Mark::Done, attachedText(arguments.serverName(), *answer));
        printWarnings(*answer, context);
        return kExitSuccess;
    }

private:
    static Result<QJsonObject> askToLaunch(const CommandArguments &arguments,
                                           CommandContext &context, WatcherRequest request)
    {
        const auto added = addLaunch(&request, arguments);
        if (!added)
            return Failure(added.error());
        return ask(context, request);
    }
};

} // namespace

const CommandSpec kUse{
    .name = "use",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::Optional,
    .summary = "Start a server where it does not run, and attach to it",
    .description =
        "Attaches a client to the server: the calling process, or the one that --pid\n"
        "names. The server runs for as long as any client lives and is attached, and for\n"
        "its grace period after that. Attaching twice counts once.\n"
        "\n"
        "The command and what belongs to it only matter where the server does not run\n"
        "yet. It gets the environment, directory and umask of this call. A single word\n"
        "that holds spaces is run by /bin/sh. Without a command, the server must be\n"
        "running already.",
    .example = "sharedserver use web --grace-period 10m -- python3 -m http.server 8000\n"
               "sharedserver use db --env PGDATA=/srv/db -- postgres",
    .options = kOptions,
};

std::unique_ptr<Command> makeUse()
{
    return makeCommand<Use>();
}

} // namespace sharedserver::commands
