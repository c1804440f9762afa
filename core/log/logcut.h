#pragma once

#include "core/process/filefront.h"

#include <QByteArray>

namespace sharedserver {

/// What became of a log that may be over its bound.
enum class LogCut {
    NotNeeded,
    Busy, ///< somebody reads it at this moment
    Made,
};

/// Where a log holds more than `maxBytes`, moves its lines to `<path>.1`, which replaces the one
/// before it, so that the log begins anew with a marker line of ours and those lines that came
/// last.
///
/// The server goes on writing meanwhile, to the same file, and cannot be told to stop. What it
/// appends is neither lost nor torn nor doubled: whole lines are copied first, then their bytes are
/// taken from the front of the file in one step of the kernel (FrontRemoval). `<path>.1` holds
/// twice `maxBytes` at the most, so what is older than both files is dropped.
///
/// Three things are not promised. Where the file system can take nothing from the front
/// (FrontRemoval::None), the file is copied and then emptied, and lines that come between the two
/// are lost. Where there is no room for the copy, it is done without, so that the bound holds. And
/// a single line longer than `maxBytes` is cut in two.
///
/// Killed anywhere in between, it loses nothing; the next call completes it.
LogCut boundLog(const QByteArray &path, qint64 maxBytes,
                platform::FrontRemoval most = platform::FrontRemoval::Collapse);

} // namespace sharedserver
