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

constexpr CommandOption kUseOptions[] = {
    kGracePeriod, kMetadata, kPid,           kPidOf,      kEnv,         kLogFile,
    kWorkingDir,  kReady,    kRestartPolicy, kUntilReady, kWaitTimeout, kConfigFile,
};

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
        if (arguments.isSet("timeout") && !arguments.isSet("wait")) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("--timeout says how long --wait waits. Give both."));
        }
        const auto client = clientProcess(arguments);
        if (!client)
            return Failure(client.error());
        const auto definition = definitionFor(arguments, context);
        if (!definition)
            return Failure(definition.error());
        // Only to compare with a definition. Without one, many callers at once do not hold the
        // files locked against the watcher, which has all of them to write.
        const ServerInfo before = *definition ? currentInfo(arguments.serverName()) : ServerInfo();
        const auto answer = askToUse(arguments, *client, arguments.command(), *definition,
                                     arguments.isSet("wait") ? UseWait::UntilReady : UseWait::No);
        if (!answer)
            return Failure(withReason(answer.error(), arguments, *definition));
        context.output.line(Mark::Done, attachedText(arguments.serverName(), *answer));
        printWarnings(*answer, context);
        if (*definition && !before.clients.find(client->pid))
            warnOfDrift(**definition, before, context);
        return kExitSuccess;
    }

private:
    /// A command that was given says everything; no file can change what it means.
    static Result<std::optional<ServerDefinition>> definitionFor(const CommandArguments &arguments,
                                                                 CommandContext &context)
    {
        if (!arguments.command().isEmpty())
            return std::optional<ServerDefinition>();
        return findDefinitionIfNeeded(arguments, context);
    }

    /// `before`: what ran when this began.
    static void warnOfDrift(const ServerDefinition &definition, const ServerInfo &before,
                            CommandContext &context)
    {
        if (!before.isRunning())
            return;
        const QStringList drift = driftOf(definition, *before.record);
        if (drift.isEmpty())
            return;
        context.output.warning(QStringLiteral("Server '%1' runs with another %2 than its "
                                              "definition says. 'sharedserver admin restart %1' "
                                              "takes the new one.")
                                   .arg(before.name, drift.join(QStringLiteral(", "))));
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
        "names, or with --pid-of the nearest one above the calling one that runs the\n"
        "named program, as a hook of an editor needs it. The server runs for as long as\n"
        "any client lives and is attached, and for its grace period after that. Attaching\n"
        "twice counts once.\n"
        "\n"
        "The command and what belongs to it only matter where the server does not run\n"
        "yet. It gets the environment, directory and umask of this call. A single word\n"
        "that holds spaces is run by /bin/sh. Without a command, it is the one that\n"
        "servers.json defines (see 'sharedserver help config'), or the server must be\n"
        "running already.\n"
        "\n"
        "With --wait, it returns when the server is ready, as --ready or its definition says\n"
        "how to see. Where it does not become ready in time, the exit code is 1, and the\n"
        "server and the client stay as they are.",
    .example = "sharedserver use web --grace-period 10m -- python3 -m http.server 8000\n"
               "sharedserver use web\n"
               "sharedserver use db --env PGDATA=/srv/db -- postgres\n"
               "sharedserver use web --ready tcp:8000 --wait -- python3 -m http.server 8000\n"
               "sharedserver use web --pid-of nvim",
    .options = kUseOptions,
};

std::unique_ptr<Command> makeUse()
{
    return makeCommand<Use>();
}

} // namespace sharedserver::commands
