// ManagedServer's way out: stop, kill, restart, the server's own death, and what is left to do
// when nothing of its group lives any more.

#include "core/supervisor/managedserver.h"

#include "core/process/platform.h"

#include <utility>

namespace sharedserver {

void ManagedServer::stop(const StopOptions &options, Done done)
{
    cancelRestart();
    m_stopRequests.add(options, std::move(done));
    if (!m_termination)
        beginTermination(QStringLiteral("stopped"));
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

void ManagedServer::kill(Done done)
{
    cancelRestart();
    m_stopRequests.add({.force = true, .timeout = std::chrono::hours(1)}, std::move(done));
    m_stopRequests.waitForCertainEnd();
    if (!m_termination)
        beginTermination(QStringLiteral("killed"));
    m_termination->kill();
}

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
    restart->spec = isNew ? caller : m_spec;
    if (restart->spec.environment.isEmpty()) {
        // Adopted from a watcher that crashed. The kernel may still know the environment, unless
        // the server has overwritten it (some do, to change their title in ps).
        for (const std::string &entry : platform::initialEnvironment(pid_t(m_record.server.pid)))
            restart->spec.environment.append(QByteArray::fromStdString(entry));
    }
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
    beginTermination(QStringLiteral("restart"));
    m_termination->terminate();
}

void ManagedServer::beginTermination(const QString &reason)
{
    m_phase = m_phase == Phase::Starting ? m_phase : Phase::Stopping;
    m_reason = reason;
    m_graceAlarm.reset();
    m_termination =
        std::make_unique<Termination>(m_context.monitor, m_context.clock, m_record.server);
    // Queued: it may finish inside a call of ours to it.
    connect(m_termination.get(), &Termination::finished, this, &ManagedServer::tearDown,
            Qt::QueuedConnection);
}

void ManagedServer::handleUnwilling()
{
    const bool endIsCertain =
        m_exit || m_reason == QLatin1String("grace") || isReplaced() || m_termination->isKilling();
    if (endIsCertain)
        return;
    m_termination.reset();
    m_phase = Phase::Running;
    note(QStringLiteral("stop"), {}, QStringLiteral("did not stop in time"));
    enterGraceIfAlone();
    emit settled();
}

void ManagedServer::handleLeaderEnd(const ExitStatus &status)
{
    m_exit = status;
    m_settleAlarm.reset();
    m_graceAlarm.reset();
    if (m_process)
        m_process.release()->deleteLater();
    if (m_leaderWatch)
        m_leaderWatch.release()->deleteLater();
    if (isForeign() && !m_termination) {
        // Its own watcher tears it down.
        m_reason = status.isFailure() ? QStringLiteral("crashed") : QStringLiteral("exited");
        becomeGone();
        return;
    }
    if (!m_termination)
        beginTermination(status.isFailure() ? QStringLiteral("crashed") : QStringLiteral("exited"));
    m_stopRequests.waitForCertainEnd();
    m_termination->leaderEnded();
}

void ManagedServer::tearDown()
{
    if (!m_termination)
        return;
    m_termination.release()->deleteLater();
    m_context.logs->forget(m_logPath);
    QJsonObject metadata = m_exit.value_or(ExitStatus()).toJson();
    metadata.insert(QStringLiteral("reason"), m_reason);
    note(QStringLiteral("exit"), metadata);
    if (m_restart && m_startWaiters.empty()) {
        relaunch();
        return;
    }
    const bool diedAtOnce = !m_startWaiters.empty();
    const Error error = diedAtOnce ? exitedAtOnce() : Error{};
    const auto pathIsFree = m_context.store->removeServer(m_name, m_record.server);
    if (!pathIsFree || *pathIsFree)
        m_roster.clear(); // else another server stands there now, and the clients are its own
    if (diedAtOnce) {
        m_phase = Phase::Gone;
        emit failed(info(), error);
        for (const Done &done : std::exchange(m_startWaiters, {}))
            done(Failure(error));
        m_exit.reset(); // told as failed: what has never run does not stop, too
    }
    becomeGone();
}

void ManagedServer::relaunch()
{
    m_phase = Phase::Gone; // for a moment: that is what is told
    emit stopped(info(), m_reason);
    m_stopRequests.answerAll(Outcome{QStringLiteral("stopped"), info()});
    m_startWaiters.push_back(std::exchange(m_restart->done, nullptr));
    m_foreignWatcher.reset();
    m_roster.setOwn();
    m_roster.reload();
    m_restart->clients.keepLiveOnly();
    const QList<ClientRecord> clients = m_restart->clients.clients();
    for (const ClientRecord &client : clients)
        m_roster.attach(client);
    const auto launched =
        launch(m_restart->spec, [this] { return m_context.store->writeServer(m_name, m_record); });
    if (!launched)
        failStart(launched.error());
}

void ManagedServer::becomeGone()
{
    m_phase = Phase::Gone;
    if (m_exit)
        emit stopped(info(), m_reason);
    m_stopRequests.answerAll(Outcome{QStringLiteral("stopped"), info()});
    emit gone();
    emit settled();
}

} // namespace sharedserver
