#include "core/control/watcherclient.h"

#include "core/base/bytes.h"
#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/control/watcherlauncher.h"

#include <QJsonDocument>

#include <utility>

namespace sharedserver {

namespace {

using Time = LineSocket::Time;
using Transfer = LineSocket::Transfer;

// Adopting many servers comes before the first answer of a fresh watcher, and where hundreds of
// commands begin at once, each of them gets as much of the processors as the watcher does. One that
// hangs is rare, and need not be noticed soon.
constexpr std::chrono::seconds kHelloTimeout{60};
// How many watchers may go away under one request before it is given up: they would have to be
// killed one after the other.
constexpr int kTries = 20;

Failure watcherLeft()
{
    return failure(Error::Kind::Unreachable,
                   QStringLiteral("The watcher went away before it answered. Try again."));
}

} // namespace

WatcherClient::WatcherClient(FileDescriptor connection)
    : m_socket(std::move(connection))
    , m_unsent(protocol::line(protocol::hello(protocol::kHelloId)))
    , m_greetingTimeout(kHelloTimeout)
    , m_lastId(protocol::kHelloId)
{
}

Result<WatcherClient> WatcherClient::connect(const LockDirectory &directory)
{
    auto connection = connectToControlSocket(directory);
    if (!connection)
        return Failure(connection.error());
    return WatcherClient(std::move(*connection));
}

Result<QJsonObject> WatcherClient::call(const QString &method, const QJsonObject &params,
                                        std::chrono::milliseconds timeout, const Notified &notified)
{
    const int id = ++m_lastId;
    const QByteArray line = protocol::line(protocol::request(id, method, params));
    if (line.size() > protocol::kMaxLine) {
        return failure(Error::Kind::Usage,
                       QStringLiteral("The request is longer than 1 MiB. Shorten the command."));
    }
    // A watcher that is late to greet has not been asked so long yet.
    return send(line, Time::now() + timeout)
        .and_then([&] { return greeting(); })
        .and_then(
            [&](const QJsonObject &) { return readAnswer(id, Time::now() + timeout, notified); });
}

Result<QJsonObject> WatcherClient::greeting()
{
    if (!m_greeting) {
        const auto deadline = Time::now() + m_greetingTimeout;
        const auto answer =
            send({}, deadline).and_then([&] { return readAnswer(protocol::kHelloId, deadline); });
        if (!answer)
            return answer;
        m_greeting = *answer;
    }
    return *m_greeting;
}

Result<void> WatcherClient::send(const QByteArray &line, Time::time_point deadline)
{
    const Transfer sent = m_socket.send(std::exchange(m_unsent, {}) + line, deadline);
    if (sent == Transfer::Success)
        return {};
    return sent == Transfer::TimedOut ? Result<void>(tooLate("answer")) : watcherLeft();
}

/// The `result` of the answer to a request; its `error` as an Error.
Result<QJsonObject> WatcherClient::readAnswer(int id, Time::time_point deadline,
                                              const Notified &notified)
{
    for (;;) {
        const auto answer = readObject(deadline);
        if (!answer)
            return answer;
        const QJsonValue method = answer->value(QLatin1String("method"));
        if (method.isString() && notified)
            notified(method.toString(), answer->value(QLatin1String("params")).toObject());
        if (answer->value(QLatin1String("id")).toInt(-1) != id)
            continue;
        const QJsonValue error = answer->value(QLatin1String("error"));
        if (error.isObject())
            return Failure(protocol::errorFromAnswer(error.toObject()));
        return answer->value(QLatin1String("result")).toObject();
    }
}

Result<QJsonObject> WatcherClient::readObject(Time::time_point deadline)
{
    QByteArray line;
    const Transfer received = m_socket.receive(&line, deadline);
    if (received == Transfer::TimedOut)
        return tooLate("answer");
    if (received == Transfer::Ended)
        return watcherLeft();
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject()) {
        return failure(Error::Kind::Protocol,
                       QStringLiteral("The watcher answered with something that is no JSON "
                                      "object. Restart it."));
    }
    return document.object();
}

Result<void> WatcherClient::stageEnvironment(const QByteArrayList &environment)
{
    const QList<QByteArrayList> parts = protocol::partsOf(environment);
    for (const QByteArrayList &part : parts) {
        const auto staged = call(QStringLiteral("stage"),
                                 {{QStringLiteral("env"), jsonFromBytes(part)}}, kHelloTimeout);
        if (!staged)
            return Failure(staged.error());
    }
    return {};
}

Result<void> WatcherClient::waitForEnd(std::chrono::milliseconds timeout)
{
    if (m_socket.waitForEnd(Time::now() + timeout) == Transfer::Success)
        return {};
    return tooLate("let go");
}

Failure WatcherClient::tooLate(const char *what) const
{
    const QString who = m_greeting
        ? QStringLiteral(" (process %1)").arg(m_greeting->value(QLatin1String("pid")).toInteger())
        : QString();
    return failure(Error::Kind::Timeout,
                   QStringLiteral("The watcher%1 did not %2 in time. If it hangs, end it: its "
                                  "servers live on.")
                       .arg(who, QLatin1String(what)));
}

namespace {

Result<QJsonObject> ask(WatcherClient &client, const WatcherRequest &request)
{
    if (request.greetingTimeout)
        client.setGreetingTimeout(*request.greetingTimeout);
    if (!request.environment.isEmpty()) {
        const auto staged = client.stageEnvironment(request.environment);
        if (!staged)
            return Failure(staged.error());
    }
    return client.call(request.method, request.params, request.timeout);
}

/// Whether the request was to bring about what this answer complains of.
bool isDone(const WatcherRequest &request, const Error &error)
{
    return error.kind == Error::Kind::NotRunning
        && (request.method == QLatin1String("stop") || request.method == QLatin1String("kill"));
}

} // namespace

Result<QJsonObject> askWatcher(const LockDirectory::Location &location,
                               const WatcherRequest &request)
{
    Result<QJsonObject> answer = watcherLeft();
    bool wasHeard = false; // by one that has gone
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const auto directory = LockDirectory::openOrCreate(location);
        if (!directory)
            return Failure(directory.error());
        auto client = connectOrStartWatcher(*directory);
        answer = client ? ask(*client, request) : Result<QJsonObject>(Failure(client.error()));
        if (wasHeard && !answer && isDone(request, answer.error()))
            return QJsonObject();
        if (answer || answer.error().kind != Error::Kind::Unreachable)
            return answer;
        wasHeard = wasHeard || (client && client->isGreeted());
    }
    return answer;
}

} // namespace sharedserver
