#pragma once

#include "core/base/error.h"
#include "core/base/timestamp.h"
#include "core/process/processid.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>

#include <optional>

namespace sharedserver {

/// One client of a server: a process that wants it to run.
struct ClientRecord
{
    ProcessId process; ///< the pid is the entry's key; `start_time` is ours
    Timestamp attachedAt; ///< `attached_at`
    std::optional<QString> metadata; ///< `metadata`, null where none was given
    QJsonObject unknownKeys;

    /// The process where it is alive and the record truly means it (see confirm()).
    std::optional<ProcessId> liveProcess() const;
    friend bool operator==(const ClientRecord &, const ClientRecord &) = default;
};

/// What `<name>.clients.json` says: who is attached, by pid. One process is one reference.
class ClientTable
{
public:
    /// Kind::Corrupt where the text is not such a table. A wrong `refcount` beside right clients is
    /// not an error: the clients count.
    static Result<ClientTable> fromJson(const QByteArray &text);
    QByteArray toJson() const;

    /// Adds a client, or renews the metadata of one that is there. Says whether it is new; an
    /// entry of the same pid with another stamp (a dead process) is replaced.
    bool attach(const ClientRecord &client);
    /// Removes it; with a known stamp only where that matches or the entry has none.
    bool detach(const ProcessId &process);
    /// Takes out everyone who is dead, and fills in stamps that were missing. Says whether
    /// anything changed. Those who are in `watched` just the same need no look: whoever watches
    /// them is told of their end.
    bool keepLiveOnly(const ClientTable &watched = {});

    bool isEmpty() const { return m_clients.isEmpty(); }
    int count() const { return int(m_clients.size()); }
    QList<ClientRecord> clients() const { return m_clients.values(); } ///< by pid
    const ClientRecord *find(qint64 pid) const;
    /// Whether somebody is in it who is not in `other`.
    bool hasOthersThan(const ClientTable &other) const;
    friend bool operator==(const ClientTable &, const ClientTable &) = default;

private:
    QMap<qint64, ClientRecord> m_clients;
    QJsonObject m_unknownKeys;
};

} // namespace sharedserver
