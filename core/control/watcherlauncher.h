#pragma once

#include "core/control/watcherclient.h"
#include "core/lockfile/filelock.h"

namespace sharedserver {

/// Connects to the watcher of a directory, and has the running program, which is a
/// `sharedserver`, start a headless one (`sharedserver watch`) where none listens. However many
/// callers do so at once, one watcher comes of it:
///
/// The *start gate*, a flock on the directory itself, lets one caller at a time look again and
/// start. That caller takes the watcher's lock and makes the listening socket itself, and hands
/// both to the new process. So every other caller can connect at once; the kernel keeps the
/// connections until the watcher has adopted what there is and accepts them.
Result<WatcherClient> connectOrStartWatcher(const LockDirectory &directory);

/// Starts a headless watcher (`program watch --take-over`) that asks the one of this directory,
/// most often the very process that calls, to hand over to it.
Result<void> startSuccessor(const LockDirectory &directory, const QString &program);

/// The start gate: whoever holds it is just making a watcher of this directory, and nobody else is.
/// Kind::Timeout where its holder does not get on.
Result<FileLock> passStartGate(const LockDirectory &directory);

/// How long a caller waits for a lock that a dying watcher still holds.
constexpr std::chrono::seconds kLetGoTimeout{10};

} // namespace sharedserver
