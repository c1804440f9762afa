#pragma once

#include "core/lockfile/lockfilestore.h"
#include "core/process/processwatch.h"

#include <QFileSystemWatcher>
#include <QObject>

#include <memory>

namespace sharedserver {

/// Tells, once, that a server has stopped and is not just being restarted, by its lockfile and the
/// processes that this names: works whoever its watcher is, and also without one.
class ServerEnd : public QObject
{
    Q_OBJECT
public:
    ServerEnd(const LockDirectory &directory, const QString &name, QObject *parent = nullptr);
    ~ServerEnd() override;

signals:
    /// Comes from the event loop, also where it does not run from the start.
    void stopped();

private:
    void look();
    void watch(const ProcessId &process);

    LockfileStore m_store;
    QString m_name;
    ProcessMonitor m_monitor;
    std::unique_ptr<ProcessWatch> m_process; ///< whose end would change something
    QFileSystemWatcher m_files;
    bool m_isOver = false;
};

} // namespace sharedserver
