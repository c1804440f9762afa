#include "core/supervisor/clock.h"

#include <QDeadlineTimer>
#include <QTimer>

#include <algorithm>
#include <limits>

namespace sharedserver {

namespace {

// QTimer counts in int milliseconds, which end after 24 days; a longer delay goes in steps.
constexpr std::chrono::milliseconds kLongestStep{std::numeric_limits<int>::max() / 2};

class TimerAlarm : public Alarm
{
public:
    TimerAlarm(std::chrono::milliseconds delay, std::function<void()> ring)
        : m_deadline(delay, Qt::PreciseTimer)
        , m_ring(std::move(ring))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { step(); });
        next();
    }

private:
    void next()
    {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(m_deadline.remainingTimeAsDuration());
        const auto span = std::min(left, kLongestStep);
        m_timer.setTimerType(span > std::chrono::seconds(20) ? Qt::CoarseTimer : Qt::PreciseTimer);
        m_timer.start(span);
    }

    void step()
    {
        if (!m_deadline.hasExpired()) { // a coarse timer may be early by a twentieth
            next();
            return;
        }
        // Ringing may destroy this very alarm, and the function with it.
        const std::function<void()> ring = std::move(m_ring);
        ring();
    }

    QTimer m_timer;
    QDeadlineTimer m_deadline;
    std::function<void()> m_ring;
};

} // namespace

QDateTime SystemClock::now() const
{
    return QDateTime::currentDateTimeUtc();
}

std::unique_ptr<Alarm> SystemClock::wakeAfter(std::chrono::milliseconds delay,
                                              std::function<void()> ring)
{
    return std::make_unique<TimerAlarm>(delay, std::move(ring));
}

} // namespace sharedserver
