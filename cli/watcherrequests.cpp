#include "cli/watcherrequests.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/process/callercontext.h"

#include <numeric>

namespace sharedserver {

namespace {

// Far below a line's limit of 1 MiB, even where JSON takes six characters for each byte.
constexpr qsizetype kMostEnvironmentInRequest = 96 * 1024;

// As good as that, and far from every overflow.
constexpr std::chrono::hours kForever{24 * 365};

void addEnvironment(WatcherRequest *request, const QByteArrayList &environment)
{
    const auto size =
        std::accumulate(environment.cbegin(), environment.cend(), qsizetype(0),
                        [](qsizetype sum, const QByteArray &entry) { return sum + entry.size(); });
    if (size > kMostEnvironmentInRequest)
        request->environment = environment;
    else
        request->params.insert(QStringLiteral("env"), jsonFromBytes(environment));
}

/// What was given on the command line counts before the definition; neither is fine, too.
Result<void> addPath(WatcherRequest *request, const QString &key, const QString &given,
                     const QByteArray &defined, const CallerContext &caller)
{
    const QByteArray path = given.isEmpty() ? defined : bytesFromText(given);
    if (path.isEmpty())
        return {};
    const auto absolute = caller.absolutePath(path);
    if (!absolute)
        return Failure(absolute.error());
    request->params.insert(key, textFromBytes(*absolute));
    return {};
}

} // namespace

namespace {

Result<ProcessId> notOwn(const ProcessId &process)
{
    return failure(Error::Kind::Unsafe,
                   QStringLiteral("Process %1 belongs to another user. Name a process of your own "
                                  "with --pid.")
                       .arg(process.pid));
}

Result<ProcessId> ancestor(const QString &program)
{
    const ProcessId process = ProcessId::ancestorNamed(program);
    if (process.isValid())
        return process;
    return failure(
        Error::Kind::NotRunning,
        QStringLiteral("No process above this one runs '%1'. Name the client with --pid.")
            .arg(program));
}

} // namespace

Result<ProcessId> clientProcess(const CommandArguments &arguments)
{
    const auto pid = arguments.number("pid");
    if (pid && arguments.isSet("pid-of"))
        return failure(Error::Kind::Usage, QStringLiteral("Give --pid or --pid-of, not both."));
    if (arguments.isSet("pid-of")) {
        const auto found = ancestor(arguments.value("pid-of"));
        return found && !isOwn(*found) ? notOwn(*found) : found;
    }
    const ProcessId process = pid ? ProcessId::of(*pid) : ProcessId::parent();
    if (!process.isValid() && pid) {
        return failure(Error::Kind::NotRunning,
                       QStringLiteral("Process %1 is not alive. Give the pid of a running process.")
                           .arg(*pid));
    }
    if (!process.isValid()) {
        return failure(Error::Kind::NotRunning,
                       QStringLiteral("The calling process is gone. Name a client with --pid."));
    }
    return isOwn(process) ? process : notOwn(process);
}

WatcherRequest namedRequest(const QString &method, const CommandArguments &arguments)
{
    WatcherRequest request;
    request.method = method;
    request.params.insert(QStringLiteral("name"), arguments.serverName());
    return request;
}

void addClient(WatcherRequest *request, const ProcessId &client, const CommandArguments &arguments,
               const std::optional<ServerDefinition> &definition)
{
    request->params.insert(QStringLiteral("pid"), client.pid);
    request->params.insert(QStringLiteral("start_time"), qint64(client.startStamp));
    if (arguments.isSet("metadata")) {
        // It goes into a file that other tools read as UTF-8.
        request->params.insert(QStringLiteral("metadata"),
                               displayText(bytesFromText(arguments.value("metadata"))));
    } else if (definition && definition->metadata) {
        request->params.insert(QStringLiteral("metadata"), *definition->metadata);
    }
}

namespace {

/// What --ready gives, or else the definition.
Result<void> addReadyCheck(WatcherRequest *request, const CommandArguments &arguments,
                           const std::optional<ServerDefinition> &definition)
{
    std::optional<ReadyCheck> check = definition ? definition->ready : std::nullopt;
    if (arguments.isSet("ready")) {
        const auto given = ReadyCheck::fromWord(arguments.value("ready"));
        if (!given) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("--ready '%1' %2.")
                               .arg(arguments.value("ready"), given.error().message));
        }
        check = *given;
    }
    if (check)
        request->params.insert(QStringLiteral("ready"), check->source);
    return {};
}

Result<void> addRestartPolicy(WatcherRequest *request, const CommandArguments &arguments,
                              const std::optional<ServerDefinition> &definition)
{
    std::optional<RestartPolicy> policy;
    if (definition)
        policy = definition->restart;
    if (arguments.isSet("restart")) {
        policy = restartPolicyFromWord(arguments.value("restart"));
        if (!policy) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("--restart must be 'never', 'on-failure' or 'always', "
                                          "not '%1'.")
                               .arg(arguments.value("restart")));
        }
    }
    if (policy)
        request->params.insert(QStringLiteral("restart"), restartPolicyWord(*policy));
    return {};
}

} // namespace

Result<void> addWait(WatcherRequest *request, const CommandArguments &arguments,
                     const std::optional<ServerDefinition> &definition)
{
    // It ends with its server, with the check's time, or with this one; never with the
    // connection's.
    request->timeout = kForever;
    if (arguments.isSet("timeout")) {
        const auto patience = Duration::parse(arguments.value("timeout"));
        if (!patience)
            return Failure(patience.error());
        request->params.insert(QStringLiteral("wait_ms"), qint64(patience->value().count()));
    }
    return addReadyCheck(request, arguments, definition);
}

Result<void> addLaunch(WatcherRequest *request, const CommandArguments &arguments,
                       const QByteArrayList &command, const std::optional<ServerDefinition> &given)
{
    const ServerDefinition definition = given.value_or(ServerDefinition());
    CallerContext caller = CallerContext::current();
    QJsonObject &params = request->params;
    const QByteArrayList wanted = command.isEmpty() ? definition.command : command;
    if (!wanted.isEmpty())
        params.insert(QStringLiteral("command"), jsonFromBytes(wanted));
    caller.environment += definition.environment;
    const QStringList assignments = arguments.values("env");
    for (const QString &assignment : assignments)
        caller.environment.append(bytesFromText(assignment)); // the last of a name counts
    addEnvironment(request, caller.environment);
    params.insert(QStringLiteral("umask"), caller.umask);
    if (!caller.workingDirectory.isEmpty())
        params.insert(QStringLiteral("cwd"), textFromBytes(caller.workingDirectory));
    const QString gracePeriod =
        arguments.isSet("grace-period") ? arguments.value("grace-period") : definition.gracePeriod;
    if (!gracePeriod.isEmpty())
        params.insert(QStringLiteral("grace_period"), gracePeriod);

    return addReadyCheck(request, arguments, given)
        .and_then([&] { return addRestartPolicy(request, arguments, given); })
        .and_then([&] {
            return addPath(request, QStringLiteral("log_file"), arguments.value("log-file"),
                           definition.logFile, caller);
        })
        .and_then([&] {
            return addPath(request, QStringLiteral("working_dir"), arguments.value("working-dir"),
                           definition.workingDirectory, caller);
        });
}

Result<QJsonObject> ask(const WatcherRequest &request)
{
    auto answer = askWatcher(LockDirectory::locate(), request);
    if (!answer && answer.error().kind == Error::Kind::Usage)
        answer.error().kind = Error::Kind::Conflict;
    return answer;
}

Result<QJsonObject> askAboutRunning(const WatcherRequest &request)
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory)
        return Failure(directory.error());
    if (directory->isMissing())
        return notRunning(request.params.value(QLatin1String("name")).toString());
    return ask(request);
}

Result<QJsonObject> askToUse(const CommandArguments &arguments, const ProcessId &client,
                             const QByteArrayList &command,
                             const std::optional<ServerDefinition> &definition, UseWait wait)
{
    WatcherRequest request = namedRequest(QStringLiteral("use"), arguments);
    addClient(&request, client, arguments, definition);
    if (wait == UseWait::UntilReady) {
        request.params.insert(QStringLiteral("wait"), true);
        const auto added = addWait(&request, arguments, definition);
        if (!added)
            return Failure(added.error());
    }
    const bool canLaunch =
        !command.isEmpty() || (definition && !definition->isLazy && !definition->command.isEmpty());
    if (!canLaunch)
        return askAboutRunning(request);
    const auto added = addLaunch(&request, arguments, command, definition);
    if (!added)
        return Failure(added.error());
    return ask(request);
}

void printWarnings(const QJsonObject &answer, CommandContext &context)
{
    const QJsonArray warnings = answer.value(QLatin1String("warnings")).toArray();
    for (const QJsonValue &warning : warnings)
        context.output.warning(warning.toString());
}

} // namespace sharedserver
