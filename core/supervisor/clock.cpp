#include "core/supervisor/clock.h"

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
        : m_left(delay)
        , m_ring(std::move(ring))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { step(); });
        next();
    }

private:
    void next()
    {
        const auto span = std::min(m_left, kLongestStep);
        m_left -= span;
        m_timer.setTimerType(span > std::chrono::seconds(20) ? Qt::CoarseTimer : Qt::PreciseTimer);
        m_timer.start(span);
    }

    void step()
    {
        if (m_left.count() > 0) {
            next();
            return;
        }
        // Ringing may destroy this very alarm, and the function with it.
        const std::function<void()> ring = std::move(m_ring);
        ring();
    }

    QTimer m_timer;
    std::chrono::milliseconds m_left;
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
