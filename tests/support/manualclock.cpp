#include "tests/support/manualclock.h"

#include <algorithm>

namespace sharedserver::test {

class ManualClock::ManualAlarm : public Alarm
{
public:
    ManualAlarm(ManualClock *clock, quint64 id)
        : m_clock(clock)
        , m_id(id)
    {
    }
    ~ManualAlarm() override { m_clock->m_alarms.erase(m_id); }

private:
    ManualClock *m_clock;
    quint64 m_id;
};

std::unique_ptr<Alarm> ManualClock::wakeAfter(std::chrono::milliseconds delay,
                                              std::function<void()> ring)
{
    const quint64 id = ++m_lastId;
    m_alarms[id] = {m_passed + delay, std::move(ring)};
    return std::make_unique<ManualAlarm>(this, id);
}

void ManualClock::advance(std::chrono::milliseconds time)
{
    const auto moveTo = [this](std::chrono::milliseconds moment) {
        m_now = m_now.addMSecs((moment - m_passed).count());
        m_passed = moment;
    };
    const auto target = m_passed + time;
    const auto isEarlier = [](const auto &one, const auto &other) {
        return one.second.due < other.second.due;
    };
    for (;;) {
        const auto next = std::min_element(m_alarms.begin(), m_alarms.end(), isEarlier);
        if (next == m_alarms.end() || next->second.due > target)
            break;
        moveTo(std::max(m_passed, next->second.due));
        const auto ring = std::move(next->second.ring);
        m_alarms.erase(next);
        ring();
    }
    moveTo(target);
}

bool ManualClock::hasAlarmWithin(std::chrono::milliseconds time) const
{
    return std::any_of(m_alarms.begin(), m_alarms.end(),
                       [&](const auto &entry) { return entry.second.due <= m_passed + time; });
}

} // namespace sharedserver::test
