// ManagedServer and the world outside: files that other programs change, watchers of other tools.

#include "core/supervisor/managedserver.h"

#include "core/process/platform.h"
#include "core/supervisor/readinessprobe.h"

namespace sharedserver {

namespace {

// Files that vanish are looked for again after this time: a directory that is being removed loses
// its files one by one, and what is put back meanwhile would be in the way of its removal.
constexpr std::chrono::milliseconds kLossPatience{100};

// A record that could not be written (a full disk, no descriptor left) is tried again so often.
constexpr std::chrono::seconds kWriteAgain{1};

/// All that the files tell of how a server was started.
LaunchSpec specOf(const ServerRecord &record)
{
    LaunchSpec spec;
    spec.command = record.command;
    spec.workingDirectory = record.workingDir;
    spec.umask = record.umask;
    spec.logFile = record.logFile;
    spec.gracePeriod = record.gracePeriod;
    if (const auto check = ReadyCheck::fromJson(record.ready))
        spec.ready = *check;
    spec.restart = restartPolicyFromWord(record.restart).value_or(RestartPolicy::Never);
    return spec;
}

} // namespace

void ManagedServer::takeRecord(const ServerRecord &record, const std::optional<LaunchSpec> &known)
{
    m_phase = Phase::Running;
    m_record = record;
    m_spec = known.value_or(specOf(record));
    m_backoff = RestartBackoff(record.restarts);
    m_logPath = record.logFile;
}

// `server` by value: it may be part of the record that is replaced here.
void ManagedServer::adopt(const ServerRecord &record, ProcessId server,
                          const std::optional<LaunchSpec> &known)
{
    takeRecord(record, known);
    m_record.server = server;
    m_record.watcher = m_context.watcher;
    m_record.manager = QLatin1String(kManager);
    m_record.bootId = QString::fromStdString(platform::bootId());
    m_context.logs->keep(keptLog(m_name, m_logPath, m_spec));
    if (m_spec.ready)
        m_record.ready = m_spec.ready->source;
    // After its end, nobody could tell it any more.
    if (m_spec.restart != RestartPolicy::Never)
        recoverEnvironment(&m_spec);
    writeRecord();
    m_roster.setOwn();
    m_roster.reload();
    // Somebody came while nobody watched: the next grace period is a whole one.
    if (!m_roster.isEmpty())
        leaveGrace();
    watchLeader();
    if (!m_record.readyAt)
        seekReadiness();
    enterGraceIfAlone();
}

void ManagedServer::finishOff(const ServerRecord &record, const std::optional<LaunchSpec> &known,
                              const std::optional<ExitStatus> &exit)
{
    takeRecord(record, known);
    if (known) {
        m_record.watcher = m_context.watcher;
        m_roster.setOwn();
        m_roster.reload();
    }
    const auto corpse = platform::inspect(pid_t(record.server.pid));
    const bool isItsCorpse = corpse && corpse->startStamp == record.server.startStamp;
    handleLeaderEnd(
        exit.value_or(ExitStatus::fromWaitStatus(isItsCorpse ? corpse->waitStatus : std::nullopt)));
}

void ManagedServer::observe(const ServerRecord &record, const ProcessId &server)
{
    takeRecord(record, {});
    m_record.server = server;
    // 0.6.8 writes start stamps and keeps an empty clients file; 0.4.4 does neither.
    const bool keepsEmptyFile = record.server.startStamp != 0;
    m_roster.setForeign(keepsEmptyFile ? WhenEmpty::Keep : WhenEmpty::Remove);
    m_roster.reload();
    watchLeader();
    m_foreignWatcher = std::make_unique<ProcessWatch>(
        m_context.monitor, record.liveWatcher().value_or(*record.watcher));
    connect(m_foreignWatcher.get(), &ProcessWatch::ended, this,
            &ManagedServer::handleForeignWatcherEnd);
}

void ManagedServer::handleForeignWatcherEnd()
{
    m_foreignWatcher.reset();
    if (m_phase != Phase::Running)
        return;
    if (!isAlive(m_record.server)) {
        handleLeaderEnd({}); // nobody else will clean up
        return;
    }
    const auto record = m_context.store->readServer(m_name);
    adopt(record && *record ? **record : m_record, m_record.server, m_spec);
}

void ManagedServer::syncWithFiles()
{
    if (m_phase == Phase::Gone || m_phase == Phase::Starting)
        return;
    const auto read = m_context.store->readServer(m_name);
    if (m_phase == Phase::BackingOff) {
        // Ours is dead, so that is another program's, which has started it meanwhile.
        if (read && *read && (*read)->liveServer())
            endBackoff(EndReason::Replaced);
        return;
    }
    const bool isRight =
        read && *read && (*read)->server == m_record.server && (*read)->bootId == m_record.bootId;
    const auto live = !isRight && read && *read ? (*read)->liveServer() : std::nullopt;
    const bool isAnothers = live && *live != m_record.server;
    if (!isForeign() && !isAnothers && ((read && !*read) || m_roster.isFileMissing())) {
        if (!m_lossAlarm) {
            m_lossAlarm = m_context.clock->wakeAfter(kLossPatience, [this] { replaceLostFiles(); });
        }
        return;
    }
    if (!isRight && !isForeign()) {
        if (isAnothers) {
            // Another program has started a server under this name, and its files win: two servers
            // of one name must not go on.
            if (isReplaced())
                return;
            cancelRestart();
            if (!m_termination)
                beginTermination(EndReason::Replaced);
            m_reason = EndReason::Replaced;
            m_termination->terminate();
            m_termination->killAfter(Termination::kStragglerTime);
            return;
        }
        writeRecord();
    }
    syncClients();
}

void ManagedServer::replaceLostFiles()
{
    m_lossAlarm.reset();
    if (m_phase == Phase::Gone || m_phase == Phase::Starting || m_phase == Phase::BackingOff)
        return;
    const auto read = m_context.store->readServer(m_name);
    if (read && !*read)
        rewriteFiles();
    else
        syncClients(); // without its clients file alone: it may be another tool's detach
}

void ManagedServer::syncClients()
{
    const ClientTable before = m_roster.table();
    if (!m_roster.reload())
        return;
    const ClientTable &now = m_roster.table();
    if (!m_roster.isEmpty())
        leaveGrace();
    if (now.hasOthersThan(before))
        emit attached(info());
    if (before.hasOthersThan(now))
        emit detached(info());
    enterGraceIfAlone();
}

void ManagedServer::rewriteFiles()
{
    if (m_phase == Phase::Gone)
        return;
    if (!m_roster.isEmpty())
        m_roster.rewrite();
    const auto created = m_context.store->createServer(m_name, m_record);
    if (!created && created.error().kind == Error::Kind::Conflict)
        syncWithFiles(); // ours, or of a server that has come in between
}

/// Writes the record, where none stands of another server than `known` that lives.
/// Kind::Conflict where another program has started a server under this name meanwhile.
Result<void> ManagedServer::replaceRecordOf(const ProcessId &known)
{
    bool isTaken = false;
    const auto updated = m_context.store->updateServer(m_name, [&](ServerRecord &record) {
        const auto live = record.liveServer();
        isTaken = live && *live != known;
        if (!isTaken)
            record = m_record;
        return !isTaken;
    });
    if (isTaken) {
        return failure(Error::Kind::Conflict,
                       QStringLiteral("Another program has started '%1' meanwhile.").arg(m_name));
    }
    if (updated)
        return updated;
    // Gone or damaged since: then it is written anew.
    switch (updated.error().kind) {
    case Error::Kind::NotRunning:
        return m_context.store->createServer(m_name, m_record);
    case Error::Kind::Corrupt:
        return m_context.store->writeServer(m_name, m_record);
    default:
        return updated;
    }
}

/// Where this fails, it is made up for as soon as it can be. Until then a successor begins the
/// grace period anew: late, never early. Another tool's server that has come meanwhile keeps its
/// file, and is turned to when the directory tells of it.
void ManagedServer::writeRecord()
{
    m_recordAlarm.reset();
    const auto written = replaceRecordOf(m_record.server);
    if (!written && written.error().kind != Error::Kind::Conflict)
        writeRecordLater();
    else if (m_isReadyUntold)
        tellReady();
}

void ManagedServer::writeRecordLater()
{
    m_recordAlarm = m_context.clock->wakeAfter(kWriteAgain, [this] {
        m_recordAlarm.reset();
        if (!isForeign() && (m_phase == Phase::Running || m_phase == Phase::BackingOff))
            writeRecord();
        // Whoever waits for that is told even so: a disk can stay full.
        if (m_isReadyUntold)
            tellReady();
    });
}

void ManagedServer::settleFiles()
{
    if (isForeign() || isReplaced() || (m_phase != Phase::Running && m_phase != Phase::Stopping))
        return;
    const auto read = m_context.store->readServer(m_name);
    if (read && !*read)
        rewriteFiles();
    else if (read && (*read)->server != m_record.server)
        syncWithFiles();
}

void ManagedServer::abandon()
{
    settleFiles();
    // Its files are another server's, and so nobody who comes later would know of it.
    if (isReplaced() && m_termination)
        m_termination->kill();
    m_phase = Phase::Gone;
    m_startWaiters.clear();
    m_stopRequests.forgetAll();
    m_restart.reset();
    m_readyWaiters.forgetAll();
    m_probe.reset();
    m_graceAlarm.reset();
    m_clientsAlarm.reset();
    m_restartAlarm.reset();
    m_settleAlarm.reset();
    m_lossAlarm.reset();
    m_recordAlarm.reset();
    m_leaderWatch.reset();
    m_foreignWatcher.reset();
    m_termination.reset();
    m_context.logs->forget(m_logPath);
    m_process.reset();
}

} // namespace sharedserver
