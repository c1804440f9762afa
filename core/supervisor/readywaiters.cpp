#include "core/supervisor/readywaiters.h"

#include "core/base/duration.h"

#include <utility>

namespace sharedserver {

ReadyWaiters::ReadyWaiters(Clock *clock, const QString &serverName)
    : m_clock(clock)
    , m_serverName(serverName)
{
}

ReadyWaiters::~ReadyWaiters() = default;

void ReadyWaiters::add(std::optional<std::chrono::milliseconds> patience, Done done)
{
    const auto waiter = m_waiters.insert(m_waiters.end(), {std::move(done), nullptr});
    if (!patience)
        return;
    waiter->deadline = m_clock->wakeAfter(*patience, [this, waiter, patience] {
        const Done answer = std::move(waiter->done);
        const Failure tooLate =
            failure(Error::Kind::Timeout,
                    QStringLiteral("Server '%1' is not ready after %2. It goes on running; see its "
                                   "log with 'sharedserver logs %1'.")
                        .arg(m_serverName, humanDuration(*patience)));
        m_waiters.erase(waiter);
        answer(tooLate);
    });
}

void ReadyWaiters::answerAll(const Result<Outcome> &result)
{
    const auto waiters = std::exchange(m_waiters, {});
    for (const Waiter &waiter : waiters)
        waiter.done(result);
}

} // namespace sharedserver
