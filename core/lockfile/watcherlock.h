#pragma once

#include "core/base/error.h"
#include "core/lockfile/lockdirectory.h"
#include "core/process/filedescriptor.h"

#include <chrono>
#include <optional>

namespace sharedserver {

/// The right to be the watcher of a lock directory: an exclusive flock on `watcher.lock`, held by
/// one process for as long as it is the watcher. Can be handed to a child process as an inherited
/// descriptor, because the lock belongs to the open file description (flock(2)).
class WatcherLock
{
public:
    static constexpr char kFileName[] = "watcher.lock";

    /// Nothing where another process holds it after `timeout` (0: tries once).
    static Result<std::optional<WatcherLock>> acquire(const LockDirectory &directory,
                                                      std::chrono::milliseconds timeout);
    /// Takes over a descriptor, inherited from the process that acquired it. Kind::Io where it is
    /// no lock on this directory's watcher.lock.
    static Result<WatcherLock> adopt(const LockDirectory &directory, FileDescriptor descriptor);
    /// Whether some process holds it now. Never waits and leaves nothing behind.
    static bool isHeld(const LockDirectory &directory);

    int descriptor() const { return m_file.get(); }
    /// Whether the locked file is still the one at that path; not so where it or the directory was
    /// removed.
    bool isStillThere(const LockDirectory &directory) const;

private:
    explicit WatcherLock(FileDescriptor file)
        : m_file(std::move(file))
    {
    }
    FileDescriptor m_file;
};

} // namespace sharedserver
