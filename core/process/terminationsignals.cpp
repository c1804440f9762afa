#include "core/process/terminationsignals.h"

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

void handle(int signal)
{
    const int savedErrno = errno;
    const auto byte = char(signal);
    [[maybe_unused]] const ssize_t written = write(s_writeEnd, &byte, 1);
    errno = savedErrno;
}

} // namespace

TerminationSignals::TerminationSignals(QObject *parent)
    : QObject(parent)
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
        char signal = 0;
        if (read(m_readEnd.get(), &signal, 1) == 1)
            emit received(signal);
    });
    std::signal(SIGTERM, handle);
    std::signal(SIGINT, handle);
    std::signal(SIGHUP, SIG_IGN);
}

TerminationSignals::~TerminationSignals()
{
    if (!m_readEnd.isOpen())
        return;
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGHUP, SIG_DFL);
    close(s_writeEnd);
    s_writeEnd = -1;
}

} // namespace sharedserver
