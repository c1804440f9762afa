#pragma once

#include "core/lockfile/clientsreader.h"
#include "core/lockfile/clienttable.h"
#include "core/lockfile/lockdirectory.h"
#include "core/lockfile/serverrecord.h"

#include <QMap>
#include <QStringList>

#include <functional>
#include <optional>

namespace sharedserver {

/// What becomes of a clients file that has nobody in it: version 0.4.4 removes it on entering
/// grace, 0.6.8 keeps it with refcount 0.
enum class WhenEmpty { Remove, Keep };

/// How LockfileStore::updateClients() goes about it.
struct ClientsUpdate
{
    WhenEmpty whenEmpty = WhenEmpty::Remove;
    /// Who was in a file that is gone or damaged: only the caller's memory can still say it.
    ClientTable ifLost = {};
    ClientsReader *reader = nullptr; ///< as for LockfileStore::readClients()
};

/// Whether it is the file that is wrong. Else it is only that nobody can read it now: another tool
/// holds its lock, or no descriptor is left.
bool isDamage(const Error &error);

/// Reads and writes the lockfiles of one lock directory.
///
/// Every access holds the file's flock and has re-checked that the locked inode is still the one
/// at that path. A file is at every instant absent or whole: it comes into being by link(2) of a
/// finished temporary file and is changed in place (see inplacewrite.h). Every call opens, locks,
/// acts and lets go; waits kLockTimeout for another process's lock.
class LockfileStore
{
public:
    static constexpr std::chrono::milliseconds kLockTimeout{2000};

    explicit LockfileStore(const LockDirectory &directory);

    const LockDirectory &directory() const { return m_directory; }

    /// Which files of a server a pass over the directory has met.
    struct Files
    {
        bool server = false;
        bool clients = false;
    };
    QMap<QString, Files> scan() const;
    /// All valid server names that have a server or a clients file, sorted. Other files are passed
    /// over.
    QStringList names() const;

    /// Nothing where there is no such file. Kind::Corrupt where it does not say anything usable,
    /// naming the file.
    Result<std::optional<ServerRecord>> readServer(const QString &name) const;
    /// Whether there is a clients file, whatever it holds.
    bool hasClients(const QString &name) const;
    /// With a `reader`, what it knows already is not parsed again.
    Result<std::optional<ClientTable>> readClients(const QString &name,
                                                   ClientsReader *reader = nullptr) const;

    /// Writes a record where no file is. Kind::Conflict where one is.
    Result<void> createServer(const QString &name, const ServerRecord &record);
    /// Writes a record, whatever stands there: in place where a file is.
    Result<void> writeServer(const QString &name, const ServerRecord &record);
    /// Reads, lets `change` alter the record, and writes it, all under one lock. Does nothing where
    /// `change` returns false. Kind::NotRunning where there is no file, Kind::Corrupt as reading.
    Result<void> updateServer(const QString &name,
                              const std::function<bool(ServerRecord &)> &change);

    /// Reads the table, lets `change` alter it, and writes it, all under one lock: what other tools
    /// wrote meanwhile is kept. Writes nothing where `change` left it as it was. Returns the table
    /// as it then is.
    Result<ClientTable> updateClients(const QString &name,
                                      const std::function<void(ClientTable &)> &change,
                                      const ClientsUpdate &how = {});

    Result<void> removeClients(const QString &name);
    /// Removes the server file where it still names `server`, or is corrupt; with an invalid
    /// `server` only where it is corrupt. Says whether the path is free now.
    Result<bool> removeServer(const QString &name, const ProcessId &server);

    /// Clears away temporary files that processes left behind which are dead now.
    void removeStale();

    /// File names inside the directory.
    static QString serverFileName(const QString &name);
    static QString clientsFileName(const QString &name);
    /// The server that a file name belongs to; empty where it is no lockfile's.
    static QString serverNameOf(const QString &fileName);
    QString serverFilePath(const QString &name) const;
    QString clientsFilePath(const QString &name) const;

private:
    LockDirectory m_directory;
};

} // namespace sharedserver
