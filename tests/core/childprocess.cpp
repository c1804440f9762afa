#include "tests/core/childprocess.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver::test {

namespace {

/// Qt Test catches signals that kill, to tell where; a child is to die of them as others do.
void resetSignals()
{
    for (int number = 1; number < NSIG; ++number)
        signal(number, SIG_DFL);
}

} // namespace

ChildProcess::ChildProcess(const std::function<int()> &body, Start start)
{
    int gate[2];
    if (pipe(gate) != 0)
        qFatal("Cannot make a pipe");
    fcntl(gate[0], F_SETFD, FD_CLOEXEC);
    fcntl(gate[1], F_SETFD, FD_CLOEXEC);
    // No signal may reach the child before its handlers are its own.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    // Always held until its stamp is known, or a child that ends at once would have none.
    const pid_t pid = fork();
    if (pid < 0)
        qFatal("Cannot fork");
    if (pid == 0) {
        resetSignals();
        sigemptyset(&all);
        sigprocmask(SIG_SETMASK, &all, nullptr);
        close(gate[1]);
        char permission = 0;
        _exit(read(gate[0], &permission, 1) == 1 ? body() : 126);
    }
    sigprocmask(SIG_SETMASK, &before, nullptr);
    close(gate[0]);
    m_gate = gate[1];
    m_id = ProcessId::of(pid);
    if (start == Start::AtOnce)
        release();
}

ChildProcess::~ChildProcess()
{
    if (!m_isReaped)
        ::kill(pid(), SIGKILL);
    reap();
    if (m_gate >= 0)
        close(m_gate);
}

void ChildProcess::release()
{
    if (m_gate < 0)
        return;
    const char permission = 1;
    [[maybe_unused]] const ssize_t written = write(m_gate, &permission, 1);
    close(m_gate);
    m_gate = -1;
}

bool ChildProcess::becomesZombie()
{
    siginfo_t info = {};
    int result = 0;
    do {
        result = waitid(P_PID, id_t(pid()), &info, WEXITED | WNOWAIT);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

int ChildProcess::reap()
{
    int status = 0;
    while (!m_isReaped && waitpid(pid(), &status, 0) < 0 && errno == EINTR) {
    }
    m_isReaped = true;
    return status;
}

int liveForEver()
{
    for (;;)
        pause();
}

} // namespace sharedserver::test
