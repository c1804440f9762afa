// ManagedServer's grace period: from the last client's leaving to the server's end, or its rescue.

#include "core/supervisor/managedserver.h"

#include "core/base/duration.h"

#include <algorithm>

namespace sharedserver {

namespace {

// A look may wait for a lock for two seconds, in which the watcher hears nobody.
constexpr std::chrono::seconds kLookAgain{10};

} // namespace

std::chrono::milliseconds ManagedServer::gracePeriod() const
{
    const auto period = Duration::parse(m_record.gracePeriod);
    return (period ? period : Duration::parse(QLatin1String(kDefaultGracePeriod)))->value();
}

void ManagedServer::enterGraceIfAlone()
{
    if (m_roster.isUnknown())
        return lookForClientsAgain();
    if (m_phase == Phase::BackingOff && m_roster.isEmpty())
        return endBackoff(EndReason::Unused);
    if (m_phase != Phase::Running || isForeign() || !m_roster.isEmpty() || m_graceAlarm)
        return;
    const QDateTime now = m_context.clock->now();
    QDateTime end = now.addMSecs(gracePeriod().count());
    // Begun under an earlier watcher. Never longer than the whole: a clock may have been set.
    if (m_record.graceUntil)
        end = std::clamp(m_record.graceUntil->time(), now, end);
    beginGrace(end, std::chrono::milliseconds(now.msecsTo(end)));
}

void ManagedServer::beginGrace(const QDateTime &end, std::chrono::milliseconds remaining)
{
    m_record.graceUntil = Timestamp(end);
    writeRecord();
    m_graceAlarm = m_context.clock->wakeAfter(remaining, [this] { handleGraceEnd(); });
    emit graceBegan(info());
}

void ManagedServer::leaveGrace()
{
    m_graceAlarm.reset();
    if (!m_record.graceUntil || isForeign())
        return;
    m_record.graceUntil.reset();
    writeRecord();
}

void ManagedServer::handleGraceEnd()
{
    m_graceAlarm.reset();
    // Another tool may have attached somebody in this very moment; its file tells.
    syncWithFiles();
    if (m_phase != Phase::Running || !m_roster.isEmpty())
        return;
    if (m_roster.isUnknown())
        return lookForClientsAgain();
    note(QStringLiteral("grace"), {{QStringLiteral("ended"), true}});
    endGrace();
}

void ManagedServer::endGrace()
{
    beginTermination(EndReason::Grace);
    m_termination->terminate();
    m_termination->killAfter(Termination::kStragglerTime);
}

/// No server ends by its grace period as long as somebody may use it.
void ManagedServer::lookForClientsAgain()
{
    if (m_clientsAlarm)
        return;
    m_clientsAlarm = m_context.clock->wakeAfter(kLookAgain, [this] {
        m_clientsAlarm.reset();
        if (m_phase == Phase::BackingOff)
            m_roster.reload();
        else
            syncWithFiles();
        enterGraceIfAlone();
    });
}

} // namespace sharedserver
