#pragma once

#include "core/log/logtimes.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>

class QFileSystemWatcher;
class QTimer;

namespace sharedserver {

/// What is to be done for the log of a running server.
struct KeptLog
{
    QByteArray path;
    QByteArray timesPath; ///< see LogTimes
    bool isBounded = false; ///< one that the user named is left as it is
    std::optional<qint64> startPlace = {}; ///< where the log ended when the server was started,
    qint64 startMs = 0; ///< and when that was
};

/// Looks after the logs of running servers: keeps the default ones under their bound (see
/// boundLog()), and notes how far each had come at which time (see LogTimes).
///
/// A log that nobody writes to costs nothing. One that is written to is looked at a few times a
/// second, and more often the faster it grows.
class LogKeeper : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxBytes = 10 * 1024 * 1024;

    explicit LogKeeper(qint64 maxBytes = kMaxBytes, QObject *parent = nullptr);
    ~LogKeeper() override;
    void keep(const KeptLog &log);
    /// Looks once more, and no more from then on.
    void forget(const QByteArray &path);

private:
    struct Entry;

    void handleWrite(const QString &path);
    void handlePause(const QString &path);
    /// How much it has grown since the last time.
    qint64 look(Entry &entry) const;
    void rest(const QString &path, Entry &entry);

    qint64 m_maxBytes;
    QHash<QString, std::shared_ptr<Entry>> m_kept;
    std::unique_ptr<QFileSystemWatcher> m_watcher;
};

} // namespace sharedserver
