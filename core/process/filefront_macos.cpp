#include "core/process/filefront.h"

#include <cstring>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver::platform {

FrontRemoval frontRemoval(int scratchFile)
{
    struct statfs status;
    const bool isApfs =
        fstatfs(scratchFile, &status) == 0 && std::strcmp(status.f_fstypename, "apfs") == 0;
    return isApfs ? FrontRemoval::Hole : FrontRemoval::None;
}

FrontRemoval dropFront(int file, off_t length, FrontRemoval most)
{
    if (most == FrontRemoval::None)
        return FrontRemoval::None;
    fpunchhole_t hole = {};
    hole.fp_offset = 0;
    hole.fp_length = length;
    return fcntl(file, F_PUNCHHOLE, &hole) == 0 ? FrontRemoval::Hole : FrontRemoval::None;
}

std::int64_t modifiedAtMs(int file)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return 0;
    return std::int64_t(status.st_mtimespec.tv_sec) * 1000
        + status.st_mtimespec.tv_nsec / 1'000'000;
}

off_t dataBegin(int file)
{
    const off_t begin = lseek(file, 0, SEEK_DATA);
    return begin > 0 ? begin : 0;
}

} // namespace sharedserver::platform
