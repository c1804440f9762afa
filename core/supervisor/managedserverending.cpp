// ManagedServer's way out: stop, kill, the server's own death, and what is left to do when nothing
// of its group lives any more.

#include "core/supervisor/managedserver.h"

#include "core/base/bytes.h"
#include "core/supervisor/readinessprobe.h"

#include <utility>

namespace sharedserver {

namespace {

EndReason endReasonOf(const ExitStatus &status)
{
    return status.isFailure() ? EndReason::Crashed : EndReason::Exited;
}

} // namespace

void ManagedServer::stop(const StopOptions &options, Done done)
{
    cancelRestart();
    m_stopRequests.add(options, std::move(done));
    if (m_phase == Phase::BackingOff)
        return endBackoff(EndReason::Stopped);
    endFor(EndReason::Stopped);
    m_termination->terminate();
}

void ManagedServer::kill(Done done)
{
    cancelRestart();
    m_stopRequests.add({.force = true, .timeout = std::chrono::hours(1)}, std::move(done));
    if (m_phase == Phase::BackingOff)
        return endBackoff(EndReason::Killed);
    m_stopRequests.waitForCertainEnd();
    endFor(EndReason::Killed);
    m_termination->kill();
}

/// How it is being ended because somebody asks for that.
std::optional<StopOptions> ManagedServer::stopWanted() const
{
    const bool isWanted = m_reason == EndReason::Stopped || m_reason == EndReason::Killed
        || !m_stopRequests.isEmpty();
    if (m_phase != Phase::Stopping || !isWanted || m_restart)
        return {};
    const bool isKilled = m_termination && m_termination->isKilling();
    return isKilled ? StopOptions{true, std::chrono::milliseconds(0)} : m_stopRequests.together();
}

HandedOver ManagedServer::handedOver() const
{
    const bool isStopping = m_phase == Phase::Stopping;
    return {m_spec, m_record.server, stopWanted(), isStopping && m_reason == EndReason::Grace,
            isStopping ? m_exit : std::nullopt};
}

/// Because somebody asks for it. What was to be its restart is none any more.
void ManagedServer::endFor(EndReason reason)
{
    if (!m_termination)
        beginTermination(reason);
    else if (m_reason == EndReason::Restart)
        m_reason = reason;
}

void ManagedServer::beginTermination(EndReason reason)
{
    m_phase = m_phase == Phase::Starting ? m_phase : Phase::Stopping;
    m_reason = reason;
    m_graceAlarm.reset();
    m_probe.reset();
    // A pid of another boot may be anybody's group by now. One that lives has been looked at.
    const bool isItsGroup =
        m_record.isOfThisBoot() && (isAlive(m_record.server) || !m_record.mayBeOfAnotherBoot());
    const ProcessId leader = isItsGroup ? m_record.server : ProcessId();
    m_termination = std::make_unique<Termination>(m_context.monitor, m_context.clock, leader);
    // Queued: it may finish inside a call of ours to it.
    connect(m_termination.get(), &Termination::finished, this, &ManagedServer::tearDown,
            Qt::QueuedConnection);
    connect(m_termination.get(), &Termination::failed, this, &ManagedServer::handleUnkillable,
            Qt::QueuedConnection);
}

void ManagedServer::handleUnwilling()
{
    const bool endIsCertain =
        m_exit || m_reason == EndReason::Grace || isReplaced() || m_termination->isKilling();
    if (endIsCertain)
        return;
    note(QStringLiteral("stop"), {}, QStringLiteral("did not stop in time"));
    goOn();
}

/// Nobody who waits for its end can be helped.
void ManagedServer::handleUnkillable()
{
    if (m_exit || !m_termination)
        return;
    const Error error = unkillable(m_name, m_record.server).value();
    note(QStringLiteral("kill"), {}, error.message);
    m_stopRequests.answerAll(Failure(error));
    if (isReplaced()) {
        // The files are another server's, and this one is out of everybody's reach.
        m_termination.reset();
        m_context.logs->forget(m_logPath);
        becomeGone();
        return;
    }
    // Where it was grace that ended it, it is tried again after another.
    m_record.graceUntil.reset();
    goOn();
}

/// Runs as before, after what was to end it has failed.
void ManagedServer::goOn()
{
    m_termination.reset();
    m_phase = Phase::Running;
    const bool hasLostItsWatcher = m_record.manager.isEmpty() && !isForeign();
    if (hasLostItsWatcher)
        handleForeignWatcherEnd();
    else if (!m_record.readyAt)
        seekReadiness();
    else if (m_isReadyUntold)
        tellReady();
    enterGraceIfAlone();
    emit settled();
}

void ManagedServer::handleLeaderEnd(const ExitStatus &status)
{
    m_exit = status;
    m_settleAlarm.reset();
    m_graceAlarm.reset();
    retire(std::move(m_process));
    retire(std::move(m_leaderWatch));
    if (isForeign() && !m_termination) {
        // Its own watcher tears it down.
        endReadiness();
        m_reason = endReasonOf(status);
        becomeGone();
        return;
    }
    if (!m_termination)
        beginTermination(endReasonOf(status));
    endReadiness();
    m_stopRequests.waitForCertainEnd();
    m_termination->leaderEnded();
}

void ManagedServer::tearDown()
{
    if (!m_termination)
        return;
    retire(std::move(m_termination));
    m_context.logs->forget(m_logPath);
    QJsonObject metadata = m_exit.value_or(ExitStatus()).toJson();
    metadata.insert(QStringLiteral("reason"), endReasonWord(m_reason));
    metadata.insert(QStringLiteral("log_file"), displayText(m_logPath));
    note(QStringLiteral("exit"), metadata);
    if (m_restart && m_startWaiters.empty()) {
        relaunch();
        return;
    }
    // What it was restarted as has died at once, and who asked for that is among those who wait.
    m_restart.reset();
    const Error error = endedError(QStringLiteral("right after its start"));
    const auto waiters = takeFailedWaiters();
    const bool comesBack = backOff();
    if (!comesBack) {
        removeFiles();
        m_phase = Phase::Gone;
    }
    if (!waiters.empty() && !comesBack && m_exit) {
        emit failed(info(), error);
        m_exit.reset(); // told as failed: what has never run does not stop, too
    }
    for (const StartWaiter &waiter : waiters)
        waiter.done(Failure(error));
    if (!comesBack)
        becomeGone();
}

/// Not those of another server, which another tool has started in its place: the clients are its
/// own, too, then.
void ManagedServer::removeFiles()
{
    const auto pathIsFree = m_context.store->removeServer(m_name, m_record.server);
    if (!pathIsFree || *pathIsFree)
        m_roster.clear();
}

/// Deletes a part whose signal may be above us on the stack: in a moment, or else with us, because
/// what it uses goes right after.
void ManagedServer::retire(std::unique_ptr<QObject> part)
{
    if (!part)
        return;
    part->setParent(this);
    part.release()->deleteLater();
}

void ManagedServer::becomeGone()
{
    m_phase = Phase::Gone;
    if (m_exit)
        emit stopped(info(), endReasonWord(m_reason));
    m_stopRequests.answerAll(Outcome{QStringLiteral("stopped"), info()});
    m_readyWaiters.answerAll(notRunning(m_name));
    emit gone();
    emit settled();
}

} // namespace sharedserver
