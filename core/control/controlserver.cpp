#include "core/control/controlserver.h"

#include "core/control/controlconnection.h"
#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/control/requesthandler.h"

#include <QLocalSocket>

namespace sharedserver {

namespace {

// Far above what a user has, and below the usual limit of open files, because a server that cannot
// accept any more spins on its full backlog.
constexpr qsizetype kMaxConnections = 4000;

} // namespace

ControlServer::ControlServer(Supervisor *supervisor, RequestHandler *handler, QObject *parent)
    : QObject(parent)
    , m_supervisor(supervisor)
    , m_handler(handler)
{
    connect(&m_server, &QLocalServer::newConnection, this, &ControlServer::acceptConnections);
    connect(supervisor, &Supervisor::serverStarted, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.started"), info); });
    connect(supervisor, &Supervisor::serverAttached, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.attached"), info); });
    connect(supervisor, &Supervisor::serverDetached, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.detached"), info); });
    connect(supervisor, &Supervisor::serverGrace, this,
            [this](const ServerInfo &info) { publish(QStringLiteral("server.grace"), info); });
    connect(supervisor, &Supervisor::serverStopped, this,
            [this](const ServerInfo &info, const QString &reason) {
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
    m_server.close();
    m_server.setMaxPendingConnections(int(kMaxConnections));
    if (!m_server.listen(socket.get())) {
        return failure(
            Error::Kind::Io,
            QStringLiteral("Cannot listen on the control socket: %1").arg(m_server.errorString()));
    }
    socket.release();
    return {};
}

void ControlServer::fallSilent()
{
    m_silent = true;
    m_server.close();
}

void ControlServer::flush()
{
    for (ControlConnection *connection : std::as_const(m_connections))
        connection->flush();
}

void ControlServer::acceptConnections()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        if (m_connections.size() >= kMaxConnections || !isPeerOurs(socket->socketDescriptor())) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        auto *connection = new ControlConnection(socket, this);
        m_connections.append(connection);
        connect(connection, &ControlConnection::requested, this,
                [this, connection](const QJsonValue &id, const QString &method,
                                   const QJsonObject &params) {
                    if (!m_silent)
                        m_handler->handle(connection, id, method, params, m_sequence);
                });
        connect(connection, &ControlConnection::ended, this, [this, connection] {
            m_connections.removeOne(connection);
            connection->deleteLater();
            emit connectionEnded();
        });
    }
}

void ControlServer::publish(const QString &event, const ServerInfo &info, const QJsonObject &more)
{
    ++m_sequence;
    QByteArray line; // made once, and only where somebody listens
    for (ControlConnection *connection : std::as_const(m_connections)) {
        if (!connection->wants(info.name))
            continue;
        if (line.isEmpty()) {
            QJsonObject params = more;
            params.insert(QStringLiteral("sequence"), m_sequence);
            params.insert(QStringLiteral("server"), info.toJson(m_supervisor->now()));
            line = protocol::line(protocol::notification(event, params));
        }
        connection->notify(line);
    }
}

} // namespace sharedserver
