#pragma once

#include <utility>

namespace sharedserver {

/// Owns one open file descriptor and closes it exactly once.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd)
        : m_fd(fd)
    {
    }
    FileDescriptor(FileDescriptor &&other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        reset(std::exchange(other.m_fd, -1));
        return *this;
    }
    FileDescriptor(const FileDescriptor &) = delete;
    FileDescriptor &operator=(const FileDescriptor &) = delete;
    ~FileDescriptor() { reset(); }

    bool isOpen() const { return m_fd >= 0; }
    int get() const { return m_fd; }
    /// Gives the descriptor away; the caller closes it.
    int release() { return std::exchange(m_fd, -1); }
    /// Closes what was held. errno is kept as it was.
    void reset(int fd = -1);

private:
    int m_fd = -1;
};

/// Opens /dev/null in the place of each standard stream that the caller has closed. Called before
/// anything else is opened: no file of ours may get such a number, and be written to by a print.
void fillStandardStreams();

} // namespace sharedserver
