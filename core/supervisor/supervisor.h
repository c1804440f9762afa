#pragma once

#include "core/supervisor/handedover.h"
#include "core/supervisor/managedserver.h"
#include "core/supervisor/raretask.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QSet>

#include <map>
#include <memory>

namespace sharedserver {

/// All servers of one lock directory, and the only writer of its files: finds out which server a
/// request means, and in which order requests for one server take effect.
///
/// Must only exist in the process that holds the WatcherLock.
class Supervisor : public QObject
{
    Q_OBJECT
public:
    Supervisor(const LockDirectory &directory, Clock *clock, QObject *parent = nullptr);
    ~Supervisor() override;

    /// Takes over what the lockfiles name and is still alive, and clears up what is not.
    /// `handedOver` holds what a predecessor told of its servers, by name.
    void adoptAll(const std::map<QString, HandedOver> &handedOver = {});

    /// Starts the server where it does not run (needs a command), and attaches.
    void use(const QString &name, const Client &client, const LaunchSpec &spec, Done done);
    /// Starts it where it does not run. Without a client it is in grace at once.
    void start(const QString &name, const std::optional<Client> &client, const LaunchSpec &spec,
               Done done);
    void unuse(const QString &name, const ProcessId &client, Done done);
    void stop(const QString &name, const StopOptions &options, Done done);
    void restart(const QString &name, const LaunchSpec &caller, const StopOptions &options,
                 Done done);
    void kill(const QString &name, Done done);
    /// Answers when a server that runs is ready; see ManagedServer::waitReady().
    void waitReady(const QString &name, const std::optional<ReadyCheck> &check,
                   std::optional<std::chrono::milliseconds> patience, Done done);
    /// Stops all servers of ours; calls `done` when none is left.
    void stopAll(const std::function<void()> &done);

    ServerInfo info(const QString &name, const InfoOptions &options = {}) const;
    /// Sorted by name; those that run, and those whose files have a problem.
    QList<ServerInfo> list() const;
    bool isEmpty() const { return m_servers.empty(); }
    /// Whether there is one that no other tool watches.
    bool hasOwnServers() const;
    /// What a server that runs was started with, as far as it is known; secrets, for memory only.
    std::optional<LaunchSpec> launchSpec(const QString &name) const;

    /// What a successor needs to know beside the files; secrets, for memory only.
    std::map<QString, HandedOver> handOverState() const;
    /// Calls `then` as soon as no server is between two processes (starting, restarting), or being
    /// ended without a file that names it.
    void whenQuiet(const std::function<void()> &then);
    /// Lets go of all servers: they live on, nothing is written any more.
    void abandon();
    /// The same, for another watcher that is there already, and `then` when it is quiet: servers
    /// that are between two processes come to one first, and those whose name one of the other's
    /// servers has come to their end.
    void retreat(const std::function<void()> &then);
    /// Goes on in a new directory after the old one was removed.
    void moveTo(const LockDirectory &directory);

    const LockfileStore &store() const { return m_store; }
    QDateTime now() const { return m_clock->now(); }

    /// Finds lockfiles that do not say the truth, and mends what can be mended.
    struct Finding
    {
        QString name;
        QString problem;
        QString action; ///< what was done, or what the user can do
        bool mended = false;
    };
    QList<Finding> doctor(const QString &name);

signals:
    /// One that somebody else had started was found in the files.
    void serverFound(const sharedserver::ServerInfo &info);
    void serverStarted(const sharedserver::ServerInfo &info);
    void serverReady(const sharedserver::ServerInfo &info);
    void serverAttached(const sharedserver::ServerInfo &info);
    void serverDetached(const sharedserver::ServerInfo &info);
    void serverGrace(const sharedserver::ServerInfo &info);
    void serverStopped(const sharedserver::ServerInfo &info, const QString &reason);
    void serverFailed(const sharedserver::ServerInfo &info, const sharedserver::Error &error);
    /// Nothing of it is left here; comes after serverStopped or serverFailed, where one of them
    /// does.
    void serverGone(const QString &name);
    /// The last server is gone.
    void becameEmpty();
    /// The lock directory was removed or exchanged.
    void directoryLost();
    /// Something in it was made or removed.
    void directoryChanged();

private:
    using Phase = ManagedServer::Phase;
    /// What becomes of a damaged file of which nobody knows what it meant: left alone when a
    /// watcher begins, removed where somebody asks for that very name.
    enum class Care { Gentle, Thorough };

    ManagedServer *find(const QString &name) const;
    /// A copy, for loops in which a server may go: a look at its files can end its pause.
    QStringList knownNames() const;
    /// The server of that name: known already, or found in the files and taken over. Null where
    /// none runs; damaged files are out of the way then (with Care::Thorough). An error where the
    /// files cannot be read now, so that nobody can tell.
    Result<ManagedServer *> discover(const QString &name, Care care);
    Result<ManagedServer *> discoverUnreadable(const QString &name, const Error &problem,
                                               Care care);
    using Phases = QList<ManagedServer::Phase>;
    /// Calls `act` with the server of that name, once it is in none of the phases `busy`. Answers
    /// `done` with an error where none runs.
    void withServer(const QString &name, const Phases &busy, const Done &done,
                    const std::function<void(ManagedServer *)> &act);
    ManagedServer *takeOver(const QString &name, const ServerRecord &record);
    /// What a predecessor told of this process, if it did.
    std::optional<HandedOver> handedOver(const QString &name, const ProcessId &process) const;
    /// Whether another tool's watcher has yet to clear up after that server's death.
    bool isLeftToItsWatcher(const QString &name) const;
    ManagedServer *insert(const QString &name);
    void drop(const QString &name);
    /// What somebody wants who uses or starts a server.
    struct StartRequest
    {
        QString name;
        std::optional<Client> client;
        LaunchSpec spec;
        Done done;
        int triesLeft;
        int clearUpLooksLeft;
    };
    void request(const StartRequest &request);
    void startNew(const StartRequest &request);
    static bool isWithoutClient(const StartRequest &request);
    Done againAfterLostRace(const StartRequest &request);
    /// Calls `run` when the server is neither starting nor being ended.
    void whenSettled(ManagedServer *server, const std::function<void()> &run);
    void checkQuiet();
    /// Whether one of them was not watched before.
    bool watchFiles(const QString &name);
    void handleDirectoryChange();
    /// Looks for what other tools have made: one look for however many changes.
    void lookAround();
    void stopLooking();
    static bool isBusy(const ManagedServer &server);
    void handleFileChange(const QString &path);
    /// A file of a server that is not known here was made or changed.
    void lookAtUnknown(const QString &name);
    void addFinding(const QString &name, const QString &problem, const QString &action,
                    bool mended = true);

    LockfileStore m_store;
    Clock *m_clock;
    ProcessMonitor m_monitor;
    LogKeeper m_logs;
    QFileSystemWatcher m_fileWatcher;
    QSet<QString> m_watchedFiles;
    RareTask m_look{[this] { lookAround(); }};
    SupervisorContext m_context;
    std::map<QString, ManagedServer *> m_servers; ///< owned as children
    std::map<QString, HandedOver> m_handedOver; ///< what a predecessor told, until it is used
    std::vector<std::function<void()>> m_quietWaiters;
    bool m_isAbandoned = false;
    QList<Finding> m_findings; ///< since the last doctor(), the last 200 of them
};

} // namespace sharedserver
