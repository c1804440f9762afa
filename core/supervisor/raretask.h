#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace sharedserver {

/// Something whose cost grows with all there is, and that is asked for again and again: it rests
/// twenty times as long as it took, so that it never takes more than a twentieth of the time; but
/// not longer than kLongestRest, because a process that is stopped meanwhile seems to take for
/// ever. What is asked for meanwhile is done in one go afterwards.
class RareTask : public QObject
{
public:
    static constexpr int kRest = 20;
    static constexpr std::chrono::seconds kLongestRest{10};

    explicit RareTask(std::function<void()> task, QObject *parent = nullptr);

    /// Has it done when the event loop comes to it, or when it has rested.
    void ask();
    void forget() { m_timer.stop(); }
    /// How long it rests yet.
    std::chrono::milliseconds restLeft() const;

private:
    void startWhenRested();
    void run();

    std::function<void()> m_task;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_restsUntil;
};

} // namespace sharedserver
