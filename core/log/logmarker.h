#pragma once

#include <QByteArray>

#include <optional>

namespace sharedserver {

/// The line of ours with which a log begins whose older content was put aside. It says how many
/// bytes the log had before it, so that a place in the log has one number for ever: what a reader
/// remembers stays right while the front of the file goes away.
struct LogMarker
{
    /// The least room that it takes; what is more is filled with spaces.
    static constexpr qint64 kLeastSize = 89;
    /// Only whole blocks can be taken from a file; with a block of this size it takes the most.
    static constexpr qint64 kMostSize = kLeastSize + 65536;

    qint64 position = 0; ///< its own place in all that was ever written to the log
    qint64 size = kLeastSize; ///< with the end of its line

    /// The whole line, `size` bytes.
    QByteArray text() const;
    /// The one that stands at this place in a file.
    static std::optional<LogMarker> at(int file, qint64 offset);
};

/// How a log file is laid out at one moment.
struct LogLayout
{
    qint64 begin = 0; ///< where in the file the first line of the server is
    qint64 base = 0; ///< what to add to a place in the file to have its place in the log
    bool isContinued = false; ///< older lines were put aside

    /// Of an open log; one that cannot be read looks as if it had no marker.
    static LogLayout of(int file);
};

} // namespace sharedserver
