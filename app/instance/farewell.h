#pragma once

#include "core/lockfile/lockdirectory.h"

#include <QObject>
#include <QTimer>

namespace sharedserver {

class WatcherHost;

/// The end of a watcher that shows itself: its servers go on under a headless one, or are stopped
/// first. Whatever happens, finished() comes within kHandOverTime or the time that stopping takes.
class Farewell : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::seconds kHandOverTime{15};

    Farewell(WatcherHost *host, const LockDirectory &directory, QObject *parent = nullptr);

    /// Hands over to a headless watcher where servers run.
    void keepServers();
    /// Stops those that are ours, by force where it must be. Those of another tool's watcher stay.
    void stopServers();

signals:
    /// A headless watcher could not be started: servers live on, but nobody looks after them until
    /// the next command.
    void unattended(const QString &reason);
    /// No longer the watcher.
    void finished();

private:
    void end();

    WatcherHost *m_host;
    LockDirectory m_directory;
    QTimer m_patience;
    bool m_isUnderWay = false;
};

/// The command line program that belongs to this one: beside it, or else the first in PATH. Empty
/// where there is none.
QString commandLineProgram();

} // namespace sharedserver
