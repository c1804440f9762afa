#include "core/process/filedescriptor.h"

#include <cerrno>

#include <fcntl.h>
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

void fillStandardStreams()
{
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        // open(2) takes the lowest free number, which is this very one.
        if (fcntl(stream, F_GETFD) < 0)
            open("/dev/null", O_RDWR);
    }
}

} // namespace sharedserver
