#include "core/control/eventstream.h"

#include "core/control/controlsocket.h"
#include "core/control/protocol.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTimer>

#include <chrono>

namespace sharedserver {

namespace {

constexpr int kSubscribeId = 2;

// After one that accepted and did not answer, because it has no room or is just leaving.
constexpr std::chrono::milliseconds kPause{100};

} // namespace

EventStream::EventStream(const LockDirectory::Location &location, const QStringList &names,
                         QObject *parent)
    : QObject(parent)
    , m_location(location)
    , m_names(names)
{
    connect(&m_directory, &QFileSystemWatcher::directoryChanged, this, &EventStream::connectSoon);
}

EventStream::~EventStream()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void EventStream::begin(const std::optional<EventCursor> &since)
{
    m_next = since;
    tryToConnect();
    if (!m_socket && !m_next)
        m_next = EventCursor(); // all of the one that is to come
}

/// Many files change at once.
void EventStream::connectSoon()
{
    if (m_isTrying || m_socket)
        return;
    m_isTrying = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isTrying = false;
            tryToConnect();
        },
        Qt::QueuedConnection);
}

void EventStream::tryToConnect()
{
    if (m_socket)
        return;
    watchForOne(); // first: one that comes right after the look is noticed
    const auto directory = LockDirectory::open(m_location);
    if (!directory) {
        emit failed(directory.error());
        return;
    }
    auto connection = directory->isMissing()
        ? Result<FileDescriptor>(failure(Error::Kind::Unreachable, {}))
        : connectToControlSocket(*directory);
    if (connection) {
        m_socket = std::make_unique<QLocalSocket>();
        connect(m_socket.get(), &QLocalSocket::readyRead, this, &EventStream::readLines);
        connect(m_socket.get(), &QLocalSocket::disconnected, this, &EventStream::handleEnd);
        if (const auto used = useConnection(m_socket.get(), std::move(*connection)); !used) {
            m_socket.reset();
            emit failed(used.error());
            return;
        }
        subscribe();
    } else if (connection.error().kind == Error::Kind::Unreachable) {
        emit waiting();
    } else {
        emit failed(connection.error());
    }
}

/// Watches the lock directory, or what there is of the way to it.
void EventStream::watchForOne()
{
    for (;;) {
        QString path = m_location.path;
        while (!QFileInfo::exists(path) && path.size() > 1)
            path = QFileInfo(path).absolutePath();
        const QStringList before = m_directory.directories();
        if (before == QStringList{path})
            return;
        if (!before.isEmpty())
            m_directory.removePaths(before);
        if (!m_directory.addPath(path) && QFileInfo::exists(path))
            return; // not even to be watched
        // And again, for what was made meanwhile.
    }
}

void EventStream::subscribe()
{
    m_toReplay = -1;
    m_isAnswered = false;
    m_socket->write(protocol::line(protocol::hello(protocol::kHelloId)));
    QJsonObject params{{QStringLiteral("names"), QJsonArray::fromStringList(m_names)}};
    if (m_next) {
        params.insert(QStringLiteral("since"), m_next->sequence);
        if (!m_next->epoch.isEmpty())
            params.insert(QStringLiteral("epoch"), m_next->epoch);
    }
    m_socket->write(
        protocol::line(protocol::request(kSubscribeId, QStringLiteral("subscribe"), params)));
}

void EventStream::readLines()
{
    while (m_socket && m_socket->canReadLine())
        readMessage(QJsonDocument::fromJson(m_socket->readLine()).object());
}

void EventStream::readMessage(const QJsonObject &message)
{
    if (message.contains(QLatin1String("id"))) {
        readAnswer(message);
        return;
    }
    QJsonObject event = message.value(QLatin1String("params")).toObject();
    event.insert(QStringLiteral("event"), message.value(QLatin1String("method")));
    m_next = EventCursor{event.value(QLatin1String("epoch")).toString(),
                         event.value(QLatin1String("sequence")).toInteger()};
    emit happened(event);
    if (m_toReplay > 0 && --m_toReplay == 0)
        emit caughtUp();
}

void EventStream::readAnswer(const QJsonObject &message)
{
    const QJsonValue error = message.value(QLatin1String("error"));
    if (error.isObject()) {
        emit failed(protocol::errorFromAnswer(error.toObject()));
        return;
    }
    if (message.value(QLatin1String("id")).toInt() != kSubscribeId)
        return;
    m_isAnswered = true;
    if (!m_directory.directories().isEmpty())
        m_directory.removePaths(m_directory.directories());
    const QJsonObject result = message.value(QLatin1String("result")).toObject();
    const QString epoch = result.value(QLatin1String("epoch")).toString();
    m_toReplay = result.value(QLatin1String("replayed")).toInteger();
    if (m_toReplay == 0) // what comes next follows upon this
        m_next = EventCursor{epoch, result.value(QLatin1String("sequence")).toInteger()};
    emit connected(result.value(QLatin1String("missed")).toBool());
    if (m_toReplay == 0)
        emit caughtUp();
}

void EventStream::handleEnd()
{
    readLines(); // what came before the end
    if (!m_socket)
        return;
    m_socket.release()->deleteLater();
    if (!m_next)
        m_next = EventCursor();
    if (m_isAnswered)
        connectSoon();
    else
        QTimer::singleShot(kPause, this, &EventStream::connectSoon);
}

} // namespace sharedserver
