#pragma once

#include "core/control/controlserver.h"
#include "core/control/handover.h"
#include "core/control/requesthandler.h"
#include "core/lockfile/lockdirectory.h"
#include "core/lockfile/watcherlock.h"
#include "core/supervisor/clock.h"
#include "core/supervisor/supervisor.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace sharedserver {

/// Everything that makes a process the watcher of a lock directory: the lock, the control socket,
/// the supervisor. The same for the headless watcher and the tray.
class WatcherHost : public QObject
{
    Q_OBJECT
public:
    /// `kind` is what hello tells: `headless` or `tray`.
    WatcherHost(const LockDirectory::Location &location, const QString &kind,
                QObject *parent = nullptr);
    ~WatcherHost() override;

    /// How to become the watcher.
    struct Begin
    {
        /// Ask the one who is it to hand over. Else his being there is an Error (Kind::Conflict).
        bool takeOver = false;
        /// Inherited from the process that started us, or -1.
        int lockDescriptor = -1;
        int socketDescriptor = -1;
    };
    /// Becomes the watcher and adopts what is there.
    Result<void> begin(const Begin &how);

    Supervisor *supervisor() const { return m_supervisor.get(); }
    bool isBusy() const;

    /// Ends being the watcher where nothing and nobody needs one: false where somebody does, or is
    /// just about to start one.
    bool leaveIfIdle();
    /// Ends being the watcher at once. The servers live on, for the next one to adopt.
    void letGo();

signals:
    /// No longer the watcher: another one is, or nobody has to be. Comes from the event loop.
    void ended();
    /// Servers or connections have come to an end; perhaps there are none left.
    void maybeIdle();
    /// Its lock directory was removed, and made anew.
    void directoryRestored(const sharedserver::LockDirectory &directory);

private:
    Result<HandOverState> takeOverFromRunning();
    Result<void> lockAndListen(FileDescriptor *socket);
    void handOver(const Successor &successor);
    void handOverNow();
    void stay();
    void end();
    void replaceLost();
    bool hasLostFiles() const;
    void lookForLoss();
    void yield();
    void restoreLock();
    void restoreSocket();

    QTimer m_lossCheck;
    std::optional<Successor> m_successor; ///< who waits for a quiet moment
    LockDirectory::Location m_location;
    QString m_kind;
    SystemClock m_clock;
    std::optional<LockDirectory> m_directory;
    std::optional<WatcherLock> m_lock;
    std::unique_ptr<Supervisor> m_supervisor;
    std::unique_ptr<RequestHandler> m_handler;
    std::unique_ptr<ControlServer> m_server;
};

} // namespace sharedserver
