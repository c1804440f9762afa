#pragma once

#include "core/lockfile/serverinfo.h"
#include "core/log/logchain.h"

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace sharedserver {

/// A place in a log that stays right while the log grows and is cut.
struct LogPosition
{
    LogIdentity log;
    qint64 place = 0;
};

/// From where on a log is to be read.
struct LogSelection
{
    std::optional<qint64> lines; ///< so many at the most, the last ones
    std::optional<qint64> sinceMs; ///< those written since then, as exactly as that is known
    QByteArray timesPath; ///< see LogTimes
};

struct LogStart
{
    LogPosition position;
    bool isTimeKnown = true; ///< false: it is not known which lines are that new, and all are meant
};

/// Where what is selected of a log begins; nothing where there is no log. For a process that can
/// wait while the log is cut.
std::optional<LogStart> findLogStart(const QByteArray &path, const LogSelection &selection);

/// How many lines of its log a failure shows.
constexpr int kShownLogLines = 10;

/// The last lines of a log, with those that were put aside, and not those before `from` (a place as
/// LogChain counts). At most 128 KiB of them. Empty where it cannot be read.
QStringList logTail(const QByteArray &path, int lines, qint64 from = 0);

/// Adds them to what is said of a server that has stopped with a failure.
void addLogTail(ServerInfo *info);

} // namespace sharedserver
