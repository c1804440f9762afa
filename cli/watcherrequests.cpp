#include "cli/watcherrequests.h"

#include "cli/application.h"
#include "cli/callercontext.h"
#include "cli/commandarguments.h"
#include "cli/output.h"
#include "core/base/bytes.h"

#include <numeric>

namespace sharedserver {

namespace {

// Far below a line's limit of 1 MiB, even where JSON takes six characters for each byte.
constexpr qsizetype kMostEnvironmentInRequest = 96 * 1024;

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

Result<void> addPath(WatcherRequest *request, const QString &key, const QString &path,
                     const CallerContext &caller)
{
    const auto absolute = caller.absolutePath(bytesFromText(path));
    if (!absolute)
        return Failure(absolute.error());
    request->params.insert(key, textFromBytes(*absolute));
    return {};
}

} // namespace

Result<ProcessId> clientProcess(const CommandArguments &arguments)
{
    const auto pid = arguments.number("pid");
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
    if (!isOwn(process)) {
        return failure(Error::Kind::Unsafe,
                       QStringLiteral("Process %1 belongs to another user. Name a process of your "
                                      "own with --pid.")
                           .arg(process.pid));
    }
    return process;
}

WatcherRequest namedRequest(const QString &method, const CommandArguments &arguments)
{
    WatcherRequest request;
    request.method = method;
    request.params.insert(QStringLiteral("name"), arguments.serverName());
    return request;
}

void addClient(WatcherRequest *request, const ProcessId &client, const CommandArguments &arguments)
{
    request->params.insert(QStringLiteral("pid"), client.pid);
    request->params.insert(QStringLiteral("start_time"), qint64(client.startStamp));
    if (arguments.isSet("metadata")) {
        // It goes into a file that other tools read as UTF-8.
        request->params.insert(QStringLiteral("metadata"),
                               displayText(bytesFromText(arguments.value("metadata"))));
    }
}

Result<void> addLaunch(WatcherRequest *request, const CommandArguments &arguments)
{
    CallerContext caller = CallerContext::current();
    QJsonObject &params = request->params;
    if (!arguments.command().isEmpty())
        params.insert(QStringLiteral("command"), jsonFromBytes(arguments.command()));
    const QStringList assignments = arguments.values("env");
    for (const QString &assignment : assignments)
        caller.environment.append(bytesFromText(assignment)); // the last of a name counts
    addEnvironment(request, caller.environment);
    params.insert(QStringLiteral("umask"), caller.umask);
    if (!caller.workingDirectory.isEmpty())
        params.insert(QStringLiteral("cwd"), textFromBytes(caller.workingDirectory));
    if (arguments.isSet("grace-period"))
        params.insert(QStringLiteral("grace_period"), arguments.value("grace-period"));

    if (arguments.isSet("log-file")) {
        const auto added =
            addPath(request, QStringLiteral("log_file"), arguments.value("log-file"), caller);
        if (!added)
            return added;
    }
    if (arguments.isSet("working-dir")) {
        return addPath(request, QStringLiteral("working_dir"), arguments.value("working-dir"),
                       caller);
    }
    return {};
}

Result<QJsonObject> ask(CommandContext &context, const WatcherRequest &request)
{
    const auto application = makeApplication(context);
    auto answer =
        askWatcher(LockDirectory::locate(), QCoreApplication::applicationFilePath(), request);
    if (!answer && answer.error().kind == Error::Kind::Usage)
        answer.error().kind = Error::Kind::Conflict;
    return answer;
}

Result<QJsonObject> askAboutRunning(CommandContext &context, const WatcherRequest &request)
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (!directory)
        return Failure(directory.error());
    if (directory->isMissing())
        return notRunning(request.params.value(QLatin1String("name")).toString());
    return ask(context, request);
}

void printWarnings(const QJsonObject &answer, CommandContext &context)
{
    const QJsonArray warnings = answer.value(QLatin1String("warnings")).toArray();
    for (const QJsonValue &warning : warnings)
        context.output.warning(warning.toString());
}

} // namespace sharedserver
