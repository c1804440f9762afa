#pragma once

#include "core/supervisor/clientroster.h"
#include "core/supervisor/clock.h"
#include "core/supervisor/endreason.h"
#include "core/supervisor/handedover.h"
#include "core/supervisor/launchspec.h"
#include "core/supervisor/outcome.h"
#include "core/supervisor/readywaiters.h"
#include "core/supervisor/restartbackoff.h"
#include "core/supervisor/serverlog.h"
#include "core/supervisor/serverprocess.h"
#include "core/supervisor/stoprequests.h"
#include "core/supervisor/termination.h"

#include <QObject>

#include <memory>
#include <vector>

namespace sharedserver {

class ReadinessProbe;

/// What all servers of one watcher share.
struct SupervisorContext
{
    LockfileStore *store;
    ProcessMonitor *monitor;
    Clock *clock;
    LogKeeper *logs;
    ProcessId watcher; ///< ourselves
};

/// One server and its life: held child, running, in grace, being ended, gone.
///
///     start ─► Starting ─► Running ◄────────┐ did not stop in time
///     adopt ──────────────► │ ▲             │
///                           ▼ └─ restart ─ Stopping ─► Gone
///                                          │     ▲
///                   Starting ◄─ BackingOff ◄┘     │ no client is left, or it failed too often
///                                    └───────────┘
///
/// It is the only place where a server's files change. What a caller is promised is on disk before
/// he is told; what the record merely notes (grace, readiness) may be late on a disk that is full.
class ManagedServer : public QObject
{
    Q_OBJECT
public:
    enum class Phase { Starting, Running, Stopping, BackingOff, Gone };

    ManagedServer(const SupervisorContext &context, const QString &name, QObject *parent = nullptr);
    ~ManagedServer() override;

    /// Starts a server that does not run; `client` is attached before anyone can see it.
    void start(const LaunchSpec &spec, const std::optional<Client> &client, Done done);
    /// Takes over a live server whose watcher is dead or has handed over. `known` is what that
    /// watcher told of it, if anything.
    void adopt(const ServerRecord &record, ProcessId server,
               const std::optional<LaunchSpec> &known);
    /// Looks on at a live server that another tool's live watcher looks after.
    void observe(const ServerRecord &record, const ProcessId &server);
    /// Finishes what another watcher could not: its server is dead, but stragglers of its group may
    /// live, and its files are still there. Where that watcher told how it was started (`known`),
    /// its restart policy counts, too. `exit` is how it ended, where that watcher knew it.
    void finishOff(const ServerRecord &record, const std::optional<LaunchSpec> &known,
                   const std::optional<ExitStatus> &exit);
    /// Goes on with its end, where its grace period was over under a predecessor.
    void endGrace();
    /// Goes on with a pause before a restart (see RestartPolicy) that a predecessor had begun.
    void resumeBackoff(const ServerRecord &record, const LaunchSpec &known);
    bool isForeign() const { return m_foreignWatcher != nullptr; }
    bool hasClients() const { return !m_roster.isEmpty(); }

    /// Counts a client, which ends a grace period. During a start, `done` waits for the start.
    void attach(const Client &client, Done done);
    /// Counts it no more; the last one to leave begins the grace period. Twice is no error.
    void detach(const ProcessId &client, Done done);
    /// Does not wait any longer for the end of a pause before a restart.
    void startNow(Done done);
    void stop(const StopOptions &options, Done done);
    void kill(Done done);
    /// Answers when the server is ready, or has failed to become so: at once, where it is ready
    /// already or nothing tells how to see that. `check` counts where it was started without one.
    /// Without a patience of his own, the caller waits for as long as the check does.
    void waitReady(const std::optional<ReadyCheck> &check,
                   std::optional<std::chrono::milliseconds> patience, Done done);
    /// Stops and starts again with the same command, environment and clients. `caller` is the
    /// caller's own world, for the case that the server's is not known any more.
    void restart(const LaunchSpec &caller, const StopOptions &options, Done done);

    /// Another program has changed the files, or they were lost.
    void syncWithFiles();
    /// Everything on disk again, after the lock directory was removed.
    void rewriteFiles();
    /// Whoever comes later knows of it by its files alone: they are written again where they were
    /// lost. Where they are another server's by now, this one is ended (isReplaced()).
    void settleFiles();
    /// Lets go: the server lives on, nothing is written any more.
    void abandon();

    QString name() const { return m_name; }
    Phase phase() const { return m_phase; }
    bool isRestarting() const { return bool(m_restart); }
    /// Being ended because its files name another live server now; nobody else knows of this one.
    bool isReplaced() const
    {
        return m_phase == Phase::Stopping && m_reason == EndReason::Replaced;
    }
    /// As `list` and events show it, from memory: reads no file.
    ServerInfo info() const;
    const LaunchSpec &spec() const { return m_spec; }
    /// What whoever takes our place has to know.
    HandedOver handedOver() const;

signals:
    void started(const sharedserver::ServerInfo &info);
    void attached(const sharedserver::ServerInfo &info);
    void detached(const sharedserver::ServerInfo &info);
    void graceBegan(const sharedserver::ServerInfo &info);
    void becameReady(const sharedserver::ServerInfo &info);
    /// `reason`: the word of an EndReason. Where it will be started again by itself, the record's
    /// restartAt says when.
    void stopped(const sharedserver::ServerInfo &info, const QString &reason);
    /// It could not be started, died at once, or ended too often to be started again.
    void failed(const sharedserver::ServerInfo &info, const sharedserver::Error &error);
    /// No longer Starting or Stopping.
    void settled();
    /// Nothing of it is left; the object may be deleted.
    void gone();

private:
    /// A start that is to follow once the server has been torn down.
    struct Restart
    {
        LaunchSpec spec;
        Done done;
        QStringList warnings;
        ClientTable clients = {}; ///< of a foreign server: its watcher clears them away meanwhile
    };
    /// One who is answered when the server has started.
    struct StartWaiter
    {
        Done done;
        std::optional<ProcessId> client; ///< attached for him
    };

    Result<void> launch(const LaunchSpec &spec, const std::function<Result<void>()> &writeFiles);
    void handleExecuted();
    void settle(int look);
    void finishStart();
    void failStart(const Error &error);
    std::vector<StartWaiter> takeFailedWaiters();
    Error endedError(const QString &when) const;
    QJsonObject logDetails() const;
    void handleClientDeaths(const QList<ProcessId> &dead);
    void watchLeader();
    void handleLeaderEnd(const ExitStatus &status);
    void endFor(EndReason reason);
    void beginTermination(EndReason reason);
    void handleUnwilling();
    void handleUnkillable();
    void goOn();
    void tearDown();
    void cancelRestart();
    void relaunch();
    std::optional<StopOptions> stopWanted() const;
    void removeFiles();
    void retire(std::unique_ptr<QObject> part);
    void becomeGone();

    bool backOff();
    void giveUp();
    void pauseUntil(const Timestamp &time);
    void startAgain();
    void endBackoff(EndReason reason);
    Result<void> replaceRecordOf(const ProcessId &known);
    void recoverEnvironment(LaunchSpec *spec) const;

    void seekReadiness();
    void handleReady();
    void tellReady();
    void handleNotReady();
    void endReadiness();

    void enterGraceIfAlone();
    void beginGrace(const QDateTime &end, std::chrono::milliseconds remaining);
    void leaveGrace();
    void handleGraceEnd();
    void lookForClientsAgain();
    void writeRecord();
    void writeRecordLater();
    std::chrono::milliseconds gracePeriod() const;

    void takeRecord(const ServerRecord &record, const std::optional<LaunchSpec> &known);
    void handleForeignWatcherEnd();
    void replaceLostFiles();
    void syncClients();
    void note(const QString &command, const QJsonObject &metadata,
              const std::optional<QString> &error = {});

    SupervisorContext m_context;
    QString m_name;
    Phase m_phase = Phase::Gone;
    LaunchSpec m_spec;
    ServerRecord m_record;
    ClientRoster m_roster;
    StopRequests m_stopRequests;
    std::unique_ptr<ServerProcess> m_process; ///< where it is our child
    std::unique_ptr<ProcessWatch> m_leaderWatch; ///< where it is not
    std::unique_ptr<ProcessWatch> m_foreignWatcher; ///< where another tool keeps the time
    std::unique_ptr<Termination> m_termination;
    std::unique_ptr<Alarm> m_graceAlarm;
    std::unique_ptr<Alarm> m_clientsAlarm; ///< while nobody can tell who its clients are
    std::unique_ptr<Alarm> m_settleAlarm;
    std::unique_ptr<Alarm> m_lossAlarm;
    std::unique_ptr<Alarm> m_recordAlarm; ///< while the record could not be written
    std::unique_ptr<Restart> m_restart;
    std::vector<StartWaiter> m_startWaiters; ///< the first one asked for the start
    RestartBackoff m_backoff;
    std::unique_ptr<Alarm> m_restartAlarm; ///< while BackingOff
    std::unique_ptr<ReadinessProbe> m_probe; ///< while it runs and is not ready yet
    ReadyWaiters m_readyWaiters;
    bool m_isReadyUntold = false; ///< it is ready, but that is not on disk yet
    std::optional<ExitStatus> m_exit;
    EndReason m_reason = EndReason::Exited; ///< why it is being ended
    QByteArray m_logPath;
};

} // namespace sharedserver
