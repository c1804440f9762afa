#include "core/process/unixsignals.h"

#include <QSocketNotifier>

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

// A signal handler can reach nothing but statics; it writes the signal's number into this pipe
// (the "self-pipe trick", signal-safety(7)).
int s_writeEnd = -1;

void handle(int number)
{
    const int savedErrno = errno;
    const auto byte = char(number);
    [[maybe_unused]] const ssize_t written = write(s_writeEnd, &byte, 1);
    errno = savedErrno;
}

} // namespace

UnixSignals::UnixSignals(const QList<int> &numbers, QObject *parent)
    : QObject(parent)
    , m_numbers(numbers)
{
    int ends[2];
    if (pipe(ends) != 0)
        return; // without it the signals do what they always do
    m_readEnd.reset(ends[0]);
    s_writeEnd = ends[1];
    for (const int end : ends) {
        fcntl(end, F_SETFD, FD_CLOEXEC);
        fcntl(end, F_SETFL, O_NONBLOCK);
    }
    auto *notifier = new QSocketNotifier(ends[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char number = 0;
        if (read(m_readEnd.get(), &number, 1) == 1)
            emit received(number);
    });
    for (const int number : m_numbers)
        std::signal(number, handle);
}

UnixSignals::~UnixSignals()
{
    if (!m_readEnd.isOpen())
        return;
    for (const int number : std::as_const(m_numbers))
        std::signal(number, SIG_DFL);
    close(s_writeEnd);
    s_writeEnd = -1;
}

void UnixSignals::obey(int number)
{
    std::signal(number, SIG_DFL);
    raise(number);
    std::signal(number, handle);
}

} // namespace sharedserver
