#pragma once

#include <QByteArray>

namespace sharedserver {

// Reads and writes of open files that a signal does not interrupt, and that do not stop halfway.

/// Up to `length` bytes from `offset` on; fewer at the file's end, or where it cannot be read.
/// Leaves the descriptor's own position alone (pread(2)).
QByteArray readAt(int file, qint64 offset, qint64 length);

/// Writes all of `bytes` at `offset`, and leaves the descriptor's own position alone (pwrite(2)).
/// 0, or an errno value; a part may have been written then.
int writeAt(int file, const QByteArray &bytes, qint64 offset);

/// Writes all of `bytes` where the descriptor stands. 0, or an errno value.
int writeOn(int file, const QByteArray &bytes);

} // namespace sharedserver
