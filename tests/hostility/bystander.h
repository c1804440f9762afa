#pragma once

#include <QString>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace sharedserver::test {

/// Somebody who uses the control socket as he should while others do not: asks for the list again
/// and again, on one connection, from a thread of his own, and notes how long each answer takes.
class Bystander
{
public:
    /// Begins to ask; the watcher must be there already.
    Bystander();
    ~Bystander();
    Bystander(const Bystander &) = delete;
    Bystander &operator=(const Bystander &) = delete;

    /// Stops asking, prints the median and the worst round trip, and says whether every question
    /// was answered and none took as long as `kPatience`, which is no measure of speed: it tells
    /// one who is served from one who is not.
    bool wasServed();

    static constexpr std::chrono::seconds kPatience{10};

private:
    void ask();

    std::atomic<bool> m_isOver = false;
    bool m_isAnswered = true;
    std::vector<std::chrono::microseconds> m_trips;
    std::thread m_thread; // the last one: it uses all others
};

/// What a process has of the memory, in bytes; 0 where the system does not tell.
qint64 residentBytes(qint64 pid);

} // namespace sharedserver::test
