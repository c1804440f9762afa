#pragma once

#include "core/lockfile/lockfilestore.h"
#include "core/process/processwatch.h"

#include <QObject>

#include <map>
#include <memory>

namespace sharedserver {

/// Who is attached to one server: in memory, in its clients file, and with an eye on each one's
/// life. Every change reaches the file before it counts.
class ClientRoster : public QObject
{
    Q_OBJECT
public:
    ClientRoster(LockfileStore *store, ProcessMonitor *monitor, const QString &name,
                 QObject *parent = nullptr);
    ~ClientRoster() override;

    /// Another tool's server: its own watcher looks after the dead, and expects an empty file to
    /// stay or to go as its version does.
    void setForeign(WhenEmpty whenEmpty);
    /// Ours again, after the other tool's watcher is dead.
    void setOwn();

    const ClientTable &table() const { return m_table; }
    bool isEmpty() const { return m_table.isEmpty(); }
    /// Nobody is known, but the file could not be read when it was to tell, because another program
    /// keeps it locked or no descriptor was left: there may be somebody. Ends with the next call
    /// that can read it.
    bool isUnknown() const { return m_isUnknown; }
    /// Whether there should be a clients file, and is none.
    bool isFileMissing() const;

    /// Adds a client; true where it is a new one. A repeated attach renews the metadata.
    Result<bool> attach(const ClientRecord &client);
    /// Takes one out; false where it was not attached.
    Result<bool> detach(const ProcessId &process);
    /// Takes over what the file says, without those who are dead. True where that was news.
    bool reload();
    /// Forgets everyone and removes the file.
    void clear();
    /// Writes what memory knows, where the file was lost. Whom the file names by then stays in it.
    Result<void> rewrite();

signals:
    /// Clients have died, and are out of memory and file: all whose ends were told by one look, so
    /// that the file is written once, however many die together.
    void clientsDied(const QList<sharedserver::ProcessId> &processes);

private:
    Result<ClientTable> change(const std::function<void(ClientTable &)> &alter);
    void take(const ClientTable &table);
    void noteDeath(const ProcessId &process);
    void buryDead();

    LockfileStore *m_store;
    ProcessMonitor *m_monitor;
    QString m_name;
    WhenEmpty m_whenEmpty = WhenEmpty::Remove;
    bool m_watching = true;
    bool m_isUnknown = false;
    ClientTable m_table;
    ClientsReader m_reader;
    std::map<qint64, std::unique_ptr<ProcessWatch>> m_watches; ///< by pid
    QList<ProcessId> m_dead; ///< while the monitor still tells of others
};

} // namespace sharedserver
