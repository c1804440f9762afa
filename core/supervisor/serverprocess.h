#pragma once

#include "core/process/exitstatus.h"
#include "core/process/filedescriptor.h"
#include "core/process/processid.h"
#include "core/supervisor/launchspec.h"

#include <QObject>

#include <memory>
#include <optional>

class QSocketNotifier;

namespace sharedserver {

class HeldChild;
class ProcessMonitor;
class ProcessWatch;

/// A server as a child process, held before its exec until its lockfile is on disk.
///
/// The child is forked into a session and group of its own and then waits at a *gate*, a socket
/// pair: one byte lets it execute, the end of its parent makes it exit. So a watcher killed between
/// the fork and the lockfile leaves nothing running that no lockfile names.
///
/// It is not a QProcess, because that one cannot hold a child: up to Qt 6.6 it forks with the
/// semantics of vfork(2), where the parent is suspended until the child executes. It also knows
/// commands as text only, and a command is bytes.
class ServerProcess : public QObject
{
    Q_OBJECT
public:
    explicit ServerProcess(ProcessMonitor *monitor, QObject *parent = nullptr);
    /// A child that never became the server is killed and reaped; a server that runs is left alone:
    /// whoever adopts it watches on.
    ~ServerProcess() override;

    /// For what is no server: it is killed, and its group, with this object and with this process
    /// (where the system can do that). To be called before startHeld().
    void setBoundToUs() { m_isBoundToUs = true; }
    /// Forks. stdout and stderr go to `log`, stdin comes from /dev/null. Returns the child's
    /// identity; it runs nothing of `spec` yet.
    Result<ProcessId> startHeld(const Executable &executable, const LaunchSpec &spec, int log);
    /// Opens the gate: executed() or executionFailed() will follow.
    void release();

signals:
    void executed();
    /// The child could not become the server; it has ended.
    void executionFailed(const sharedserver::Error &error);
    /// The server has ended and was reaped. Comes after executed() only.
    void ended(const sharedserver::ExitStatus &status);

private:
    enum class Stage { NotStarted, Held, Released, Executed, Failed, Reaped };

    Result<void> fork(const HeldChild &child);
    void readGate();
    void watch();
    void giveUpHeld(int errorNumber);
    void handleEnd();

    ProcessMonitor *m_monitor;
    ProcessId m_child;
    bool m_isBoundToUs = false;
    Stage m_stage = Stage::NotStarted;
    FileDescriptor m_gate;
    QSocketNotifier *m_gateNotifier = nullptr;
    std::unique_ptr<ProcessWatch> m_watch;
    QString m_commandName;
    QString m_directoryName;
};

} // namespace sharedserver
