#pragma once

#include <csignal>

#include <unistd.h>

namespace sharedserver {

// What a process passes on to what it executes, although that should begin as from a shell
// (execve(2), "Effect on process attributes").

/// Raises this process's limit of open files to what the system allows, so that a watcher can hold
/// thousands of clients.
void raiseOpenFilesLimit();

/// What a watcher needs of signals, whatever its caller made of them: with SIGCHLD ignored nobody
/// learns how a child ended, and a blocked SIGTERM would never end it.
void takeSignalsBack();

/// In a child, before it executes: no signal is handled, ignored or blocked, and the limit of open
/// files is what it was. Async-signal-safe.
void dropInheritance();

/// Blocks all signals in this thread for as long as it lives.
class SignalsBlocked
{
public:
    SignalsBlocked();
    ~SignalsBlocked();
    SignalsBlocked(const SignalsBlocked &) = delete;
    SignalsBlocked &operator=(const SignalsBlocked &) = delete;

private:
    sigset_t m_before;
};

/// fork(2), after which the child runs `run`, which never returns. All signals are blocked there
/// until dropInheritance(), so that none is handled by handlers that speak to the parent.
template<typename Run>
pid_t forkInto(const Run &run)
{
    const SignalsBlocked nobodyInterrupts;
    const pid_t child = fork();
    if (child == 0)
        run();
    return child;
}

} // namespace sharedserver
