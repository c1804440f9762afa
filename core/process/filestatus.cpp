#include "core/process/filestatus.h"

#include <unistd.h>

namespace sharedserver {

std::optional<FileStatus> FileStatus::of(int file)
{
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        return {};
    return FileStatus(status);
}

std::optional<FileStatus> FileStatus::ofName(const char *name, int directory)
{
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return {};
    return FileStatus(status);
}

bool FileStatus::isOurs() const
{
    return m_status.st_uid == geteuid();
}

bool FileStatus::isSameFile(const FileStatus &other) const
{
    return m_status.st_dev == other.m_status.st_dev && m_status.st_ino == other.m_status.st_ino;
}

} // namespace sharedserver
