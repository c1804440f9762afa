#pragma once

#include "core/process/processwatch.h"
#include "core/supervisor/clock.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>
#include <vector>

namespace sharedserver {

/// Ends a server and everything in its group: SIGTERM, and SIGKILL where that is allowed and was
/// not enough. It is over when no member of the group lives, not when the leader has ended.
///
/// The owner tells of the leader's end (leaderEnded()); the rest of the group is watched here.
class Termination : public QObject
{
    Q_OBJECT
public:
    Termination(ProcessMonitor *monitor, Clock *clock, const ProcessId &leader,
                QObject *parent = nullptr);
    ~Termination() override;

    /// Asks the group to end (SIGTERM), once.
    void terminate();
    /// Kills what is left after `delay`; the earliest such time counts.
    void killAfter(std::chrono::milliseconds delay);
    /// Kills the group now, and again for some seconds where that does not help.
    void kill();
    bool isKilling() const { return m_killed; }

    /// The leader is dead: stragglers of its group are now asked to end, and killed after
    /// kStragglerTime.
    void leaderEnded();

    static constexpr std::chrono::seconds kStragglerTime{5};

signals:
    /// Nothing of the group lives any more; what hangs in the kernel with a SIGKILL counts as gone.
    void finished();
    /// The leader outlives SIGKILL: it hangs in the kernel, or has become another user's.
    void failed();

private:
    void killAgain();
    void sweepAfter(std::chrono::milliseconds delay);
    void sweep();
    void finish();

    ProcessMonitor *m_monitor;
    Clock *m_clock;
    ProcessId m_leader;
    std::unique_ptr<Alarm> m_killAlarm;
    QDateTime m_killTime;
    QTimer m_killTimer; ///< real time, because it is the kernel that is waited for
    int m_kills = 0;
    std::vector<std::unique_ptr<ProcessWatch>> m_stragglers;
    bool m_asked = false;
    bool m_killed = false;
    bool m_leaderGone = false;
    bool m_isSweepDue = false;
    bool m_finished = false;
};

} // namespace sharedserver
