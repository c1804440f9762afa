#pragma once

#include "core/process/filedescriptor.h"
#include "core/supervisor/launchspec.h"

#include <QObject>
#include <QSet>
#include <QStringList>

#include <memory>

class QFileSystemWatcher;

namespace sharedserver {

/// A log file as a server is about to write to it.
struct OpenLog
{
    FileDescriptor file; ///< for appending
    QByteArray path;
    qint64 startOffset = 0; ///< where this server's own output begins
    bool isBounded = false; ///< the default log; one that the user named is left alone
};

/// The default log of a server: `$XDG_STATE_HOME/sharedserver/logs/<name>.log` of the caller's
/// world (default `~/.local/state`, XDG Base Directory specification).
QByteArray defaultLogPath(const QString &name, const LaunchSpec &spec);

/// Opens the log that `spec` asks for, mode 0600, and makes the default one's folder. An old
/// default log that is over its bound is put aside first.
Result<OpenLog> openLog(const QString &name, const LaunchSpec &spec);

/// The last lines of a log, read from its end and not before `from`. Empty where it cannot be
/// read.
QStringList logTail(const QByteArray &path, int lines, qint64 from = 0);

/// Keeps the default logs of running servers under their bound: at kMaxBytes the content goes to
/// `….log.1`, replacing the one before it, and the file begins anew. A log that nobody writes to
/// costs nothing; one that is written to is looked at every few seconds at the most.
class LogKeeper : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxBytes = 10 * 1024 * 1024;

    explicit LogKeeper(qint64 maxBytes = kMaxBytes, QObject *parent = nullptr);
    ~LogKeeper() override;
    void keep(const QByteArray &path);
    void forget(const QByteArray &path);

private:
    void handleWrite(const QString &path);

    qint64 m_maxBytes;
    QSet<QString> m_kept;
    std::unique_ptr<QFileSystemWatcher> m_watcher;
};

/// Puts a log's content aside as `<path>.1` and empties it, where it is over `maxBytes`. A server
/// that writes meanwhile goes on at the new beginning, because it appends.
void boundLog(const QByteArray &path, qint64 maxBytes);

} // namespace sharedserver
