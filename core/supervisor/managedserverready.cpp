// ManagedServer and its readiness: one probe for all who wait, from the start of the server until
// it succeeds.

#include "core/supervisor/managedserver.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/supervisor/readinessprobe.h"

namespace sharedserver {

void ManagedServer::waitReady(const std::optional<ReadyCheck> &check,
                              std::optional<std::chrono::milliseconds> patience, Done done)
{
    if (!m_spec.ready && check) {
        m_spec.ready = check;
        m_record.ready = check->source;
        if (!isForeign() && m_phase == Phase::Running)
            writeRecord();
    }
    const bool isReady =
        m_phase == Phase::Running && (!m_spec.ready || m_record.readyAt) && !m_isReadyUntold;
    if (isReady) {
        done(Outcome{QStringLiteral("ready"), info()});
        return;
    }
    m_readyWaiters.add(patience, std::move(done));
    if (m_phase == Phase::Running && !m_probe && !m_isReadyUntold)
        seekReadiness();
}

void ManagedServer::seekReadiness()
{
    if (!m_spec.ready) {
        m_readyWaiters.answerAll(Outcome{QStringLiteral("ready"), info()});
        return;
    }
    m_probe = std::make_unique<ReadinessProbe>(
        m_context.clock, *m_spec.ready,
        ReadySubject{m_spec, m_logPath, m_record.logOffset, m_context.monitor});
    connect(m_probe.get(), &ReadinessProbe::succeeded, this, &ManagedServer::handleReady);
    connect(m_probe.get(), &ReadinessProbe::timedOut, this, &ManagedServer::handleNotReady);
    m_probe->begin();
}

void ManagedServer::handleReady()
{
    retire(std::move(m_probe));
    m_record.readyAt = Timestamp(m_context.clock->now());
    m_isReadyUntold = true;
    if (isForeign())
        tellReady();
    else
        writeRecord(); // and then it is told
}

void ManagedServer::tellReady()
{
    if (m_phase != Phase::Running)
        return; // told where it goes on, or forgotten with its end
    m_isReadyUntold = false;
    emit becameReady(info());
    m_readyWaiters.answerAll(Outcome{QStringLiteral("ready"), info()});
}

void ManagedServer::handleNotReady()
{
    retire(std::move(m_probe));
    const Error error{
        Error::Kind::Timeout,
        QStringLiteral(
            "Server '%1' is not ready after %2: it waits for %3. It goes on running; see "
            "its log: %4")
            .arg(m_name, humanDuration(m_spec.ready->timeout), m_spec.ready->description(),
                 displayText(m_logPath)),
        logDetails()};
    note(QStringLiteral("ready"), {}, error.message);
    m_readyWaiters.answerAll(Failure(error));
}

/// It has ended: whoever waits is told so, but where somebody has asked for a restart.
void ManagedServer::endReadiness()
{
    m_probe.reset();
    m_isReadyUntold = false;
    if (!m_restart)
        m_readyWaiters.answerAll(Failure(endedError(QStringLiteral("before it was ready"))));
}

} // namespace sharedserver
