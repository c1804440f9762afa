#pragma once

#include "core/lockfile/clienttable.h"
#include "core/lockfile/lockfilestore.h"
#include "core/lockfile/serverrecord.h"
#include "core/process/exitstatus.h"
#include "core/process/processgroup.h"

#include <QJsonObject>
#include <QList>

#include <functional>
#include <optional>

namespace sharedserver {

class JsonWriter;

enum class ServerState { Active, Grace, Stopped, Defunct };

/// `active`, `grace`, `stopped`, `defunct`.
QString stateWord(ServerState state);

/// Everything that can be said of one server at one instant: the same for command line, control
/// socket and tray.
struct ServerInfo
{
    QString name;
    ServerState state = ServerState::Stopped;
    std::optional<ServerRecord> record; ///< where the file is readable, also when stopped
    ClientTable clients; ///< live ones only
    QString problem; ///< why the files cannot be read, with their path; empty where they can
    std::optional<ExitStatus> lastExit; ///< of a stopped one, where it is known
    QByteArray lastLog; ///< where a stopped one wrote to, where that is known
    QStringList logTail; ///< its last lines; only where it was asked for (see addLogTail())
    std::optional<ResourceUse> resources; ///< only where it was asked for
    bool isDefined = false; ///< by servers.json; only where that was looked into
    std::optional<QStringList> drift; ///< of a defined one: in what it differs from its definition

    /// Active or in grace.
    bool isRunning() const { return state == ServerState::Active || state == ServerState::Grace; }
    /// Whether it can be used; nothing where it does not run, or nobody told how to see that.
    std::optional<bool> isReady() const;
    /// It has ended by itself, and its watcher pauses before it starts it again.
    bool willRestart() const;
    /// Seconds until that; nothing where it will not.
    std::optional<qint64> restartRemaining(const QDateTime &now) const;
    /// Seconds until grace ends; nothing outside grace, or where another tool's watcher keeps the
    /// time.
    std::optional<qint64> graceRemaining(const QDateTime &now) const;
    /// Milliseconds since the start.
    std::chrono::milliseconds uptime(const QDateTime &now) const;
    /// The object of `info --json`.
    void write(JsonWriter &json, const QDateTime &now) const;
    /// The same for a message of the control socket, where a line has a limit: with as many clients
    /// as take 128 KiB, those of the lowest pids, and the number of the others (`clients_omitted`).
    QJsonObject toJson(const QDateTime &now) const;

private:
    void write(JsonWriter &json, const QDateTime &now, qsizetype mostOfClients) const;
    void writeRunning(JsonWriter &json, const QDateTime &now, qsizetype mostOfClients) const;
    void writeClients(JsonWriter &json, qsizetype mostOfClients) const;
};

/// What is to be found out of a server beside what its files say.
struct InfoOptions
{
    bool withResources = false; ///< CPU and memory of its group
    bool withHistory = false; ///< how it ended, where it is stopped
};
/// Reads one server's files and judges its processes: needs no watcher, changes nothing.
ServerInfo readServerInfo(const LockfileStore &store, const QString &name,
                          const InfoOptions &options = {});
/// Calls `visit` for each server that runs, or whose files have a problem; sorted by name.
void readAllServers(const LockfileStore &store,
                    const std::function<void(const ServerInfo &)> &visit);

} // namespace sharedserver
