#pragma once

#include "core/base/error.h"
#include "core/process/filedescriptor.h"

#include <chrono>

namespace sharedserver {

/// An advisory lock (flock(2)) on an open file, which ends with the object, or with the process
/// however that ends.
class FileLock
{
public:
    enum class Mode { Shared, Exclusive };

    /// Takes the lock on an open descriptor that somebody else owns and keeps open (a directory
    /// works too). Kind::Timeout where another process held it all that time. flock has no
    /// time-out of its own; a short holder is waited for with growing pauses of 1 to 4 ms.
    static Result<FileLock> acquire(int descriptor, Mode mode, std::chrono::milliseconds timeout);
    /// At once or not at all.
    static Result<FileLock> tryAcquire(int descriptor, Mode mode);

    FileLock(FileLock &&other) noexcept;
    FileLock &operator=(FileLock &&other) noexcept;
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    ~FileLock();

    /// Leaves the file locked for as long as its descriptor, or an inherited copy of it, is open.
    void release() { m_descriptor = -1; }

private:
    explicit FileLock(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    int m_descriptor = -1;
};

} // namespace sharedserver
