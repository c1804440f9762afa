#pragma once

#include "core/process/processid.h"

#include <functional>

namespace sharedserver::test {

/// A forked child of this very process, which nobody reaps but this object: what QProcess would
/// take away at once, a zombie, stays for as long as a test looks at it.
class ChildProcess
{
public:
    /// Where the child waits before it does anything, so that it can be looked at alive.
    enum class Start { AtOnce, WhenReleased };

    /// Runs `body` in the child and exits with what it returns. Async-signal-safe calls only.
    explicit ChildProcess(const std::function<int()> &body, Start start = Start::AtOnce);
    /// SIGKILL, and reaped.
    ~ChildProcess();
    ChildProcess(const ChildProcess &) = delete;
    ChildProcess &operator=(const ChildProcess &) = delete;

    /// With the stamp that it had while it lived; reaping does not change it.
    ProcessId id() const { return m_id; }
    pid_t pid() const { return pid_t(m_id.pid); }
    void release();
    /// Waits until it is a zombie, and leaves it one.
    bool becomesZombie();
    /// Waits for its end and reaps it. The wait status (wait(2)).
    int reap();

private:
    ProcessId m_id;
    int m_gate = -1;
    bool m_isReaped = false;
};

/// A body for a child that only lives, until it is killed.
int liveForEver();

} // namespace sharedserver::test
