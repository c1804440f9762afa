#pragma once

#include "core/process/filedescriptor.h"

#include <QByteArray>

#include <chrono>

namespace sharedserver {

/// A connected local socket that carries lines, for a caller who waits. No event loop, and nothing
/// to set up: a command makes one for a single question, and most of what it costs would otherwise
/// be the application object that Qt's sockets need.
class LineSocket
{
public:
    using Time = std::chrono::steady_clock;

    /// How waiting for the other side came out.
    enum class Transfer { Success, Ended, TimedOut };

    explicit LineSocket(FileDescriptor connection);

    /// Sends all of it. No SIGPIPE comes of a connection that has ended.
    Transfer send(const QByteArray &bytes, Time::time_point deadline);
    /// Takes the next line, with its newline.
    Transfer receive(QByteArray *line, Time::time_point deadline);
    /// Waits until the other side has closed the connection, and drops what it still sends.
    Transfer waitForEnd(Time::time_point deadline);

private:
    /// Success when the socket may be used as `events` of poll(2) say.
    Transfer waitFor(short events, Time::time_point deadline) const;
    /// Success where something has come, and is in m_received.
    Transfer readSome(Time::time_point deadline);

    FileDescriptor m_socket;
    QByteArray m_received; ///< what has not been taken yet
};

} // namespace sharedserver
