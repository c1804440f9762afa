#include "core/process/callercontext.h"

#include "core/base/bytes.h"

#include <cerrno>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

namespace sharedserver {

namespace {

/// umask(2) can only tell by setting; there is no other thread that could notice.
int currentUmask()
{
    const mode_t mask = umask(077);
    umask(mask);
    return int(mask);
}

} // namespace

QByteArray currentDirectory()
{
    std::vector<char> path(4096);
    while (!getcwd(path.data(), path.size())) {
        if (errno != ERANGE)
            return {};
        path.resize(path.size() * 2);
    }
    // "(unreachable)/…": outside of our root directory (getcwd(3)).
    return path.front() == '/' ? QByteArray(path.data()) : QByteArray();
}

CallerContext CallerContext::current()
{
    CallerContext context;
    for (char **entry = environ; entry && *entry; ++entry)
        context.environment.append(QByteArray(*entry));
    context.workingDirectory = currentDirectory();
    context.umask = currentUmask();
    return context;
}

Result<QByteArray> CallerContext::absolutePath(const QByteArray &path) const
{
    if (path.startsWith('/'))
        return path;
    if (workingDirectory.isEmpty()) {
        return failure(Error::Kind::Io,
                       QStringLiteral("'%1' is relative to a directory that does not exist any "
                                      "more. Give an absolute path.")
                           .arg(displayText(path)));
    }
    return workingDirectory.endsWith('/') ? workingDirectory + path : workingDirectory + '/' + path;
}

} // namespace sharedserver
