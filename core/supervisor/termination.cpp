#include "core/supervisor/termination.h"

#include "core/process/processgroup.h"

#include <csignal>

namespace sharedserver {

namespace {

// SIGKILL needs no patience; where it does not help at once, a descriptor may have been missing to
// send it safely.
constexpr std::chrono::milliseconds kKillAgain{500};
constexpr int kMostKills = 12;
// Where the processes could not be looked through.
constexpr std::chrono::milliseconds kLookAgain{100};

} // namespace

Termination::Termination(ProcessMonitor *monitor, Clock *clock, const ProcessId &leader,
                         QObject *parent)
    : QObject(parent)
    , m_monitor(monitor)
    , m_clock(clock)
    , m_leader(leader)
{
    m_killTimer.setInterval(kKillAgain);
    connect(&m_killTimer, &QTimer::timeout, this, &Termination::killAgain);
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
    if (!m_killTimer.isActive())
        m_killTimer.start();
}

void Termination::killAgain()
{
    if (++m_kills < kMostKills) {
        signalServerGroup(m_leader, SIGKILL);
        return;
    }
    m_killTimer.stop();
    if (m_leaderGone)
        finish();
    else
        emit failed();
}

void Termination::leaderEnded()
{
    if (m_leaderGone)
        return;
    m_leaderGone = true;
    sweep();
}

/// Many may end at once: one sweep sees them all.
void Termination::sweepAfter(std::chrono::milliseconds delay)
{
    if (m_isSweepDue)
        return;
    m_isSweepDue = true;
    QTimer::singleShot(delay, this, &Termination::sweep);
}

void Termination::sweep()
{
    m_isSweepDue = false;
    if (m_finished)
        return;
    bool isKnown = false;
    const QList<ProcessId> members = liveGroupMembers(m_leader, &isKnown);
    if (!isKnown) {
        sweepAfter(kLookAgain);
        return;
    }
    if (members.isEmpty()) {
        finish();
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
        connect(
            watch.get(), &ProcessWatch::ended, this,
            [this] { sweepAfter(std::chrono::milliseconds(0)); }, Qt::QueuedConnection);
        m_stragglers.push_back(std::move(watch));
    }
}

void Termination::finish()
{
    m_finished = true;
    m_killAlarm.reset();
    m_killTimer.stop();
    emit finished();
}

} // namespace sharedserver
