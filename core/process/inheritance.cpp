#include "core/process/inheritance.h"

#include <optional>

#include <sys/resource.h>

namespace sharedserver {

namespace {

// The limit before raiseOpenFilesLimit(): a fact about this process, like the limit itself.
std::optional<rlimit> &originalOpenFilesLimit()
{
    static std::optional<rlimit> limit;
    return limit;
}

void unblockSignals()
{
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

} // namespace

void raiseOpenFilesLimit()
{
    rlimit limit;
    if (originalOpenFilesLimit() || getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    originalOpenFilesLimit() = limit;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return;
    limit.rlim_cur = 10240; // OPEN_MAX of macOS, which refuses "unlimited" (setrlimit(2) there)
    setrlimit(RLIMIT_NOFILE, &limit);
}

void takeSignalsBack()
{
    std::signal(SIGCHLD, SIG_DFL);
    unblockSignals();
}

void dropInheritance()
{
    if (originalOpenFilesLimit())
        setrlimit(RLIMIT_NOFILE, &*originalOpenFilesLimit());
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number)
        sigaction(number, &standard, nullptr);
    unblockSignals();
}

SignalsBlocked::SignalsBlocked()
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &m_before);
}

SignalsBlocked::~SignalsBlocked()
{
    pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
}

} // namespace sharedserver
