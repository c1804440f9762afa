#pragma once

#include <QtGlobal>

#include <optional>

#include <fcntl.h>
#include <sys/stat.h>

namespace sharedserver {

/// What the kernel knew of a file at one moment (stat(2)).
class FileStatus
{
public:
    /// Of an open file. Nothing, and errno says why, where the kernel does not tell. Of one that
    /// could not be opened, errno goes on saying why that was.
    static std::optional<FileStatus> of(int file);
    /// Of what a name leads to; of the symbolic link itself, where it is one. A relative name
    /// counts from the open directory.
    static std::optional<FileStatus> ofName(const char *name, int directory = AT_FDCWD);

    bool isRegular() const { return S_ISREG(m_status.st_mode); }
    bool isSymbolicLink() const { return S_ISLNK(m_status.st_mode); }
    /// Whether it belongs to the user that we act for.
    bool isOurs() const;
    bool isOthersToWrite() const { return (m_status.st_mode & (S_IWGRP | S_IWOTH)) != 0; }
    bool isOthersToUse() const { return (m_status.st_mode & (S_IRWXG | S_IRWXO)) != 0; }
    bool isSameFile(const FileStatus &other) const;

    qint64 size() const { return m_status.st_size; }
    quint64 device() const { return quint64(m_status.st_dev); }
    quint64 inode() const { return quint64(m_status.st_ino); }
    qint64 blockSize() const { return m_status.st_blksize; }

private:
    explicit FileStatus(const struct stat &status)
        : m_status(status)
    {
    }
    struct stat m_status;
};

} // namespace sharedserver
