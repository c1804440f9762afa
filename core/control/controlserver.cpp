#include "core/control/controlserver.h"

#include "core/control/controlconnection.h"
#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/control/requesthandler.h"
#include "core/log/logposition.h"

#include <QLocalSocket>
#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include <fcntl.h>

namespace sharedserver {

namespace {

// Far above what a user has, and below the usual limit of open files, so that others do not take
// the descriptors that servers need.
constexpr qsizetype kMaxConnections = 4000;

// For all who do not read together: each of them for itself would hold a hand-over up.
constexpr std::chrono::seconds kFlushTime{1};

// After a connection could not be accepted.
constexpr std::chrono::milliseconds kAcceptPause{20};

} // namespace

ControlServer::ControlServer(Supervisor *supervisor, RequestHandler *handler, QObject *parent)
    : QObject(parent)
    , m_supervisor(supervisor)
    , m_handler(handler)
{
    connect(&m_server, &QLocalServer::newConnection, this, &ControlServer::acceptConnections);
    connect(supervisor, &Supervisor::serverStarted, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.started"), info); });
    connect(supervisor, &Supervisor::serverReady, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.ready"), info); });
    connect(supervisor, &Supervisor::serverAttached, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.attached"), info); });
    connect(supervisor, &Supervisor::serverDetached, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.detached"), info); });
    connect(supervisor, &Supervisor::serverGrace, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.grace"), info); });
    connect(supervisor, &Supervisor::serverStopped, this,
            [this](ServerInfo info, const QString &reason) {
                if (reason == QLatin1String("crashed"))
                    addLogTail(&info);
                QJsonObject more = info.lastExit.value_or(ExitStatus()).toJson();
                more.insert(QStringLiteral("reason"), reason);
                publish(QStringLiteral("server.stopped"), info, more);
            });
    connect(supervisor, &Supervisor::serverFailed, this,
            [this](const ServerInfo &info, const Error &error) {
                QJsonObject more = error.details;
                more.insert(QStringLiteral("message"), error.message);
                publish(QStringLiteral("server.failed"), info, more);
            });
}

ControlServer::~ControlServer() = default;

Result<void> ControlServer::listen(FileDescriptor socket)
{
    stopListening();
    m_socket = std::move(socket);
    if (!startAccepting()) {
        return failure(
            Error::Kind::Io,
            QStringLiteral("Cannot listen on the control socket: %1").arg(m_server.errorString()));
    }
    // Told of each connection as the server itself is: it may have failed to accept it.
    m_arrivals = std::make_unique<QSocketNotifier>(m_socket.get(), QSocketNotifier::Read);
    connect(m_arrivals.get(), &QSocketNotifier::activated, this, &ControlServer::checkAccepting,
            Qt::QueuedConnection);
    return {};
}

bool ControlServer::startAccepting()
{
    // A copy, because a QLocalServer that fails to accept, as where no descriptor is left, closes
    // what it listens on.
    FileDescriptor copy(fcntl(m_socket.get(), F_DUPFD_CLOEXEC, 0));
    m_server.setMaxPendingConnections(int(kMaxConnections));
    if (!copy.isOpen() || !m_server.listen(copy.get()))
        return false;
    copy.release();
    return true;
}

void ControlServer::checkAccepting()
{
    if (!m_arrivals || !m_arrivals->isEnabled() || m_server.isListening())
        return;
    m_arrivals->setEnabled(false); // it would tell again and again
    QTimer::singleShot(kAcceptPause, this, &ControlServer::resumeAccepting);
}

void ControlServer::resumeAccepting()
{
    if (!m_arrivals)
        return;
    if (m_server.isListening() || startAccepting())
        m_arrivals->setEnabled(true);
    else
        QTimer::singleShot(kAcceptPause, this, &ControlServer::resumeAccepting);
}

void ControlServer::stopListening()
{
    m_arrivals.reset();
    m_server.close();
    m_socket.reset();
}

void ControlServer::fallSilent()
{
    m_silent = true;
    stopListening();
}

void ControlServer::speakAgain()
{
    m_silent = false;
    for (ControlConnection *connection : std::exchange(m_unheard, {}))
        connection->dismiss();
}

void ControlServer::flush()
{
    const QDeadlineTimer deadline(kFlushTime);
    const auto connections = m_connections; // one that ends meanwhile leaves the list
    for (ControlConnection *connection : connections)
        connection->flush(deadline);
}

void ControlServer::acceptConnections()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        if (!isPeerOurs(socket->socketDescriptor()) || !makeRoom()) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        auto *connection = new ControlConnection(socket, this);
        m_connections.append(connection);
        connect(connection, &ControlConnection::requested, this,
                [this, connection](const QJsonValue &id, const QString &method,
                                   const QJsonObject &params) {
                    if (m_silent)
                        m_unheard.insert(connection);
                    else
                        m_handler->handle(connection, id, method, params, m_events);
                });
        connect(connection, &ControlConnection::ended, this, [this, connection] {
            m_connections.removeOne(connection);
            m_unheard.remove(connection);
            connection->deleteLater();
            emit connectionEnded();
        });
    }
}

/// Whether one more can be had. A crowd that has said nothing yet keeps nobody out: the one of it
/// goes that came first.
bool ControlServer::makeRoom()
{
    if (m_connections.size() < kMaxConnections)
        return true;
    const auto silent = std::find_if_not(m_connections.cbegin(), m_connections.cend(),
                                         std::mem_fn(&ControlConnection::isGreeted));
    if (silent == m_connections.cend())
        return false;
    (*silent)->dismiss();
    return true;
}

void ControlServer::publish(const QString &event, const ServerInfo &info, const QJsonObject &more)
{
    QJsonObject params = more;
    params.insert(QStringLiteral("server"), info.toJson(m_supervisor->now()));
    const QByteArray line = m_events.add(event, info.name, params, m_supervisor->now());
    for (ControlConnection *connection : std::as_const(m_connections)) {
        if (connection->wants(info.name))
            connection->notify(line);
    }
}

} // namespace sharedserver
