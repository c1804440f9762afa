#pragma once

#include "core/log/logposition.h"
#include "core/process/filedescriptor.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace sharedserver {

/// Reads a log as it grows, also while its front is put aside (see boundLog()): no byte is told
/// twice, and none is passed over unless it went from both files before it was read, which is told.
///
/// Learns of writes from the system (QFileSystemWatcher) and looks at most every kPause. Comes back
/// later to a log that is just being cut.
class LogFollower : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds kPause{50};

    explicit LogFollower(const QByteArray &path, QObject *parent = nullptr);
    ~LogFollower() override;

    /// Tells the log's end, `mostBytes` of it at the most and beginning with a whole line, and from
    /// then on what is added.
    void begin(qint64 mostBytes);
    /// The same from a place on. Of a log that is not that one any more, all is told.
    void beginAt(const LogPosition &start);
    /// Tells what is there by now, at once; waits where the log is just being cut.
    void catchUp();

signals:
    /// The next bytes of the log, as many as came: not always whole lines.
    void appended(const QByteArray &text);
    /// So many bytes were put aside and dropped before they could be read.
    void skipped(qint64 bytes);

private:
    void lookSoon();
    void look(std::chrono::milliseconds patience = std::chrono::milliseconds(0));
    void watch();
    std::optional<LogChain> open(std::chrono::milliseconds patience);
    bool readOn(std::chrono::milliseconds patience, std::optional<qint64> *upTo);
    void startOver();

    QByteArray m_path;
    FileDescriptor m_file; ///< the log that was read last
    LogPosition m_next; ///< where to read on
    qint64 m_nextInFile = 0; ///< the same in m_file, to read the rest of it by
    QFileSystemWatcher m_watcher;
    QTimer m_pause;
    int m_vainLooks = 0; ///< at a log that another process holds
};

} // namespace sharedserver
