#include "core/control/watcherclient.h"

#include "core/base/bytes.h"
#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/control/watcherlauncher.h"

#include <QJsonDocument>
#include <QLocalSocket>

#include <algorithm>

namespace sharedserver {

namespace {

using Time = std::chrono::steady_clock;

// Adopting many servers comes before the first answer of a fresh watcher.
constexpr std::chrono::seconds kHelloTimeout{20};
// How many watchers may go away under one request before it is given up: they would have to be
// killed one after the other.
constexpr int kTries = 20;
// Room for the object around one staged part.
constexpr qsizetype kPartSize = protocol::kMaxLine / 2;

int millisecondsUntil(Time::time_point deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Time::now());
    return int(std::clamp<qint64>(left.count(), 0, std::numeric_limits<int>::max()));
}

Failure watcherLeft()
{
    return failure(Error::Kind::Unreachable,
                   QStringLiteral("The watcher went away before it answered. Try again."));
}

} // namespace

WatcherClient::WatcherClient(std::unique_ptr<QLocalSocket> socket)
    : m_socket(std::move(socket))
{
}
WatcherClient::WatcherClient(WatcherClient &&) noexcept = default;
WatcherClient &WatcherClient::operator=(WatcherClient &&) noexcept = default;
WatcherClient::~WatcherClient() = default;

Result<WatcherClient> WatcherClient::connect(const LockDirectory &directory)
{
    auto connection = connectToControlSocket(directory);
    if (!connection)
        return Failure(connection.error());
    auto socket = std::make_unique<QLocalSocket>();
    socket->setSocketDescriptor(connection->release());
    WatcherClient client(std::move(socket));
    const auto greeting = client.call(
        QStringLiteral("hello"),
        {{QStringLiteral("protocol"), protocol::kVersion},
         {QStringLiteral("client"), QStringLiteral("sharedserver " SHAREDSERVER_VERSION)}},
        kHelloTimeout);
    if (!greeting)
        return Failure(greeting.error());
    client.m_greeting = *greeting;
    return client;
}

Result<QJsonObject> WatcherClient::call(const QString &method, const QJsonObject &params,
                                        std::chrono::milliseconds timeout)
{
    const auto deadline = Time::now() + timeout;
    const int id = ++m_lastId;
    const QByteArray line = protocol::line(protocol::request(id, method, params));
    if (line.size() > protocol::kMaxLine) {
        return failure(Error::Kind::Usage,
                       QStringLiteral("The request is longer than 1 MiB. Shorten the command."));
    }
    m_socket->write(line);
    while (m_socket->bytesToWrite() > 0) {
        if (!m_socket->waitForBytesWritten(millisecondsUntil(deadline)))
            return watcherLeft();
    }
    for (;;) {
        const auto answer = readObject(deadline);
        if (!answer)
            return answer;
        if (answer->value(QLatin1String("id")).toInt(-1) != id)
            continue; // a notification
        const QJsonValue error = answer->value(QLatin1String("error"));
        if (error.isObject())
            return Failure(protocol::errorFromAnswer(error.toObject()));
        return answer->value(QLatin1String("result")).toObject();
    }
}

Result<QJsonObject> WatcherClient::readObject(Time::time_point deadline)
{
    while (!m_socket->canReadLine()) {
        if (m_socket->state() != QLocalSocket::ConnectedState)
            return watcherLeft();
        const int left = millisecondsUntil(deadline);
        if (left == 0) {
            return failure(Error::Kind::Timeout,
                           QStringLiteral("The watcher (process %1) did not answer in time. If it "
                                          "hangs, end it: its servers live on.")
                               .arg(m_greeting.value(QLatin1String("pid")).toInteger()));
        }
        m_socket->waitForReadyRead(left);
    }
    const QJsonDocument document = QJsonDocument::fromJson(m_socket->readLine());
    if (!document.isObject()) {
        return failure(Error::Kind::Protocol,
                       QStringLiteral("The watcher answered with something that is no JSON "
                                      "object. Restart it."));
    }
    return document.object();
}

Result<void> WatcherClient::stageEnvironment(const QByteArrayList &environment)
{
    qsizetype index = 0;
    while (index < environment.size()) {
        QByteArrayList part;
        // JSON writes a byte as six at the most (\u001f, \udcff).
        for (qsizetype size = 0; index < environment.size(); ++index) {
            size += environment.at(index).size() * 6 + 3;
            if (!part.isEmpty() && size > kPartSize)
                break;
            part.append(environment.at(index));
        }
        const auto staged = call(QStringLiteral("stage"),
                                 {{QStringLiteral("env"), jsonFromBytes(part)}}, kHelloTimeout);
        if (!staged)
            return Failure(staged.error());
    }
    return {};
}

QJsonObject WatcherClient::greeting() const
{
    return m_greeting;
}

Result<void> WatcherClient::waitForEnd(std::chrono::milliseconds timeout)
{
    if (m_socket->state() == QLocalSocket::UnconnectedState
        || m_socket->waitForDisconnected(int(timeout.count())))
        return {};
    return failure(Error::Kind::Timeout,
                   QStringLiteral("The watcher (process %1) did not let go in time. End it: its "
                                  "servers live on.")
                       .arg(m_greeting.value(QLatin1String("pid")).toInteger()));
}

namespace {

Result<QJsonObject> ask(WatcherClient &client, const WatcherRequest &request)
{
    if (!request.environment.isEmpty()) {
        const auto staged = client.stageEnvironment(request.environment);
        if (!staged)
            return Failure(staged.error());
    }
    return client.call(request.method, request.params, request.timeout);
}

} // namespace

Result<QJsonObject> askWatcher(const LockDirectory::Location &location, const QString &program,
                               const WatcherRequest &request)
{
    Result<QJsonObject> answer = watcherLeft();
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const auto directory = LockDirectory::openOrCreate(location);
        if (!directory)
            return Failure(directory.error());
        auto client = connectOrStartWatcher(*directory, program);
        answer = client ? ask(*client, request) : Result<QJsonObject>(Failure(client.error()));
        if (answer || answer.error().kind != Error::Kind::Unreachable)
            return answer;
    }
    return answer;
}

Result<QJsonObject> askRunningWatcher(const LockDirectory &directory, const WatcherRequest &request)
{
    auto client = WatcherClient::connect(directory);
    if (!client)
        return Failure(client.error());
    return ask(*client, request);
}

} // namespace sharedserver
