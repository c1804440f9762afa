#pragma once

#include <QDateTime>

#include <chrono>
#include <functional>
#include <memory>

namespace sharedserver {

/// A call that is made once, later, unless the alarm is destroyed first.
class Alarm
{
public:
    virtual ~Alarm() = default;
};

/// What time it is, and a way to be woken later. Injected where time decides something, so that
/// tests need not wait.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual QDateTime now() const = 0;
    /// Calls `ring` from the event loop after `delay`; never where the returned alarm is destroyed
    /// before that, which `ring` itself may do.
    virtual std::unique_ptr<Alarm> wakeAfter(std::chrono::milliseconds delay,
                                             std::function<void()> ring) = 0;
};

/// The real one: wall clock, and QTimer, which does not count the time a machine is suspended.
class SystemClock : public Clock
{
public:
    QDateTime now() const override;
    std::unique_ptr<Alarm> wakeAfter(std::chrono::milliseconds delay,
                                     std::function<void()> ring) override;
};

} // namespace sharedserver
