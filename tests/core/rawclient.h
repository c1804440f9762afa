#pragma once

#include "core/process/filedescriptor.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>

namespace sharedserver::test {

/// A client of the control socket that keeps to no rule: it sends bytes as they are, and reads
/// what comes back. Waits long, but never for ever.
class RawClient
{
public:
    /// Connects to the watcher of the test's world, which must listen already.
    RawClient();
    /// The same, and hello is said.
    static RawClient greeted();

    bool isConnected() const { return m_socket.isOpen(); }
    int descriptor() const { return m_socket.get(); }
    /// False where the watcher has closed the connection, or reads no more.
    bool send(const QByteArray &bytes);
    bool sendRequest(const QString &method, const QJsonObject &params, const QJsonValue &id);
    /// Sends a request and returns its whole answer; events that come before it are kept.
    QJsonObject ask(const QString &method, const QJsonObject &params = {});
    /// The next message, whatever it is; empty where the connection has ended.
    QJsonObject readMessage();
    /// The next event: one that was kept, or one that is still to come.
    QJsonObject readEvent();
    /// Reads everything up to the end; true where the watcher has closed the connection.
    bool waitForEnd();
    void hangUp() { m_socket.reset(); }

private:
    bool readMore();

    FileDescriptor m_socket;
    QByteArray m_buffer;
    QList<QJsonObject> m_events;
    int m_lastId = 0;
    bool m_ended = false;
};

/// The code of an error answer; 0 where it is none.
int errorCode(const QJsonObject &answer);
QString errorMessage(const QJsonObject &answer);

} // namespace sharedserver::test
