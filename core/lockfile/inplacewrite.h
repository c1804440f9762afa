#pragma once

#include "core/base/error.h"

#include <QByteArray>

namespace sharedserver {

/// Replaces the whole content of an open JSON file, on which the caller holds an exclusive lock,
/// without exchanging its inode: other tools lock that very inode.
///
/// A process can be killed between any two system calls, so each state in between is valid JSON,
/// the old text or the new, at most followed by white space: the file is first grown by spaces
/// (where the disk is full, this fails, and nothing is lost), then overwritten by one write that
/// covers all of it, then cut.
Result<void> overwriteInPlace(int file, const QByteArray &content);

/// What one write certainly replaces as a whole even if its process is killed in the middle: the
/// kernel looks for a fatal signal between pages only. A write covers the old text and the new, so
/// the longer of both must not be larger.
constexpr qsizetype kUntearableSize = 4096;

/// Beyond this size nothing is a lockfile.
constexpr qsizetype kMostSize = 64 * 1024 * 1024;

/// The whole content of an open file. Kind::Corrupt where it is larger than `most`.
Result<QByteArray> readWhole(int file, qsizetype most);

} // namespace sharedserver
