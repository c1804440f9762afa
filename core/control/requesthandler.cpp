#include "core/control/requesthandler.h"

#include "core/base/bytes.h"
#include "core/control/controlconnection.h"
#include "core/control/params.h"
#include "core/control/protocol.h"
#include "core/log/logposition.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>

#include <chrono>
#include <limits>
#include <utility>

namespace sharedserver {

namespace {

// Of one answer's payload; the rest of the line is the object around it.
constexpr qsizetype kMaxPayload = protocol::kMaxLine - 4096;
// For each part of what a successor is told: one that takes it at all takes it sooner.
constexpr std::chrono::seconds kHandOverFlushTime{5};
constexpr int kDefaultLogLines = 50;
constexpr int kMaxLogLines = 10000;

QJsonObject toJson(const Outcome &outcome, const QDateTime &now)
{
    QJsonObject json{{QStringLiteral("outcome"), outcome.word},
                     {QStringLiteral("info"), outcome.info.toJson(now)}};
    if (!outcome.warnings.isEmpty()) {
        json.insert(QStringLiteral("warnings"), QJsonArray::fromStringList(outcome.warnings));
    }
    return json;
}

} // namespace

struct RequestHandler::Request
{
    QPointer<ControlConnection> connection;
    QJsonValue id;
    Params &params;
    const EventHistory &events;
};

RequestHandler::RequestHandler(Supervisor *supervisor, const WatcherIdentity &identity,
                               QObject *parent)
    : QObject(parent)
    , m_supervisor(supervisor)
    , m_identity(identity)
{
}

const QHash<QString, RequestHandler::Method> &RequestHandler::methods()
{
    static const QHash<QString, Method> table = {
        {QStringLiteral("hello"), &RequestHandler::hello},
        {QStringLiteral("list"), &RequestHandler::list},
        {QStringLiteral("info"), &RequestHandler::info},
        {QStringLiteral("use"), &RequestHandler::use},
        {QStringLiteral("start"), &RequestHandler::start},
        {QStringLiteral("unuse"), &RequestHandler::unuse},
        {QStringLiteral("stop"), &RequestHandler::stop},
        {QStringLiteral("restart"), &RequestHandler::restart},
        {QStringLiteral("kill"), &RequestHandler::kill},
        {QStringLiteral("wait"), &RequestHandler::wait},
        {QStringLiteral("doctor"), &RequestHandler::doctor},
        {QStringLiteral("logs"), &RequestHandler::logs},
        {QStringLiteral("stage"), &RequestHandler::stage},
        {QStringLiteral("subscribe"), &RequestHandler::subscribe},
        {QStringLiteral("handover"), &RequestHandler::handOver},
        {QStringLiteral("shutdown"), &RequestHandler::shutDown},
    };
    return table;
}

void RequestHandler::handle(ControlConnection *connection, const QJsonValue &id,
                            const QString &method, const QJsonObject &params,
                            const EventHistory &events)
{
    const auto entry = methods().constFind(method);
    if (entry == methods().cend()) {
        connection->answerCoded(id, protocol::kMethodNotFound,
                                QStringLiteral("There is no method '%1'.").arg(method));
        return;
    }
    Params read(params);
    (this->**entry)(Request{connection, id, read, events});
}

bool RequestHandler::isRight(const Request &request)
{
    if (!request.params.error())
        return true;
    request.connection->answerError(request.id, *request.params.error());
    return false;
}

Done RequestHandler::answerTo(const Request &request) const
{
    // The client may be gone by then; what it asked for is done all the same.
    return [this, connection = request.connection, id = request.id](const Result<Outcome> &result) {
        if (!connection)
            return;
        if (result)
            connection->answer(id, toJson(*result, m_supervisor->now()));
        else
            connection->answerError(id, result.error());
    };
}

Done RequestHandler::answerWhenReady(const Request &request, const QString &name) const
{
    const bool waits = request.params.flag("wait");
    const auto check = request.params.readyCheck();
    const auto patience = request.params.patience();
    const Done answer = answerTo(request);
    if (!waits)
        return answer;
    return [=, supervisor = m_supervisor](const Result<Outcome> &used) {
        if (!used)
            return answer(used);
        supervisor->waitReady(name, check, patience, [=](const Result<Outcome> &ready) {
            // What was done counts, and the server as it is by now.
            answer(ready ? Outcome{used->word, ready->info, used->warnings} : ready);
        });
    };
}

void RequestHandler::hello(const Request &request)
{
    const qint64 version = request.params.number("protocol", 0, 0, 1 << 30);
    request.params.text("client"); // for people who look at the wire
    if (!isRight(request))
        return;
    if (version != protocol::kVersion) {
        request.connection->answerCoded(
            request.id, protocol::kHelloFirst,
            QStringLiteral("This watcher speaks protocol %1. Use a client that does, too.")
                .arg(protocol::kVersion));
        return;
    }
    request.connection->setGreeted();
    request.connection->answer(
        request.id,
        {{QStringLiteral("protocol"), protocol::kVersion},
         {QStringLiteral("version"), QStringLiteral(SHAREDSERVER_VERSION)},
         {QStringLiteral("pid"), m_identity.process.pid},
         {QStringLiteral("start_time"), qint64(m_identity.process.startStamp)},
         {QStringLiteral("kind"), m_identity.kind},
         {QStringLiteral("epoch"), request.events.epoch()}});
}

void RequestHandler::list(const Request &request)
{
    const QString after = request.params.text("after");
    if (!isRight(request))
        return;
    QJsonArray servers;
    QJsonObject answer;
    qsizetype size = 0;
    const QList<ServerInfo> all = m_supervisor->list();
    for (const ServerInfo &info : all) {
        if (info.name <= after)
            continue;
        const QJsonObject json = info.toJson(m_supervisor->now());
        size += QJsonDocument(json).toJson(QJsonDocument::Compact).size() + 1;
        if (size > kMaxPayload && !servers.isEmpty()) {
            answer.insert(QStringLiteral("next"), servers.last()[QLatin1String("name")]);
            break;
        }
        servers.append(json);
    }
    answer.insert(QStringLiteral("servers"), servers);
    request.connection->answer(request.id, answer);
}

void RequestHandler::info(const Request &request)
{
    const QString name = request.params.serverName();
    if (!isRight(request))
        return;
    ServerInfo info = m_supervisor->info(name, {.withResources = true, .withHistory = true});
    addLogTail(&info);
    request.connection->answer(request.id, info.toJson(m_supervisor->now()));
}

void RequestHandler::use(const Request &request)
{
    const QString name = request.params.serverName();
    const auto client = request.params.requiredClient();
    const LaunchSpec spec = request.params.launchSpec(request.connection->takeStagedEnvironment());
    const Done done = answerWhenReady(request, name);
    if (isRight(request))
        m_supervisor->use(name, *client, spec, done);
}

void RequestHandler::start(const Request &request)
{
    const QString name = request.params.serverName();
    const auto client = request.params.client();
    const LaunchSpec spec = request.params.launchSpec(request.connection->takeStagedEnvironment());
    const Done done = answerWhenReady(request, name);
    if (isRight(request))
        m_supervisor->start(name, client, spec, done);
}

void RequestHandler::unuse(const Request &request)
{
    const QString name = request.params.serverName();
    const ProcessId client = request.params.processId();
    if (isRight(request))
        m_supervisor->unuse(name, client, answerTo(request));
}

void RequestHandler::stop(const Request &request)
{
    const QString name = request.params.serverName();
    StopOptions options;
    options.force = request.params.flag("force");
    options.timeout = std::chrono::milliseconds(
        request.params.number("timeout_ms", options.timeout.count(), 1, qint64(1) << 40));
    if (isRight(request))
        m_supervisor->stop(name, options, answerTo(request));
}

void RequestHandler::restart(const Request &request)
{
    const QString name = request.params.serverName();
    const LaunchSpec caller =
        request.params.launchSpec(request.connection->takeStagedEnvironment());
    StopOptions options;
    options.timeout = std::chrono::milliseconds(
        request.params.number("timeout_ms", options.timeout.count(), 1, qint64(1) << 40));
    if (isRight(request))
        m_supervisor->restart(name, caller, options, answerTo(request));
}

void RequestHandler::kill(const Request &request)
{
    const QString name = request.params.serverName();
    if (isRight(request))
        m_supervisor->kill(name, answerTo(request));
}

void RequestHandler::wait(const Request &request)
{
    const QString name = request.params.serverName();
    const auto check = request.params.readyCheck();
    const auto patience = request.params.patience();
    if (isRight(request))
        m_supervisor->waitReady(name, check, patience, answerTo(request));
}

void RequestHandler::doctor(const Request &request)
{
    const bool isOfOne = !request.params.text("name").isEmpty();
    const QString name = isOfOne ? request.params.serverName() : QString();
    if (!isRight(request))
        return;
    QJsonArray findings;
    const auto found = m_supervisor->doctor(name);
    for (const Supervisor::Finding &finding : found) {
        findings.append(QJsonObject{{QStringLiteral("name"), finding.name},
                                    {QStringLiteral("problem"), finding.problem},
                                    {QStringLiteral("action"), finding.action},
                                    {QStringLiteral("mended"), finding.mended}});
    }
    request.connection->answer(request.id, {{QStringLiteral("findings"), findings}});
}

void RequestHandler::logs(const Request &request)
{
    const QString name = request.params.serverName();
    const qint64 lines = request.params.number("lines", kDefaultLogLines, 1, kMaxLogLines);
    if (!isRight(request))
        return;
    const ServerInfo info = m_supervisor->info(name, {.withHistory = true});
    const QByteArray path = logPath(info, defaultLogPath(name, LaunchSpec()));
    request.connection->answer(
        request.id,
        {{QStringLiteral("log_file"), displayText(path)},
         {QStringLiteral("lines"), QJsonArray::fromStringList(logTail(path, int(lines)))}});
}

void RequestHandler::stage(const Request &request)
{
    const QByteArrayList part = request.params.bytesList("env");
    if (!isRight(request))
        return;
    request.connection->stageEnvironment(part);
    request.connection->answer(request.id, {});
}

void RequestHandler::subscribe(const Request &request)
{
    QSet<QString> names;
    const QByteArrayList wanted = request.params.bytesList("names");
    for (const QByteArray &name : wanted)
        names.insert(textFromBytes(name));
    const qint64 since = request.params.number("since", -1, 0, std::numeric_limits<qint64>::max());
    const EventCursor cursor{request.params.text("epoch"), std::max<qint64>(since, 0)};
    if (!isRight(request))
        return;
    request.connection->subscribe(names);
    QJsonObject answer{{QStringLiteral("epoch"), request.events.epoch()},
                       {QStringLiteral("sequence"), request.events.sequence()}};
    EventHistory::Replay replay;
    if (since >= 0) {
        replay = request.events.since(cursor, names);
        answer.insert(QStringLiteral("replayed"), replay.lines.size());
        answer.insert(QStringLiteral("missed"), !replay.isComplete);
    }
    request.connection->answer(request.id, answer);
    for (const QByteArray &line : std::as_const(replay.lines))
        request.connection->notify(line);
}

void RequestHandler::handOver(const Request &request)
{
    const QPointer<ControlConnection> connection = request.connection;
    const auto isThere = [connection] { return connection && connection->isOpen(); };
    const auto tell = [=, id = request.id](const HandOverState &state) {
        if (!isThere())
            return false;
        const auto parts = state.parts();
        for (const QJsonObject &part : parts) {
            connection->notify(
                protocol::line(protocol::notification(QStringLiteral("handover.server"), part)));
            if (!connection->flush(QDeadlineTimer(kHandOverFlushTime)))
                return false;
        }
        connection->answer(id, {{QStringLiteral("events"), state.events}});
        return connection->flush(QDeadlineTimer(kHandOverFlushTime));
    };
    emit handOverRequested({isThere, tell});
}

void RequestHandler::shutDown(const Request &request)
{
    const bool stopServers = request.params.flag("stop_servers");
    if (!isRight(request))
        return;
    if (!stopServers && !m_supervisor->isEmpty()) {
        request.connection->answerError(
            request.id,
            Error{Error::Kind::Conflict,
                  QStringLiteral("Servers are running. Stop them first, or shut down with "
                                 "stop_servers.")});
        return;
    }
    const auto leave = [this, connection = request.connection, id = request.id] {
        const bool isStillNeeded = m_supervisor->hasOwnServers();
        if (connection && isStillNeeded) {
            connection->answerError(
                id,
                Error{
                    Error::Kind::Conflict,
                    QStringLiteral("Servers were started meanwhile, or could not be stopped. Shut "
                                   "down again.")});
        } else if (connection) {
            connection->answer(id, {});
        }
        if (!isStillNeeded)
            emit shutDownRequested();
    };
    // Queued: the last one is told to have stopped just before it is gone.
    m_supervisor->stopAll(
        [this, leave] { QMetaObject::invokeMethod(this, leave, Qt::QueuedConnection); });
}

} // namespace sharedserver
