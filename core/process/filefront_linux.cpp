#include "core/process/filefront.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver::platform {

namespace {

constexpr int kPunch = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

bool allocate(int file, int mode, off_t offset, off_t length)
{
    int result = 0;
    do {
        result = fallocate(file, mode, offset, length);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

} // namespace

FrontRemoval frontRemoval(int scratchFile)
{
    struct stat status;
    if (fstat(scratchFile, &status) != 0)
        return FrontRemoval::None;
    // A hole behind the end changes nothing, and fails where there are none. Whether a file system
    // can also collapse is only seen by doing it.
    return allocate(scratchFile, kPunch, status.st_size, status.st_blksize) ? FrontRemoval::Collapse
                                                                            : FrontRemoval::None;
}

FrontRemoval dropFront(int file, off_t length, FrontRemoval most)
{
    if (most == FrontRemoval::Collapse && allocate(file, FALLOC_FL_COLLAPSE_RANGE, 0, length))
        return FrontRemoval::Collapse;
    if (most != FrontRemoval::None && allocate(file, kPunch, 0, length))
        return FrontRemoval::Hole;
    return FrontRemoval::None;
}

std::int64_t modifiedAtMs(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return 0;
    return std::int64_t(status.st_mtim.tv_sec) * 1000 + status.st_mtim.tv_nsec / 1'000'000;
}

off_t dataBegin(int file)
{
    const off_t begin = lseek(file, 0, SEEK_DATA);
    return begin > 0 ? begin : 0;
}

} // namespace sharedserver::platform
