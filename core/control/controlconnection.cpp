#include "core/control/controlconnection.h"

#include "core/control/protocol.h"

#include <QLocalSocket>
#include <QTimer>

#include <chrono>
#include <utility>

namespace sharedserver {

namespace {

// A client that says nothing holds a descriptor; one that has something to say says hello.
constexpr std::chrono::seconds kHelloTime{10};
// What may wait for a client that does not read, before it is let go.
constexpr qint64 kMaxUnread = 8 * protocol::kMaxLine;
// Of an environment that comes in parts: above what any system takes (execve(2), E2BIG).
constexpr qsizetype kMaxStaged = 16 * protocol::kMaxLine;
// What one who is let go gets to read why.
constexpr int kFarewellMs = 1000;
// What is taken of a client before it is handled: one byte more than a line may have, so that one
// that is too long is noticed.
constexpr qsizetype kMostInput = protocol::kMaxLine + 1;
// How long the requests of one client are handled before those of the others get their turn; one
// is handled in any case.
constexpr std::chrono::milliseconds kTurn{2};

} // namespace

ControlConnection::ControlConnection(QLocalSocket *socket, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_helloTimer(new QTimer(this))
{
    socket->setParent(this);
    socket->setReadBufferSize(kMostInput);
    connect(socket, &QLocalSocket::readyRead, this, &ControlConnection::readLines);
    connect(socket, &QLocalSocket::disconnected, this, &ControlConnection::handleDisconnect);
    connect(m_helloTimer, &QTimer::timeout, this,
            [this] { giveUp(protocol::kHelloFirst, QStringLiteral("No hello came in time.")); });
    m_helloTimer->setSingleShot(true);
    m_helloTimer->start(kHelloTime);
}

void ControlConnection::answer(const QJsonValue &id, const QJsonObject &result)
{
    send(protocol::line(protocol::result(id, result)));
}

void ControlConnection::answerError(const QJsonValue &id, const Error &error)
{
    send(protocol::line(protocol::errorAnswer(id, error)));
}

void ControlConnection::answerCoded(const QJsonValue &id, int code, const QString &message)
{
    send(protocol::line(protocol::codedError(id, code, message)));
}

void ControlConnection::notify(const QByteArray &line)
{
    send(line);
}

bool ControlConnection::flush(const QDeadlineTimer &deadline)
{
    while (isOpen() && m_socket->bytesToWrite() > 0) {
        if (!m_socket->waitForBytesWritten(int(deadline.remainingTime())))
            return false;
    }
    return isOpen();
}

void ControlConnection::dismiss()
{
    m_over = true;
    m_socket->abort();
}

void ControlConnection::setGreeted()
{
    m_greeted = true;
    m_helloTimer->stop();
}

void ControlConnection::subscribe(const QSet<QString> &names)
{
    m_subscribed = true;
    m_names = names;
}

bool ControlConnection::wants(const QString &serverName) const
{
    return m_subscribed && (m_names.isEmpty() || m_names.contains(serverName));
}

void ControlConnection::stageEnvironment(const QByteArrayList &part)
{
    for (const QByteArray &entry : part)
        m_stagedSize += entry.size();
    if (m_stagedSize > kMaxStaged) {
        giveUp(protocol::kInvalidParams, QStringLiteral("The environment is too big."));
        return;
    }
    m_staged += part;
}

QByteArrayList ControlConnection::takeStagedEnvironment()
{
    m_stagedSize = 0;
    return std::exchange(m_staged, {});
}

/// The socket forgets what it has read when an answer meets nobody any more.
void ControlConnection::takeInput()
{
    if (m_socket->isOpen())
        m_input += m_socket->read(kMostInput - m_input.size());
}

void ControlConnection::readLines()
{
    if (m_over)
        return;
    takeInput();
    if (m_hasMore)
        return; // its turn will come
    const QDeadlineTimer turn(kTurn);
    qsizetype lineEnd = m_input.indexOf('\n');
    while (!m_over && lineEnd >= 0 && lineEnd < protocol::kMaxLine) {
        const QByteArray line = m_input.left(lineEnd);
        m_input.remove(0, lineEnd + 1);
        readRequest(line);
        lineEnd = m_input.indexOf('\n');
        // Asked last: to find the end of a long line may take a slow machine a whole turn already.
        if (turn.hasExpired())
            break;
    }
    if (m_over)
        return;
    if (m_input.size() == kMostInput && (lineEnd < 0 || lineEnd == protocol::kMaxLine)) {
        giveUp(protocol::kInvalidRequest,
               QStringLiteral("A line may have 1 MiB at the most. Send less at once."));
        return;
    }
    if (m_input.isEmpty())
        m_input.clear(); // which gives its memory back
    m_hasMore = lineEnd >= 0 || m_socket->bytesAvailable() > 0;
    if (m_hasMore)
        QTimer::singleShot(0, this, &ControlConnection::readOn);
}

void ControlConnection::readOn()
{
    m_hasMore = false;
    readLines();
    if (m_hasHungUp && !m_hasMore)
        emit ended();
}

void ControlConnection::handleDisconnect()
{
    m_hasHungUp = true;
    // What it asked for before is done all the same.
    if (m_over || !m_hasMore)
        emit ended();
}

void ControlConnection::readRequest(const QByteArray &line)
{
    if (line.trimmed().isEmpty())
        return;
    const auto request = protocol::parseRequest(line);
    if (!request && !request.error().isObject) {
        giveUp(protocol::kParseError, QStringLiteral("This line is no JSON object."));
        return;
    }
    if (!request) {
        answerCoded(request.error().id, protocol::kInvalidRequest,
                    QStringLiteral("This is no JSON-RPC 2.0 request with an id, a method and "
                                   "params as an object."));
        return;
    }
    if (!m_greeted && request->method != QLatin1String("hello")) {
        answerCoded(request->id, protocol::kHelloFirst, QStringLiteral("Say hello first."));
        return;
    }
    emit requested(request->id, request->method, request->params);
}

void ControlConnection::send(const QByteArray &line)
{
    if (m_over || m_hasHungUp)
        return;
    m_socket->write(line);
    if (m_socket->bytesToWrite() > kMaxUnread) {
        m_over = true;
        // Queued: this may be called while all connections are gone through.
        QMetaObject::invokeMethod(m_socket, &QLocalSocket::abort, Qt::QueuedConnection);
    }
}

void ControlConnection::giveUp(int code, const QString &message)
{
    answerCoded({}, code, message);
    m_over = true;
    // Closes once the answer is written; one who does not read it is cut off.
    m_socket->disconnectFromServer();
    QTimer::singleShot(std::chrono::milliseconds(kFarewellMs), m_socket, &QLocalSocket::abort);
}

} // namespace sharedserver
