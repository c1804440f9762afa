#include "core/supervisor/readinessprobe.h"

namespace sharedserver {

ReadinessProbe::ReadinessProbe(Clock *clock, const ReadyCheck &check, const ReadySubject &subject,
                               QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_check(check)
    , m_subject(subject)
{
}

ReadinessProbe::~ReadinessProbe() = default;

void ReadinessProbe::begin()
{
    m_timeout = m_clock->wakeAfter(m_check.timeout, [this] {
        m_next.reset();
        m_attempt.reset();
        emit timedOut();
    });
    attempt();
}

void ReadinessProbe::attempt()
{
    m_attempt = makeReadyAttempt(m_check, m_subject);
    // Queued: it may end from within start(), and is destroyed when it has.
    connect(m_attempt.get(), &ReadyAttempt::ended, this, &ReadinessProbe::handleEnd,
            Qt::QueuedConnection);
    m_next.reset();
    if (!m_attempt->isPatient())
        m_next = m_clock->wakeAfter(kAttemptLimit, [this] { attempt(); });
    m_attempt->start();
}

void ReadinessProbe::handleEnd(bool isReady)
{
    // Of one that was cut short meanwhile.
    if (!m_attempt || sender() != m_attempt.get())
        return;
    m_attempt.reset();
    if (isReady) {
        m_next.reset();
        m_timeout.reset();
        emit succeeded();
        return;
    }
    m_next = m_clock->wakeAfter(m_check.interval, [this] { attempt(); });
}

} // namespace sharedserver
