#include "core/process/filedescriptor.h"

#include <cerrno>

#include <unistd.h>

namespace sharedserver {

void FileDescriptor::reset(int fd)
{
    if (m_fd >= 0) {
        const int savedErrno = errno;
        // Not again after EINTR: Linux has closed it all the same (close(2)), and the number may be
        // somebody else's by now.
        close(m_fd);
        errno = savedErrno;
    }
    m_fd = fd;
}

} // namespace sharedserver
