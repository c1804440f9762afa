// ManagedServer in another process: restarted because somebody asks for it, or because it ended by
// itself while clients use it.

#include "core/supervisor/managedserver.h"

#include "core/process/platform.h"

#include <algorithm>
#include <utility>

namespace sharedserver {

void ManagedServer::restart(const LaunchSpec &caller, const StopOptions &options, Done done)
{
    auto restart = std::make_unique<Restart>();
    const bool isNew = !caller.command.isEmpty();
    if (isNew) {
        // What cannot be started must not cost the server that runs.
        const auto executable = resolveExecutable(caller);
        if (!executable)
            return done(Failure(executable.error()));
    }
    m_backoff = RestartBackoff(); // somebody looks after it
    restart->spec = isNew ? caller : m_spec;
    if (m_phase == Phase::BackingOff) {
        m_spec = restart->spec;
        return startNow(std::move(done));
    }
    recoverEnvironment(&restart->spec);
    if (restart->spec.environment.isEmpty()) {
        restart->spec.environment = caller.environment;
        restart->warnings.append(
            QStringLiteral("The environment that '%1' was started with is not known any more; "
                           "it now has yours.")
                .arg(m_name));
    }
    if (restart->spec.workingDirectory.isEmpty()) {
        restart->spec.workingDirectory =
            QByteArray::fromStdString(platform::workingDirectory(pid_t(m_record.server.pid)));
    }
    if (!restart->spec.umask)
        restart->spec.umask = caller.umask;
    restart->done = done;
    if (isForeign())
        restart->clients = m_roster.table();
    m_restart = std::move(restart);
    m_stopRequests.add(options, [this, done](const Result<Outcome> &result) {
        if (result || !m_restart)
            return; // torn down, and the new start answers; or cancelled, and answered already
        m_restart.reset();
        done(result);
    });
    beginTermination(EndReason::Restart);
    m_termination->terminate();
}

void ManagedServer::cancelRestart()
{
    const auto restart = std::exchange(m_restart, nullptr);
    if (restart && restart->done) {
        restart->done(failure(Error::Kind::Conflict,
                              QStringLiteral("Server '%1' was stopped while it was being "
                                             "restarted. Start it again with 'use'.")
                                  .arg(m_name)));
    }
}

void ManagedServer::relaunch()
{
    m_phase = Phase::Gone; // for a moment: that is what is told
    emit stopped(info(), endReasonWord(m_reason));
    m_stopRequests.answerAll(Outcome{QStringLiteral("stopped"), info()});
    m_reason = EndReason::Crashed; // if it cannot be started, its policy counts
    m_startWaiters.push_back({std::exchange(m_restart->done, nullptr), {}});
    m_foreignWatcher.reset();
    m_roster.setOwn();
    m_roster.reload();
    m_restart->clients.keepLiveOnly();
    const QList<ClientRecord> clients = m_restart->clients.clients();
    for (const ClientRecord &client : clients)
        m_roster.attach(client);
    const ProcessId dead = m_record.server;
    const auto launched = launch(m_restart->spec, [this, dead] { return replaceRecordOf(dead); });
    if (!launched)
        failStart(launched.error());
}

/// For one that was adopted from a watcher that crashed. The kernel may still know the environment,
/// unless the server has overwritten it (some do, to change their title in ps).
void ManagedServer::recoverEnvironment(LaunchSpec *spec) const
{
    if (!spec->environment.isEmpty())
        return;
    for (const std::string &entry : platform::initialEnvironment(pid_t(m_record.server.pid)))
        spec->environment.append(QByteArray::fromStdString(entry));
}

/// It has ended, or could not be started: where its policy says so, and somebody uses it, it will
/// be started again. False where it will not.
bool ManagedServer::backOff()
{
    const bool hasEnded = m_reason == EndReason::Crashed || m_reason == EndReason::Exited;
    // An end that nobody could see (adopted, under an older kernel) counts as a failure.
    const bool isSuccess = m_exit && m_exit->exitCode == 0;
    const bool isWanted = m_spec.restart == RestartPolicy::Always
        || (m_spec.restart == RestartPolicy::OnFailure && !isSuccess);
    if (!hasEnded || !isWanted || isForeign() || m_roster.isEmpty() || !m_stopRequests.isEmpty()
        || m_spec.environment.isEmpty()) {
        return false;
    }
    const QDateTime now = m_context.clock->now();
    const qint64 life = m_exit ? m_record.startedAt.time().msecsTo(now) : 0; // else it never ran
    const auto pause = m_backoff.next(std::chrono::milliseconds(life));
    if (!pause) {
        giveUp();
        return false;
    }
    pauseUntil(Timestamp(now.addMSecs(pause->count())));
    return true;
}

void ManagedServer::giveUp()
{
    Error error = endedError(
        QStringLiteral("%1 times in a row, and is not started again").arg(m_backoff.inARow() + 1));
    error.details.insert(QStringLiteral("restarts"), m_backoff.inARow());
    note(QStringLiteral("restart"), {}, error.message);
    m_phase = Phase::Gone;
    emit failed(info(), error);
    m_exit.reset(); // told as failed
}

void ManagedServer::pauseUntil(const Timestamp &time)
{
    m_phase = Phase::BackingOff;
    m_record.restartAt = time;
    m_record.readyAt.reset();
    m_record.restarts = m_backoff.inARow();
    writeRecord();
    const qint64 left = std::max<qint64>(0, m_context.clock->now().msecsTo(time.time()));
    m_restartAlarm =
        m_context.clock->wakeAfter(std::chrono::milliseconds(left), [this] { startAgain(); });
    emit stopped(info(), endReasonWord(m_reason));
    emit settled();
}

void ManagedServer::resumeBackoff(const ServerRecord &record, const LaunchSpec &known)
{
    takeRecord(record, known);
    m_record.watcher = m_context.watcher;
    m_reason = EndReason::Crashed;
    m_roster.setOwn();
    m_roster.reload();
    pauseUntil(record.restartAt.value_or(Timestamp(m_context.clock->now())));
    enterGraceIfAlone();
}

void ManagedServer::startNow(Done done)
{
    m_startWaiters.push_back({std::move(done), {}});
    startAgain();
}

void ManagedServer::startAgain()
{
    m_restartAlarm.reset();
    const ProcessId dead = m_record.server;
    const auto launched = launch(m_spec, [this, dead] { return replaceRecordOf(dead); });
    if (!launched)
        failStart(launched.error());
}

/// Ends the pause before a restart for good.
void ManagedServer::endBackoff(EndReason reason)
{
    m_restartAlarm.reset();
    m_reason = reason;
    m_exit = m_exit.value_or(ExitStatus()); // what could not be executed has none
    removeFiles();
    becomeGone();
}

} // namespace sharedserver
