#include "core/supervisor/managedserver.h"

#include "core/base/bytes.h"
#include "core/lockfile/invocationlog.h"
#include "core/log/logposition.h"
#include "core/process/platform.h"
#include "core/supervisor/readinessprobe.h"

#include <utility>

namespace sharedserver {

namespace {

// A fresh server that dies within this time is reported as a failed start. Long enough for a
// command that only prints its usage, too short to be felt.
constexpr std::chrono::milliseconds kSettleTime{5};
// One that is still busy then may only have got no processor on a loaded machine. It is looked at
// again so many times; more often where it has hardly computed at all by then.
constexpr int kMostLooks = 20;
constexpr int kMostLooksAtStarved = 2000;
constexpr std::chrono::milliseconds kStarved{20};

} // namespace

ManagedServer::ManagedServer(const SupervisorContext &context, const QString &name, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_name(name)
    , m_roster(context.store, context.monitor, name)
    , m_stopRequests(context.clock, name, [this] { return logDetails(); })
    , m_readyWaiters(context.clock, name)
{
    connect(&m_roster, &ClientRoster::clientsDied, this, &ManagedServer::handleClientDeaths);
    connect(&m_stopRequests, &StopRequests::forceWanted, this, [this] {
        m_stopRequests.waitForCertainEnd();
        if (m_termination)
            m_termination->kill();
    });
    connect(&m_stopRequests, &StopRequests::allGaveUp, this, &ManagedServer::handleUnwilling);
}

ManagedServer::~ManagedServer() = default;

void ManagedServer::start(const LaunchSpec &spec, const std::optional<Client> &client, Done done)
{
    m_startWaiters.push_back(
        {std::move(done), client ? std::make_optional(client->process) : std::nullopt});
    const auto launched = launch(spec, [this, &client]() -> Result<void> {
        if (client) {
            const auto attach = m_roster.attach({.process = client->process,
                                                 .attachedAt = Timestamp(m_context.clock->now()),
                                                 .metadata = client->metadata,
                                                 .unknownKeys = {}});
            if (!attach)
                return Failure(attach.error());
        }
        const auto created = m_context.store->createServer(m_name, m_record);
        if (!created && client)
            m_roster.detach(client->process);
        return created;
    });
    if (!launched)
        failStart(launched.error());
}

Result<void> ManagedServer::launch(const LaunchSpec &spec,
                                   const std::function<Result<void>()> &writeFiles)
{
    m_spec = spec;
    m_phase = Phase::Starting;
    m_exit.reset();
    m_isReadyUntold = false; // that was the process before
    const auto executable = resolveExecutable(spec);
    if (!executable)
        return Failure(executable.error());
    const auto log = openLog(m_name, spec);
    if (!log)
        return Failure(log.error());
    auto process = std::make_unique<ServerProcess>(m_context.monitor);
    const auto server = process->startHeld(*executable, spec, log->file.get());
    if (!server)
        return Failure(server.error());

    m_logPath = log->path;
    m_record = ServerRecord{};
    m_record.server = *server;
    m_record.command = spec.command;
    m_record.gracePeriod = spec.gracePeriod;
    m_record.watcher = m_context.watcher;
    m_record.startedAt = Timestamp(m_context.clock->now());
    m_record.manager = QLatin1String(kManager);
    m_record.bootId = QString::fromStdString(platform::bootId());
    m_record.logFile = m_logPath;
    m_record.workingDir = spec.workingDirectory;
    m_record.umask = spec.umask;
    m_record.logOffset = log->startPlace;
    if (spec.ready)
        m_record.ready = spec.ready->source;
    if (spec.restart != RestartPolicy::Never)
        m_record.restart = restartPolicyWord(spec.restart);
    m_record.restarts = m_backoff.inARow();
    // Where this fails, the process is still held at its gate, and ends with this scope.
    const auto written = writeFiles();
    if (!written)
        return written;

    connect(process.get(), &ServerProcess::executed, this, &ManagedServer::handleExecuted);
    connect(process.get(), &ServerProcess::executionFailed, this, &ManagedServer::failStart);
    connect(process.get(), &ServerProcess::ended, this, &ManagedServer::handleLeaderEnd);
    m_process = std::move(process);
    m_process->release();
    return {};
}

void ManagedServer::handleExecuted()
{
    KeptLog log = keptLog(m_name, m_logPath, m_spec);
    log.startPlace = m_record.logOffset;
    log.startMs = m_record.startedAt.time().toMSecsSinceEpoch();
    m_context.logs->keep(log);
    settle(1);
}

void ManagedServer::settle(int look)
{
    m_settleAlarm = m_context.clock->wakeAfter(kSettleTime, [this, look] {
        const auto computed = computingTime(m_record.server);
        const int most = computed < kStarved ? kMostLooksAtStarved : kMostLooks;
        if (computed && look < most)
            settle(look + 1);
        else if (isAlive(m_record.server))
            finishStart();
        // Else its end is told in a moment: this alarm and that were due at the same time.
    });
}

void ManagedServer::finishStart()
{
    m_settleAlarm.reset();
    m_phase = Phase::Running;
    if (m_restart && m_roster.isFileMissing())
        m_roster.rewrite(); // another tool's watcher has cleared up after its own server
    note(QStringLiteral("start"),
         {{QStringLiteral("command"), QJsonArray::fromStringList([this] {
               QStringList shown;
               for (const QByteArray &argument : std::as_const(m_spec.command))
                   shown.append(displayText(argument));
               return shown;
           }())},
          {QStringLiteral("grace_period"), m_record.gracePeriod},
          {QStringLiteral("server_pid"), m_record.server.pid},
          {QStringLiteral("server_start_time"), qint64(m_record.server.startStamp)},
          {QStringLiteral("watcher_pid"), m_context.watcher.pid}});
    emit started(info());
    QString word = QStringLiteral("started");
    QStringList warnings;
    if (m_restart)
        warnings = std::exchange(m_restart, nullptr)->warnings;
    for (const StartWaiter &waiter : std::exchange(m_startWaiters, {})) {
        waiter.done(Outcome{word, info(), warnings});
        word = QStringLiteral("attached");
    }
    seekReadiness();
    enterGraceIfAlone();
    syncWithFiles(); // which were not looked at until now
    emit settled();
}

void ManagedServer::failStart(const Error &error)
{
    retire(std::move(m_process));
    m_context.logs->forget(m_logPath);
    m_restart.reset();
    note(QStringLiteral("start"), {}, error.message);
    // A lost race is not a failure yet: the supervisor turns to the winner.
    const bool isRaceLost = error.kind == Error::Kind::Conflict;
    const auto waiters = isRaceLost ? std::exchange(m_startWaiters, {}) : takeFailedWaiters();
    const bool comesBack = !isRaceLost && backOff();
    if (!comesBack) {
        if (m_record.server.isValid() && !isRaceLost)
            removeFiles();
        const bool hasGivenUp = m_phase == Phase::Gone; // and told that
        m_phase = Phase::Gone;
        if (!isRaceLost && !hasGivenUp)
            emit failed(info(), error);
    }
    for (const StartWaiter &waiter : waiters)
        waiter.done(Failure(error));
    if (!comesBack)
        becomeGone();
}

/// Those who are to be told that it failed: they are no clients of it, then.
std::vector<ManagedServer::StartWaiter> ManagedServer::takeFailedWaiters()
{
    for (const StartWaiter &waiter : m_startWaiters) {
        if (waiter.client)
            m_roster.detach(*waiter.client);
    }
    return std::exchange(m_startWaiters, {});
}

/// What an error shows of its log.
QJsonObject ManagedServer::logDetails() const
{
    return {{QStringLiteral("log_file"), displayText(m_logPath)},
            {QStringLiteral("log_tail"),
             QJsonArray::fromStringList(logTail(m_logPath, kShownLogLines, m_record.logOffset))}};
}

/// `when`: how its end stands to what was wanted of it, as "right after its start".
Error ManagedServer::endedError(const QString &when) const
{
    const ExitStatus status = m_exit.value_or(ExitStatus());
    QJsonObject details = logDetails();
    details.insert(QStringLiteral("exit_code"), status.toJson().value(QLatin1String("exit_code")));
    details.insert(QStringLiteral("signal"), status.toJson().value(QLatin1String("signal")));
    return Error{Error::Kind::CannotStart,
                 QStringLiteral("Server '%1' ended %2 (%3). See its log: %4")
                     .arg(m_name, when, status.text(), displayText(m_logPath)),
                 details};
}

void ManagedServer::watchLeader()
{
    m_leaderWatch = std::make_unique<ProcessWatch>(m_context.monitor, m_record.server);
    connect(m_leaderWatch.get(), &ProcessWatch::ended, this, &ManagedServer::handleLeaderEnd);
}

void ManagedServer::attach(const Client &client, Done done)
{
    const bool wasAlone = m_roster.isEmpty();
    const auto isNew = m_roster.attach({.process = client.process,
                                        .attachedAt = Timestamp(m_context.clock->now()),
                                        .metadata = client.metadata,
                                        .unknownKeys = {}});
    if (!isNew) {
        done(Failure(isNew.error()));
        return;
    }
    const bool isRescue = wasAlone && m_phase == Phase::Running;
    leaveGrace();
    note(QStringLiteral("incref"),
         {{QStringLiteral("client_pid"), client.process.pid},
          {QStringLiteral("new_refcount"), m_roster.table().count()},
          {QStringLiteral("state"), stateWord(info().state)}});
    if (*isNew)
        emit attached(info());
    if (m_phase == Phase::Starting || m_phase == Phase::BackingOff) {
        // Who was attached before does not lose it where this start fails.
        m_startWaiters.push_back(
            {std::move(done), *isNew ? std::make_optional(client.process) : std::nullopt});
        if (m_phase == Phase::BackingOff)
            startAgain();
        return;
    }
    done(Outcome{isRescue ? QStringLiteral("rescued") : QStringLiteral("attached"), info()});
}

void ManagedServer::detach(const ProcessId &client, Done done)
{
    const auto wasAttached = m_roster.detach(client);
    if (!wasAttached) {
        done(Failure(wasAttached.error()));
        return;
    }
    if (!*wasAttached) {
        done(Outcome{QStringLiteral("not_attached"), info()});
        return;
    }
    if (m_restart)
        m_restart->clients.detach(client);
    note(QStringLiteral("decref"),
         {{QStringLiteral("client_pid"), client.pid},
          {QStringLiteral("new_refcount"), m_roster.table().count()}});
    emit detached(info());
    enterGraceIfAlone();
    done(Outcome{QStringLiteral("detached"), info()});
}

void ManagedServer::handleClientDeaths(const QList<ProcessId> &dead)
{
    auto left = m_roster.table().count() + dead.size();
    for (const ProcessId &client : dead) {
        note(QStringLiteral("decref"),
             {{QStringLiteral("client_pid"), client.pid},
              {QStringLiteral("new_refcount"), --left},
              {QStringLiteral("reason"), QStringLiteral("died")}});
        emit detached(info());
    }
    enterGraceIfAlone();
}

ServerInfo ManagedServer::info() const
{
    ServerInfo info;
    info.name = m_name;
    info.lastLog = m_logPath;
    if (m_phase == Phase::Gone) {
        info.lastExit = m_exit;
        return info;
    }
    info.record = m_record;
    info.clients = m_roster.table();
    if (m_phase == Phase::BackingOff) {
        info.lastExit = m_exit;
        return info;
    }
    info.state = m_roster.isEmpty() ? ServerState::Grace : ServerState::Active;
    return info;
}

void ManagedServer::note(const QString &command, const QJsonObject &metadata,
                         const std::optional<QString> &error)
{
    // The history is a help for people; a full disk must not stop the work itself.
    InvocationLog(m_context.store->directory(), m_name)
        .append({.timestamp = {},
                 .command = command,
                 .args = {m_name},
                 .error = error,
                 .metadata = metadata});
}

} // namespace sharedserver
