#pragma once

#include "core/lockfile/filelock.h"
#include "core/log/logmarker.h"
#include "core/process/filedescriptor.h"

#include <QByteArray>

#include <chrono>
#include <optional>

namespace sharedserver {

/// Which file a log is at the moment.
struct LogIdentity
{
    quint64 device = 0;
    quint64 inode = 0;

    bool operator==(const LogIdentity &) const = default;
};

/// A log and what was put aside of it (`<path>.1`, see boundLog()) as one text, as it is at one
/// moment: it is not cut while this object exists, so keep it for a moment only. (Unless it
/// isHeld().)
///
/// A place in it is counted from the first byte that the log ever had.
class LogChain
{
public:
    /// Cutting a log takes less, unless the machine is very busy.
    static constexpr std::chrono::milliseconds kShortPatience{200};
    /// For who can wait. Whoever holds the lock longer is not us, and keeps nobody from reading.
    static constexpr std::chrono::milliseconds kPatience{5000};

    /// Nothing where there is no such file, or something that is no regular one. Waits for one who
    /// cuts it just now.
    static std::optional<LogChain> open(const QByteArray &path,
                                        std::chrono::milliseconds patience = kShortPatience);

    /// Another process had it locked all that time, so that what is read may be half cut.
    bool isHeld() const { return m_isHeld; }
    LogIdentity identity() const { return m_identity; }
    /// The first byte that there still is, and that of them which is in the log itself.
    qint64 begin() const { return m_oldBegin; }
    qint64 logBegin() const { return m_layout.base + m_layout.begin; }
    qint64 end() const { return m_layout.base + m_size; }
    /// Where in the log file itself a place of it is.
    qint64 placeInFile(qint64 place) const { return place - m_layout.base; }
    /// When it was last written to, in milliseconds since the Unix epoch.
    qint64 changedAtMs() const { return m_changedAtMs; }

    /// At most `most` bytes from `place` on, which lies between begin() and end(). Empty at the
    /// end.
    QByteArray read(qint64 place, qint64 most) const;
    /// Where the last `count` lines begin.
    qint64 lastLines(qint64 count) const;
    /// Where the first line begins that does so at `place` or behind it.
    qint64 nextLine(qint64 place) const;

    /// What a log that was emptied had behind `place`, as far as it was put aside.
    QByteArray readEmptied(qint64 place, qint64 most) const;
    /// The log itself, for those who want to read the rest of it when another file is in its place.
    FileDescriptor takeFile() { return std::move(m_file); }

private:
    FileDescriptor m_file;
    FileDescriptor m_old;
    std::optional<FileLock> m_lock;
    LogIdentity m_identity;
    LogLayout m_layout;
    qint64 m_size = 0;
    qint64 m_oldBegin = 0;
    qint64 m_changedAtMs = 0;
    bool m_isHeld = false;
};

} // namespace sharedserver
