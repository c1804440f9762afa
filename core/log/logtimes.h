#pragma once

#include "core/log/logchain.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace sharedserver {

/// How far a log had come at which time, kept in a file beside the default log
/// (`<name>.log.times`): what servers print has no times of its own. A line a mark, `MILLISECONDS
/// PLACE`, below one that says whose marks they are.
///
/// Written by the watcher only, and read by anyone. It is a help, never the truth: where it cannot
/// be written, older lines are shown than were asked for.
class LogTimes
{
public:
    /// With more marks than this, every other one goes, where it is not enough that those go whose
    /// lines are gone.
    static constexpr int kMostMarks = 4000;

    explicit LogTimes(const QByteArray &path)
        : m_path(path)
    {
    }

    /// Notes that the log ends at `place` now, and begins at `begin`. What stood there of another
    /// log, or of this one before it was emptied, is dropped.
    void mark(const LogIdentity &log, qint64 nowMs, qint64 place, qint64 begin = 0);
    /// A place with everything behind it that was written after that time, and perhaps some of what
    /// was written shortly before; nothing where that is not known. `begin` is where the log
    /// begins: where all of it was written under our eyes, all is known.
    static std::optional<qint64> placeAt(const QByteArray &path, const LogIdentity &log,
                                         qint64 timeMs, qint64 begin = 0);

private:
    struct Mark
    {
        qint64 timeMs;
        qint64 place;
    };
    static QByteArray head(const LogIdentity &log);
    static std::optional<QList<Mark>> read(const QByteArray &path, const LogIdentity &log);
    void take(const LogIdentity &log);
    void thinOut(qint64 begin);
    bool rewrite(const QList<Mark> &marks);

    QByteArray m_path;
    std::optional<LogIdentity> m_log; ///< whose marks the file holds, as far as we know
    qsizetype m_count = 0;
    qint64 m_lastPlace = 0;
};

} // namespace sharedserver
