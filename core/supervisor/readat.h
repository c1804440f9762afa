#pragma once

#include <QByteArray>

namespace sharedserver {

/// Up to `length` bytes of an open file from `offset` on; fewer at its end, or where it cannot be
/// read. Leaves the descriptor's own position alone (pread(2)).
QByteArray readAt(int file, qint64 offset, qint64 length);

} // namespace sharedserver
