#include "core/lockfile/filelock.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/file.h>

namespace sharedserver {

namespace {

constexpr std::chrono::milliseconds kFirstPause{1};
constexpr std::chrono::milliseconds kLongestPause{4};

/// 0, or an errno value.
int lockNow(int descriptor, FileLock::Mode mode)
{
    const int operation = (mode == FileLock::Mode::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    int result = 0;
    do {
        result = flock(descriptor, operation);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

} // namespace

Result<FileLock> FileLock::acquire(int descriptor, Mode mode, std::chrono::milliseconds timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto pause = kFirstPause;
    for (;;) {
        auto lock = tryAcquire(descriptor, mode);
        if (lock || lock.error().kind != Error::Kind::Timeout
            || std::chrono::steady_clock::now() >= deadline)
            return lock;
        poll(nullptr, 0, int(pause.count())); // flock(2) knows no time-out of its own
        pause = std::min(pause * 2, kLongestPause);
    }
}

Result<FileLock> FileLock::tryAcquire(int descriptor, Mode mode)
{
    const int error = lockNow(descriptor, mode);
    if (error == 0)
        return FileLock(descriptor);
    if (error == EWOULDBLOCK) {
        return failure(Error::Kind::Timeout,
                       QStringLiteral("Another process holds the lock. Try again, or end it."));
    }
    return systemFailure(QStringLiteral("Cannot lock a file"), error);
}

FileLock::FileLock(FileLock &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

FileLock &FileLock::operator=(FileLock &&other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock()
{
    if (m_descriptor >= 0)
        flock(m_descriptor, LOCK_UN);
}

} // namespace sharedserver
