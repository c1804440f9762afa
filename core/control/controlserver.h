#pragma once

#include "core/control/eventhistory.h"
#include "core/process/filedescriptor.h"
#include "core/supervisor/supervisor.h"

#include <QList>
#include <QLocalServer>
#include <QObject>
#include <QSet>

#include <memory>

class QSocketNotifier;

namespace sharedserver {

class ControlConnection;
class RequestHandler;

/// The watcher's end of the control socket: takes connections of our own user, hands their
/// requests on, and tells subscribers what happens.
class ControlServer : public QObject
{
    Q_OBJECT
public:
    ControlServer(Supervisor *supervisor, RequestHandler *handler, QObject *parent = nullptr);
    ~ControlServer() override;

    /// Takes a listening socket over (see listenOnControlSocket()), in place of the one before.
    /// Connections stay.
    Result<void> listen(FileDescriptor socket);
    /// Reads no more requests and takes no more connections; those that wait are cut off when this
    /// object goes, and ask our successor.
    void fallSilent();
    /// There will be no successor: whose requests were not read is cut off, and asks again. Takes
    /// connections from the next listen() on.
    void speakAgain();
    bool isSilent() const { return m_silent; }
    /// Waits, one second in all, until all answers are with the kernel.
    void flush();

    bool hasConnections() const { return !m_connections.isEmpty(); }
    EventHistory &events() { return m_events; }

signals:
    void connectionEnded();

private:
    bool startAccepting();
    void checkAccepting();
    void resumeAccepting();
    void stopListening();
    void acceptConnections();
    bool makeRoom();
    void publish(const QString &event, const ServerInfo &info, const QJsonObject &more = {});

    Supervisor *m_supervisor;
    RequestHandler *m_handler;
    FileDescriptor m_socket;
    QLocalServer m_server; ///< accepts from m_socket
    std::unique_ptr<QSocketNotifier> m_arrivals;
    QList<ControlConnection *> m_connections; ///< owned as children
    EventHistory m_events;
    bool m_silent = false;
    QSet<ControlConnection *> m_unheard; ///< who has asked for something meanwhile
};

} // namespace sharedserver
