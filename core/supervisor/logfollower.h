#pragma once

#include "core/process/filedescriptor.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace sharedserver {

/// Reads a log as it grows, also across the moment in which it is put aside as `<path>.1` and
/// begins anew (see boundLog()): no byte is told twice, and none is passed over as long as only one
/// such moment lies between two looks.
///
/// Learns of writes from the system (QFileSystemWatcher) and looks at most every kPause.
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

signals:
    void appended(const QByteArray &text);

private:
    void look();
    void watch();
    bool openFile();
    void readOn(const FileDescriptor &file, qint64 from);
    void readRestOfOld();

    QByteArray m_path;
    FileDescriptor m_file;
    qint64 m_offset = 0;
    QFileSystemWatcher m_watcher;
    QTimer m_pause;
};

} // namespace sharedserver
