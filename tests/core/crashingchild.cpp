#include "tests/core/crashingchild.h"

#include <cerrno>
#include <csignal>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver::test {

namespace {

constexpr int kSystemCallStop = SIGTRAP | 0x80; // with PTRACE_O_TRACESYSGOOD, see ptrace(2)

int waitFor(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

void killAndReap(pid_t child)
{
    kill(child, SIGKILL);
    while (!WIFSIGNALED(waitFor(child))) {
    }
}

/// Forks a child that stands still before `body`; 0 where it cannot be traced.
pid_t startTraced(const std::function<void()> &body)
{
    const pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0)
            _exit(1);
        raise(SIGSTOP);
        body();
        _exit(0);
    }
    if (child < 0 || !WIFSTOPPED(waitFor(child)))
        return 0;
    if (ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0) {
        killAndReap(child);
        return 0;
    }
    return child;
}

/// Calls `beforeCall` before each system call of the child, until that says false or it ends.
Crash trace(const std::function<void()> &body, const std::function<bool()> &beforeCall)
{
    const pid_t child = startTraced(body);
    if (child == 0)
        return Crash::NotPermitted;
    bool isInside = false;
    int signal = 0;
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, nullptr, signal);
        const int status = waitFor(child);
        if (!WIFSTOPPED(status))
            return Crash::Finished;
        const bool isCall = WSTOPSIG(status) == kSystemCallStop;
        signal = isCall ? 0 : WSTOPSIG(status);
        if (!isCall)
            continue;
        isInside = !isInside;
        if (isInside && !beforeCall()) {
            killAndReap(child);
            return Crash::Crashed;
        }
    }
}

} // namespace

Crash crashAt(int call, const std::function<void()> &body)
{
    int calls = 0;
    return trace(body, [&] { return ++calls < call; });
}

Crash stepThrough(const std::function<void()> &body, const std::function<void()> &look)
{
    return trace(body, [&] {
        look();
        return true;
    });
}

} // namespace sharedserver::test
