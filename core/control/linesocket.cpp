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

LineSocket::Outcome LineSocket::send(const QByteArray &bytes, Time::time_point deadline)
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
            return Outcome::Ended;
        const Outcome ready = waitFor(POLLOUT, deadline);
        if (ready != Outcome::Success)
            return ready;
    }
    return Outcome::Success;
}

LineSocket::Outcome LineSocket::receive(QByteArray *line, Time::time_point deadline)
{
    qsizetype searched = 0;
    for (;;) {
        const qsizetype end = m_received.indexOf('\n', searched);
        if (end >= 0) {
            *line = m_received.left(end + 1);
            m_received.remove(0, end + 1);
            return Outcome::Success;
        }
        searched = m_received.size();
        const Outcome come = readSome(deadline);
        if (come != Outcome::Success)
            return come;
    }
}

LineSocket::Outcome LineSocket::waitForEnd(Time::time_point deadline)
{
    for (;;) {
        m_received.clear();
        const Outcome come = readSome(deadline);
        if (come != Outcome::Success)
            return come == Outcome::Ended ? Outcome::Success : come;
    }
}

LineSocket::Outcome LineSocket::waitFor(short events, Time::time_point deadline) const
{
    pollfd socket{m_socket.get(), events, 0};
    for (;;) {
        const int ready = poll(&socket, 1, millisecondsUntil(deadline));
        if (ready > 0)
            return Outcome::Success;
        if (ready == 0 && Time::now() >= deadline)
            return Outcome::TimedOut;
        if (ready < 0 && errno != EINTR)
            return Outcome::Ended;
    }
}

LineSocket::Outcome LineSocket::readSome(Time::time_point deadline)
{
    for (;;) {
        const Outcome ready = waitFor(POLLIN, deadline);
        if (ready != Outcome::Success)
            return ready;
        const qsizetype before = m_received.size();
        m_received.resize(before + kReadSize);
        const ssize_t count =
            recv(m_socket.get(), m_received.data() + before, size_t(kReadSize), MSG_DONTWAIT);
        const int error = count < 0 ? errno : 0;
        m_received.resize(before + std::max<qsizetype>(count, 0));
        if (count > 0)
            return Outcome::Success;
        if (error != EAGAIN && error != EINTR)
            return Outcome::Ended;
    }
}

} // namespace sharedserver
