#pragma once

#include "core/process/exitstatus.h"
#include "core/process/filedescriptor.h"
#include "core/process/processid.h"
#include "core/supervisor/launchspec.h"

#include <QProcess>

#include <optional>

class QSocketNotifier;

namespace sharedserver {

/// A server as a child process, held before its exec until its lockfile is on disk.
///
/// The child is forked into a session and group of its own and then waits at a *gate*, a socket
/// pair: one byte lets it execute, the end of its parent makes it exit. So a watcher killed between
/// the fork and the lockfile leaves nothing running that no lockfile names.
///
/// The child executes by itself in QProcess's child modifier, because QProcess only knows commands
/// as text, and a command is bytes. What QProcess adds is the reaping.
class ServerProcess : public QProcess
{
    Q_OBJECT
public:
    explicit ServerProcess(QObject *parent = nullptr);
    /// A child that never became the server is killed and reaped; a server that runs is left alone
    /// (see abandon()).
    ~ServerProcess() override;

    /// Forks. stdout and stderr go to `log`, stdin comes from /dev/null. Returns the child's
    /// identity; it runs nothing of `spec` yet.
    Result<ProcessId> startHeld(const Executable &executable, const LaunchSpec &spec, int log);
    /// Opens the gate: executed() or executionFailed() will follow.
    void release();
    /// Lets go of the server without touching it: whoever adopts it watches on.
    void abandon();

signals:
    void executed();
    /// The child could not become the server; it has ended.
    void executionFailed(const sharedserver::Error &error);
    /// The server has ended and was reaped. Comes after executed() only.
    void ended(const sharedserver::ExitStatus &status);

private:
    void readGate();
    void handleFinished(int code, QProcess::ExitStatus how);
    void concludeStart();

    FileDescriptor m_gate;
    QSocketNotifier *m_gateNotifier = nullptr;
    QString m_commandName;
    QString m_directoryName;
    std::optional<sharedserver::ExitStatus> m_status;
    bool m_released = false;
    bool m_gateRead = false;
    bool m_failed = false;
};

} // namespace sharedserver
