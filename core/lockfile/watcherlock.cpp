#include "core/lockfile/watcherlock.h"

#include "core/lockfile/filelock.h"
#include "core/process/filestatus.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

FileDescriptor openLock(const LockDirectory &directory, int flags)
{
    return FileDescriptor(openat(directory.descriptor(), WatcherLock::kFileName,
                                 flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
}

bool isRegularAndOurs(int file)
{
    const auto status = FileStatus::of(file);
    return status && status->isRegular() && status->isOurs();
}

Failure cannotOpen(const LockDirectory &directory, int errorNumber)
{
    return systemFailure(QStringLiteral("Cannot open '%1/%2'")
                             .arg(directory.path(), QLatin1String(WatcherLock::kFileName)),
                         errorNumber);
}

} // namespace

Result<std::optional<WatcherLock>> WatcherLock::acquire(const LockDirectory &directory,
                                                        std::chrono::milliseconds timeout)
{
    for (;;) {
        FileDescriptor file = openLock(directory, O_RDWR | O_CREAT);
        if (!file.isOpen())
            return cannotOpen(directory, errno);
        if (!isRegularAndOurs(file.get())) {
            return failure(Error::Kind::Unsafe,
                           QStringLiteral("'%1/%2' is no regular file of yours. Remove it.")
                               .arg(directory.path(), QLatin1String(kFileName)));
        }
        // Whoever has it keeps it for as long as the descriptor is open, here or in a child that
        // inherits it. So the FileLock's own end must not give it back.
        auto lock = FileLock::acquire(file.get(), FileLock::Mode::Exclusive, timeout);
        if (!lock && lock.error().kind == Error::Kind::Timeout)
            return std::optional<WatcherLock>();
        if (!lock)
            return Failure(lock.error());
        lock->release();
        if (directory.holds(file.get(), kFileName))
            return WatcherLock(std::move(file));
    }
}

Result<WatcherLock> WatcherLock::adopt(const LockDirectory &directory, FileDescriptor descriptor)
{
    fcntl(descriptor.get(), F_SETFD, FD_CLOEXEC);
    if (!directory.holds(descriptor.get(), kFileName)) {
        return failure(Error::Kind::Io,
                       QStringLiteral("The inherited descriptor is not '%1/%2'.")
                           .arg(directory.path(), QLatin1String(kFileName)));
    }
    return WatcherLock(std::move(descriptor));
}

bool WatcherLock::isHeld(const LockDirectory &directory)
{
    const FileDescriptor file = openLock(directory, O_RDONLY);
    return isRegularAndOurs(file.get())
        && !FileLock::tryAcquire(file.get(), FileLock::Mode::Shared);
}

bool WatcherLock::isStillThere(const LockDirectory &directory) const
{
    return directory.isStillThere() && directory.holds(m_file.get(), kFileName);
}

} // namespace sharedserver
