#pragma once

// Taking bytes away from the front of a file that somebody else appends to. Implemented by
// filefront_linux.cpp and filefront_macos.cpp. Free of Qt.

#include <cstdint>

#include <sys/types.h>

namespace sharedserver::platform {

enum class FrontRemoval {
    None, ///< the file system knows no such thing
    Hole, ///< the bytes give back their room; those behind them stay where they are
    Collapse, ///< the bytes behind them move to the front
};

/// The best way that a file system offers, seen at an open file of it that nobody else writes to:
/// where there is an end of a file, there may be a server's next line a moment later. To be tried
/// only, dropFront() has the last word.
FrontRemoval frontRemoval(int scratchFile);

/// Takes the first `length` bytes away, which must be a multiple of the file's block size
/// (st_blksize) and end before the file does. One step for all who read the file or append to it:
/// not a byte of theirs is lost. Returns how it was done, `most` at best.
FrontRemoval dropFront(int file, off_t length, FrontRemoval most);

/// When it was last written to, in milliseconds since the Unix epoch; 0 where that cannot be told.
std::int64_t modifiedAtMs(int file);

/// Where the first byte after a hole at the front is; 0 where there is none.
off_t dataBegin(int file);

} // namespace sharedserver::platform
