#pragma once

#include "core/supervisor/clock.h"
#include "core/supervisor/outcome.h"

#include <chrono>
#include <list>
#include <memory>
#include <optional>

namespace sharedserver {

/// Those who wait until one server is ready, each with his own patience.
class ReadyWaiters
{
public:
    ReadyWaiters(Clock *clock, const QString &serverName);
    ~ReadyWaiters();

    /// Without a patience of his own, he waits for as long as the server's check does.
    void add(std::optional<std::chrono::milliseconds> patience, Done done);
    void answerAll(const Result<Outcome> &result);
    /// Nobody is answered any more.
    void forgetAll() { m_waiters.clear(); }

private:
    struct Waiter
    {
        Done done;
        std::unique_ptr<Alarm> deadline;
    };

    Clock *m_clock;
    QString m_serverName;
    std::list<Waiter> m_waiters;
};

} // namespace sharedserver
