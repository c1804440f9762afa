#include "core/control/linesocket.h"

#include "core/process/platform.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <poll.h>
#include <sys/socket.h>

namespace sharedserver {

namespace {

// An answer about one server fits.
constexpr qsizetype kReadSize = 16 * 1024;

int millisecondsUntil(LineSocket::Time::time_point deadline)
{
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - LineSocket::Time::now());
    return int(std::clamp<qint64>(left.count(), 0, std::numeric_limits<int>::max()));
}

} // namespace

LineSocket::LineSocket(FileDescriptor connection)
    : m_socket(std::move(connection))
{
}

LineSocket::Transfer LineSocket::send(const QByteArray &bytes, Time::time_point deadline)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t sent = platform::sendNow(m_socket.get(), bytes.constData() + done,
                                               size_t(bytes.size() - done));
        if (sent > 0) {
            done += sent;
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return Transfer::Ended;
        const Transfer ready = waitFor(POLLOUT, deadline);
        if (ready != Transfer::Success)
            return ready;
    }
    return Transfer::Success;
}

LineSocket::Transfer LineSocket::receive(QByteArray *line, Time::time_point deadline)
{
    qsizetype searched = 0;
    for (;;) {
        const qsizetype end = m_received.indexOf('\n', searched);
        if (end >= 0) {
            *line = m_received.left(end + 1);
            m_received.remove(0, end + 1);
            return Transfer::Success;
        }
        searched = m_received.size();
        const Transfer come = readSome(deadline);
        if (come != Transfer::Success)
            return come;
    }
}

LineSocket::Transfer LineSocket::waitForEnd(Time::time_point deadline)
{
    for (;;) {
        m_received.clear();
        const Transfer come = readSome(deadline);
        if (come != Transfer::Success)
            return come == Transfer::Ended ? Transfer::Success : come;
    }
}

LineSocket::Transfer LineSocket::waitFor(short events, Time::time_point deadline) const
{
    pollfd socket{m_socket.get(), events, 0};
    for (;;) {
        const int ready = poll(&socket, 1, millisecondsUntil(deadline));
        if (ready > 0)
            return Transfer::Success;
        if (ready == 0 && Time::now() >= deadline)
            return Transfer::TimedOut;
        if (ready < 0 && errno != EINTR)
            return Transfer::Ended;
    }
}

LineSocket::Transfer LineSocket::readSome(Time::time_point deadline)
{
    for (;;) {
        const Transfer ready = waitFor(POLLIN, deadline);
        if (ready != Transfer::Success)
            return ready;
        const qsizetype before = m_received.size();
        m_received.resize(before + kReadSize);
        const ssize_t count =
            recv(m_socket.get(), m_received.data() + before, size_t(kReadSize), MSG_DONTWAIT);
        const int error = count < 0 ? errno : 0;
        m_received.resize(before + std::max<qsizetype>(count, 0));
        if (count > 0)
            return Transfer::Success;
        if (error != EAGAIN && error != EINTR)
            return Transfer::Ended;
    }
}

} // namespace sharedserver
