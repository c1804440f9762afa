#include "core/lockfile/serverinfo.h"

#include "core/base/bytes.h"
#include "core/base/jsonwriter.h"
#include "core/lockfile/invocationlog.h"

#include <QJsonDocument>

#include <algorithm>
#include <future>
#include <limits>
#include <system_error>
#include <thread>
#include <vector>

namespace sharedserver {

namespace {

// The last end of a server lies at most this far back in its history.
constexpr int kSearchedEntries = 50;
// Reading a server is a dozen system calls, which many threads can make at once; with fewer than
// this many to read, another thread costs more than it saves.
constexpr qsizetype kServersPerThread = 100;

// Of what a message says of one server's clients, in bytes.
constexpr qsizetype kMostOfClients = 128 * 1024;
// What one client takes at the most, with and without each character of its metadata.
constexpr qsizetype kClientSize = 128;
constexpr qsizetype kEscapeSize = 6;

void setLastEnd(ServerInfo *info, const QJsonObject &exit)
{
    ExitStatus status;
    const QJsonValue code = exit.value(QLatin1String("exit_code"));
    const QJsonValue signal = exit.value(QLatin1String("signal"));
    if (code.isDouble())
        status.exitCode = code.toInt();
    if (signal.isDouble())
        status.signal = signal.toInt();
    if (status.isKnown())
        info->lastExit = status;
    info->lastLog = bytesFromText(exit.value(QLatin1String("log_file")).toString());
}

/// Fills in how a server that is stopped ended, and where it wrote to.
void addLastEnd(ServerInfo *info, const LockDirectory &directory)
{
    InvocationLog(directory, info->name)
        .searchBackwards(kSearchedEntries, [info](const Invocation &entry) {
            if (entry.command == QLatin1String("exit"))
                setLastEnd(info, entry.metadata);
            const bool hasStarted = entry.command == QLatin1String("start") && !entry.error;
            return hasStarted || entry.command == QLatin1String("exit");
        });
}

/// The state of a server whose process is not alive.
ServerState judgeDead(const ServerRecord &record)
{
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

ServerState judgeLive(const ClientTable &clients)
{
    return clients.isEmpty() ? ServerState::Grace : ServerState::Active;
}

/// `isAlone`: there was no clients file a moment ago.
ServerInfo readInfo(const LockfileStore &store, const QString &name, bool isAlone = false)
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
    if (!info.record->liveServer()) {
        info.state = judgeDead(*info.record);
        if (info.willRestart()) {
            info.clients = store.readClients(name).value_or(std::nullopt).value_or(ClientTable());
            info.clients.keepLiveOnly();
        }
    } else if (isAlone && info.record->graceUntil) {
        // Both agree. (Without the time, a pass over the directory may merely have missed the file
        // of a server that was just being started.)
        info.state = ServerState::Grace;
    } else {
        const auto clients = store.readClients(name);
        if (clients)
            info.clients = clients->value_or(ClientTable());
        else
            info.problem = clients.error().message;
        info.clients.keepLiveOnly();
        info.state = judgeLive(info.clients);
    }
    return info;
}

using FoundFiles = QMap<QString, LockfileStore::Files>;

/// Those of the servers from `begin` to `end` that run or have a problem.
QList<ServerInfo> readPart(const LockfileStore &store, FoundFiles::const_iterator begin,
                           FoundFiles::const_iterator end)
{
    QList<ServerInfo> infos;
    for (auto files = begin; files != end; ++files) {
        ServerInfo info = readInfo(store, files.key(), !files->clients);
        if (info.state != ServerState::Stopped || info.willRestart() || !info.problem.isEmpty())
            infos.append(std::move(info));
    }
    return infos;
}

/// The same in another thread; where no more can be had, when it is asked for.
std::future<QList<ServerInfo>> readPartAside(const LockfileStore &store,
                                             FoundFiles::const_iterator begin,
                                             FoundFiles::const_iterator end)
{
    try {
        return std::async(std::launch::async, readPart, std::cref(store), begin, end);
    } catch (const std::system_error &) {
        return std::async(std::launch::deferred, readPart, std::cref(store), begin, end);
    }
}

std::optional<qint64> pidOf(const std::optional<ProcessId> &process)
{
    return process ? std::make_optional(process->pid) : std::nullopt;
}

std::optional<qint64> stampOf(const std::optional<ProcessId> &process)
{
    return process && process->startStamp != 0 ? std::make_optional(qint64(process->startStamp))
                                               : std::nullopt;
}

/// Rounded up; zero where it is past.
qint64 secondsUntil(const Timestamp &time, const QDateTime &now)
{
    return std::max<qint64>(0, (now.msecsTo(time.time()) + 999) / 1000);
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

std::optional<bool> ServerInfo::isReady() const
{
    if (!isRunning() || !record || record->ready.isEmpty())
        return {};
    return record->readyAt.has_value();
}

bool ServerInfo::willRestart() const
{
    return state == ServerState::Stopped && record && record->restartAt && record->liveWatcher();
}

std::optional<qint64> ServerInfo::restartRemaining(const QDateTime &now) const
{
    if (!willRestart())
        return {};
    return secondsUntil(*record->restartAt, now);
}

std::optional<qint64> ServerInfo::graceRemaining(const QDateTime &now) const
{
    if (state != ServerState::Grace || !record || !record->graceUntil)
        return {};
    return secondsUntil(*record->graceUntil, now);
}

std::chrono::milliseconds ServerInfo::uptime(const QDateTime &now) const
{
    const qint64 span = record ? record->startedAt.time().msecsTo(now) : 0;
    return std::chrono::milliseconds(std::max<qint64>(0, span));
}

void ServerInfo::write(JsonWriter &json, const QDateTime &now) const
{
    write(json, now, std::numeric_limits<qsizetype>::max());
}

void ServerInfo::write(JsonWriter &json, const QDateTime &now, qsizetype mostOfClients) const
{
    json.beginObject();
    json.member("name", name);
    json.member("state", stateWord(state));
    if (state != ServerState::Stopped && record) {
        writeRunning(json, now, mostOfClients);
    } else if (lastExit) {
        json.member("exit_code", lastExit->exitCode);
        json.member("signal", lastExit->signal);
        if (!lastLog.isEmpty())
            json.member("log_file", displayText(lastLog));
        if (!logTail.isEmpty())
            json.member("log_tail", logTail);
    }
    if (const auto remaining = restartRemaining(now)) {
        json.member("restart_remaining", *remaining);
        json.member("refcount", qint64(clients.count()));
    }
    if (record && record->restarts > 0 && (isRunning() || willRestart()))
        json.member("restarts", qint64(record->restarts));
    if (!problem.isEmpty())
        json.member("problem", problem);
    if (isDefined)
        json.member("defined", true);
    json.endObject();
}

void ServerInfo::writeRunning(JsonWriter &json, const QDateTime &now, qsizetype mostOfClients) const
{
    json.member("pid", record->server.pid);
    json.member("start_time", stampOf(record->server));
    json.key("command");
    json.beginArray();
    for (const QByteArray &argument : record->command)
        json.value(displayText(argument));
    json.endArray();
    json.member("grace_period", record->gracePeriod);
    json.member("started_at", record->startedAt.time().toSecsSinceEpoch());
    json.member("watcher_pid", pidOf(record->watcher));
    json.member("watcher_start_time", stampOf(record->watcher));
    json.member("refcount", qint64(clients.count()));
    writeClients(json, mostOfClients);
    json.member("grace_remaining", graceRemaining(now));
    if (const auto ready = isReady())
        json.member("ready", *ready);
    if (!record->restart.isEmpty())
        json.member("restart", record->restart);
    if (!record->logFile.isEmpty())
        json.member("log_file", displayText(record->logFile));
    if (!record->workingDir.isEmpty())
        json.member("working_dir", displayText(record->workingDir));
    if (!record->manager.isEmpty())
        json.member("manager", record->manager);
    if (drift) {
        json.member("drift", *drift);
    }
    if (resources) {
        const double life = double(std::max<qint64>(1, uptime(now).count())) * 1000.0;
        json.member("cpu_percent", double(resources->cpuMicroseconds) * 100.0 / life);
        json.member("rss_bytes", qint64(resources->residentBytes));
    }
}

void ServerInfo::writeClients(JsonWriter &json, qsizetype mostOfClients) const
{
    json.key("clients");
    if (state != ServerState::Active) {
        json.null();
        return;
    }
    json.beginArray();
    qint64 omitted = 0;
    const QList<ClientRecord> all = clients.clients();
    for (const ClientRecord &client : all) {
        const qsizetype size =
            kClientSize + kEscapeSize * client.metadata.value_or(QString()).size();
        if (omitted > 0 || size > mostOfClients) {
            ++omitted;
            continue;
        }
        mostOfClients -= size;
        json.beginObject();
        json.member("pid", client.process.pid);
        json.member("attached_at", client.attachedAt.text());
        json.member("metadata", client.metadata);
        json.endObject();
    }
    json.endArray();
    if (omitted > 0)
        json.member("clients_omitted", omitted);
}

QJsonObject ServerInfo::toJson(const QDateTime &now) const
{
    JsonWriter json;
    write(json, now, kMostOfClients);
    return QJsonDocument::fromJson(json.take()).object();
}

ServerInfo readServerInfo(const LockfileStore &store, const QString &name,
                          const InfoOptions &options)
{
    ServerInfo info = readInfo(store, name);
    if (options.withResources && info.isRunning())
        info.resources = resourceUse(info.record->liveServer().value_or(ProcessId()));
    if (options.withHistory && info.state == ServerState::Stopped)
        addLastEnd(&info, store.directory());
    return info;
}

void readAllServers(const LockfileStore &store,
                    const std::function<void(const ServerInfo &)> &visit)
{
    const FoundFiles found = store.scan();
    const auto count = qsizetype(found.size());
    const qsizetype parts = std::clamp<qsizetype>(
        count / kServersPerThread, 1, std::max(1U, std::thread::hardware_concurrency()));
    const auto beginOfPart = [&](qsizetype part) {
        return std::next(found.begin(), part * count / parts);
    };
    std::vector<std::future<QList<ServerInfo>>> others;
    for (qsizetype part = 1; part < parts; ++part) {
        others.push_back(readPartAside(store, beginOfPart(part), beginOfPart(part + 1)));
    }
    const QList<ServerInfo> first = readPart(store, beginOfPart(0), beginOfPart(1));
    std::for_each(first.begin(), first.end(), visit);
    for (auto &other : others) {
        const QList<ServerInfo> infos = other.get();
        std::for_each(infos.begin(), infos.end(), visit);
    }
}

} // namespace sharedserver
