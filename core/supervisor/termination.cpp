#include "core/supervisor/termination.h"

#include "core/process/processgroup.h"

#include <csignal>

namespace sharedserver {

Termination::Termination(ProcessMonitor *monitor, Clock *clock, const ProcessId &leader,
                         QObject *parent)
    : QObject(parent)
    , m_monitor(monitor)
    , m_clock(clock)
    , m_leader(leader)
{
}

Termination::~Termination() = default;

void Termination::terminate()
{
    if (m_asked)
        return;
    m_asked = true;
    signalServerGroup(m_leader, SIGTERM);
}

void Termination::killAfter(std::chrono::milliseconds delay)
{
    const QDateTime time = m_clock->now().addMSecs(delay.count());
    if (m_killed || (m_killAlarm && m_killTime <= time))
        return;
    m_killTime = time;
    m_killAlarm = m_clock->wakeAfter(delay, [this] { kill(); });
}

void Termination::kill()
{
    m_asked = true;
    m_killed = true;
    m_killAlarm.reset();
    signalServerGroup(m_leader, SIGKILL);
}

void Termination::leaderEnded()
{
    if (m_leaderGone)
        return;
    m_leaderGone = true;
    sweep();
}

void Termination::sweep()
{
    if (m_finished)
        return;
    const QList<ProcessId> members = liveGroupMembers(m_leader);
    if (members.isEmpty()) {
        m_finished = true;
        m_killAlarm.reset();
        emit finished();
        return;
    }
    if (m_killed) {
        kill(); // what was forked since
    } else {
        terminate();
        killAfter(kStragglerTime);
    }
    // Watches of processes that have ended are done with; one at a time is enough to come back
    // here, but all of them must be seen again, as members may have forked.
    m_stragglers.clear();
    for (const ProcessId &member : members) {
        auto watch = std::make_unique<ProcessWatch>(m_monitor, member);
        connect(watch.get(), &ProcessWatch::ended, this, &Termination::sweep, Qt::QueuedConnection);
        m_stragglers.push_back(std::move(watch));
    }
}

} // namespace sharedserver
