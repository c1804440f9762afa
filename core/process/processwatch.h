#pragma once

#include "core/process/exitstatus.h"
#include "core/process/processid.h"

#include <QHash>
#include <QObject>

#include <memory>

class QSocketNotifier;
class QTimer;

namespace sharedserver {

namespace platform {
class ExitQueue;
}

class ProcessWatch;

/// Waits for the end of any number of processes through one descriptor, without polling; only where
/// the system has neither pidfd nor kqueue it looks every 500 ms. One for each event loop; it must
/// outlive its watches.
class ProcessMonitor : public QObject
{
    Q_OBJECT
public:
    explicit ProcessMonitor(QObject *parent = nullptr);
    ~ProcessMonitor() override;

    /// Tells now of the ends that the event loop has not come to yet. For those about to promise
    /// that a process is alive.
    void collect();

signals:
    /// After one or more watches were told. For those whom many ends at once concern, and who do
    /// their work once for all of them.
    void told();

private:
    friend class ProcessWatch;
    void add(ProcessWatch *watch);
    void remove(ProcessWatch *watch);
    void poll();

    std::unique_ptr<platform::ExitQueue> m_queue;
    QHash<quint64, ProcessWatch *> m_watches;
    QHash<quint64, ProcessWatch *> m_polled; ///< those that the queue could not take
    quint64 m_lastToken = 0;
    QSocketNotifier *m_notifier = nullptr;
    QTimer *m_pollTimer = nullptr;
};

/// Tells, once, that one process has ended. Deleting the watch ends the watching.
///
/// The signal always comes from the event loop, never from inside the constructor, also where the
/// process was gone already.
class ProcessWatch : public QObject
{
    Q_OBJECT
public:
    ProcessWatch(ProcessMonitor *monitor, const ProcessId &process, QObject *parent = nullptr);
    ~ProcessWatch() override;

    ProcessId process() const { return m_process; }

signals:
    /// The process is a zombie or gone. The status is what the kernel told, often unknown for a
    /// process that is not our child.
    void ended(const sharedserver::ExitStatus &status);

private:
    friend class ProcessMonitor;
    ProcessMonitor *m_monitor;
    ProcessId m_process;
    quint64 m_token = 0;
};

} // namespace sharedserver
