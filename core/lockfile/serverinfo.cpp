#include "core/lockfile/serverinfo.h"

#include "core/base/bytes.h"
#include "core/lockfile/invocationlog.h"

#include <algorithm>

namespace sharedserver {

namespace {

// The last end of a server lies at most this far back in its history.
constexpr int kSearchedEntries = 50;

QJsonValue pidOrNull(const std::optional<ProcessId> &process)
{
    return process ? QJsonValue(process->pid) : QJsonValue();
}

QJsonValue stampOrNull(const std::optional<ProcessId> &process)
{
    return process && process->startStamp != 0 ? QJsonValue(qint64(process->startStamp))
                                               : QJsonValue();
}

std::optional<ExitStatus> lastExit(const LockDirectory &directory, const QString &name)
{
    const QList<Invocation> history = InvocationLog(directory, name).last(kSearchedEntries);
    for (auto entry = history.crbegin(); entry != history.crend(); ++entry) {
        if (entry->command == QLatin1String("start") && !entry->error)
            return {};
        if (entry->command != QLatin1String("exit"))
            continue;
        ExitStatus status;
        const QJsonValue code = entry->metadata.value(QLatin1String("exit_code"));
        const QJsonValue signal = entry->metadata.value(QLatin1String("signal"));
        if (code.isDouble())
            status.exitCode = code.toInt();
        if (signal.isDouble())
            status.signal = signal.toInt();
        return status.isKnown() ? std::make_optional(status) : std::nullopt;
    }
    return {};
}

ServerInfo readInfo(const LockfileStore &store, const QString &name)
{
    ServerInfo info;
    info.name = name;
    const auto record = store.readServer(name);
    if (!record) {
        info.problem = record.error().message;
        return info;
    }
    if (!*record)
        return info;
    info.record = **record;
    if (info.record->liveServer()) {
        const auto clients = store.readClients(name);
        if (clients)
            info.clients = clients->value_or(ClientTable());
        else
            info.problem = clients.error().message;
        info.clients.keepLiveOnly();
    }
    info.state = judgeState(*info.record, info.clients);
    return info;
}

QJsonObject stoppedJson(const ServerInfo &info)
{
    QJsonObject json{{QStringLiteral("name"), info.name},
                     {QStringLiteral("state"), stateWord(info.state)}};
    if (info.lastExit) {
        const QJsonObject status = info.lastExit->toJson();
        for (auto entry = status.begin(); entry != status.end(); ++entry)
            json.insert(entry.key(), entry.value());
    }
    if (!info.problem.isEmpty())
        json.insert(QStringLiteral("problem"), info.problem);
    return json;
}

} // namespace

QString stateWord(ServerState state)
{
    switch (state) {
    case ServerState::Active:
        return QStringLiteral("active");
    case ServerState::Grace:
        return QStringLiteral("grace");
    case ServerState::Defunct:
        return QStringLiteral("defunct");
    case ServerState::Stopped:
        break;
    }
    return QStringLiteral("stopped");
}

ServerState judgeState(const ServerRecord &record, const ClientTable &clients)
{
    if (record.liveServer())
        return clients.isEmpty() ? ServerState::Grace : ServerState::Active;
    const bool isOfOurKind = !record.manager.isEmpty();
    const bool isWatched = record.liveWatcher().has_value();
    // Another tool's watcher will notice soon, and clean up.
    if (isWatched && !isOfOurKind)
        return ServerState::Defunct;
    // Dead, not reaped, and nobody is there to clean up. A watcher of ours is about to do it.
    if (!isWatched && record.serverLiveness() == Liveness::Zombie)
        return ServerState::Defunct;
    return ServerState::Stopped;
}

std::optional<qint64> ServerInfo::graceRemaining(const QDateTime &now) const
{
    if (state != ServerState::Grace || !record || !record->graceUntil)
        return {};
    const qint64 left = now.msecsTo(record->graceUntil->time());
    return std::max<qint64>(0, (left + 999) / 1000);
}

std::chrono::milliseconds ServerInfo::uptime(const QDateTime &now) const
{
    const qint64 span = record ? record->startedAt.time().msecsTo(now) : 0;
    return std::chrono::milliseconds(std::max<qint64>(0, span));
}

QJsonObject ServerInfo::toJson(const QDateTime &now) const
{
    if (state == ServerState::Stopped || !record)
        return stoppedJson(*this);
    QJsonArray command;
    for (const QByteArray &argument : record->command)
        command.append(displayText(argument));
    const auto remaining = graceRemaining(now);
    QJsonObject json{
        {QStringLiteral("name"), name},
        {QStringLiteral("state"), stateWord(state)},
        {QStringLiteral("pid"), record->server.pid},
        {QStringLiteral("start_time"), stampOrNull(record->server)},
        {QStringLiteral("command"), command},
        {QStringLiteral("grace_period"), record->gracePeriod},
        {QStringLiteral("watcher_pid"), pidOrNull(record->watcher)},
        {QStringLiteral("watcher_start_time"), stampOrNull(record->watcher)},
        {QStringLiteral("started_at"), record->startedAt.time().toSecsSinceEpoch()},
        {QStringLiteral("refcount"), clients.count()},
        {QStringLiteral("clients"),
         state == ServerState::Active ? QJsonValue(clients.toInfoJson()) : QJsonValue()},
        {QStringLiteral("grace_remaining"), remaining ? QJsonValue(*remaining) : QJsonValue()},
    };
    if (!record->logFile.isEmpty())
        json.insert(QStringLiteral("log_file"), displayText(record->logFile));
    if (!record->workingDir.isEmpty())
        json.insert(QStringLiteral("working_dir"), displayText(record->workingDir));
    if (!record->manager.isEmpty())
        json.insert(QStringLiteral("manager"), record->manager);
    if (resources) {
        const double life = double(std::max<qint64>(1, uptime(now).count())) * 1000.0;
        json.insert(QStringLiteral("cpu_percent"),
                    double(resources->cpuMicroseconds) * 100.0 / life);
        json.insert(QStringLiteral("rss_bytes"), qint64(resources->residentBytes));
    }
    if (!problem.isEmpty())
        json.insert(QStringLiteral("problem"), problem);
    return json;
}

ServerInfo readServerInfo(const LockfileStore &store, const QString &name,
                          const InfoOptions &options)
{
    ServerInfo info = readInfo(store, name);
    if (options.withResources && info.isRunning())
        info.resources = resourceUse(info.record->liveServer().value_or(ProcessId()));
    if (options.withHistory && info.state == ServerState::Stopped)
        info.lastExit = lastExit(store.directory(), name);
    return info;
}

QList<ServerInfo> readAllServers(const LockfileStore &store)
{
    QList<ServerInfo> all;
    const QStringList names = store.names();
    for (const QString &name : names) {
        ServerInfo info = readInfo(store, name);
        if (info.state != ServerState::Stopped || !info.problem.isEmpty())
            all.append(std::move(info));
    }
    return all;
}

} // namespace sharedserver
