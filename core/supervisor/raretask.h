#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace sharedserver {

/// Something whose cost grows with all there is, and that is asked for again and again: it rests
/// twenty times as long as it took, so that it never takes more than a twentieth of the time. What
/// is asked for meanwhile is done in one go afterwards.
class RareTask : public QObject
{
public:
    static constexpr int kRest = 20;

    explicit RareTask(std::function<void()> task, QObject *parent = nullptr);

    /// Has it done when the event loop comes to it, or when it has rested.
    void ask();
    void forget() { m_timer.stop(); }

private:
    void startWhenRested();
    void run();

    std::function<void()> m_task;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_restsUntil;
};

} // namespace sharedserver
