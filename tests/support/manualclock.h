#pragma once

#include "core/supervisor/clock.h"

#include <map>

namespace sharedserver::test {

/// A clock that stands still until it is told to go on. Must outlive its alarms.
class ManualClock : public Clock
{
public:
    QDateTime now() const override { return m_now; }
    std::unique_ptr<Alarm> wakeAfter(std::chrono::milliseconds delay,
                                     std::function<void()> ring) override;

    /// Lets time pass: every alarm that is due in it rings at its own time, in order.
    void advance(std::chrono::milliseconds time);
    /// What a user does who sets his clock: the time changes, and no alarm rings for it.
    void setTo(const QDateTime &time) { m_now = time; }
    /// Whether an alarm will ring within this time.
    bool hasAlarmWithin(std::chrono::milliseconds time) const;

private:
    class ManualAlarm;
    struct Entry
    {
        std::chrono::milliseconds due;
        std::function<void()> ring;
    };

    QDateTime m_now = QDateTime::currentDateTimeUtc();
    std::chrono::milliseconds m_passed{0}; ///< what alarms go by
    std::map<quint64, Entry> m_alarms; ///< by their order of birth
    quint64 m_lastId = 0;
};

} // namespace sharedserver::test
