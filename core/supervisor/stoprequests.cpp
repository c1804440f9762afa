#include "core/supervisor/stoprequests.h"

#include "core/base/duration.h"

#include <algorithm>
#include <utility>

namespace sharedserver {

struct StopRequests::Waiter
{
    StopOptions options;
    Done done;
    QDateTime due;
    std::unique_ptr<Alarm> deadline;
};

StopRequests::StopRequests(Clock *clock, const QString &serverName, Details details,
                           QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_serverName(serverName)
    , m_details(std::move(details))
{
}

StopRequests::~StopRequests() = default;

void StopRequests::add(const StopOptions &options, Done done)
{
    auto waiter = std::make_unique<Waiter>();
    waiter->options = options;
    waiter->done = std::move(done);
    waiter->due = m_clock->now().addMSecs(options.timeout.count());
    waiter->deadline =
        m_clock->wakeAfter(options.timeout, [this, raw = waiter.get()] { handleDeadline(raw); });
    m_waiters.push_back(std::move(waiter));
}

StopOptions StopRequests::together() const
{
    const QDateTime now = m_clock->now();
    StopOptions all{false, std::chrono::milliseconds(0)};
    for (const auto &waiter : m_waiters) {
        // Never longer than the whole: a clock may have been set.
        const auto left = std::clamp(std::chrono::milliseconds(now.msecsTo(waiter->due)),
                                     std::chrono::milliseconds(0), waiter->options.timeout);
        if (waiter->options.force)
            all = {true, all.force ? std::min(all.timeout, left) : left};
        else if (!all.force)
            all.timeout = std::max(all.timeout, left);
    }
    return all;
}

void StopRequests::waitForCertainEnd()
{
    for (const auto &waiter : m_waiters)
        waiter->deadline.reset();
}

void StopRequests::answerAll(const Result<Outcome> &result)
{
    const auto waiters = std::exchange(m_waiters, {});
    for (const auto &waiter : waiters)
        waiter->done(result);
}

void StopRequests::forgetAll()
{
    m_waiters.clear();
}

void StopRequests::handleDeadline(Waiter *waiter)
{
    waiter->deadline.reset();
    if (waiter->options.force) {
        emit forceWanted();
        return;
    }
    const Done done = std::move(waiter->done);
    const QString patience = humanDuration(waiter->options.timeout);
    m_waiters.remove_if([waiter](const auto &entry) { return entry.get() == waiter; });
    done(failure(Error::Kind::Timeout,
                 QStringLiteral("Server '%1' did not stop within %2. Use --force to kill it.")
                     .arg(m_serverName, patience),
                 m_details()));
    if (m_waiters.empty())
        emit allGaveUp();
}

} // namespace sharedserver
