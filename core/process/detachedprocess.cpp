#include "core/process/detachedprocess.h"

#include "core/process/argumentvector.h"
#include "core/process/filedescriptor.h"
#include "core/process/inheritance.h"
#include "core/process/platform.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver {

namespace {

struct Prepared
{
    std::vector<char *> argv;
    std::vector<char *> environment;
    const std::vector<int> &inherited;
    int devNull;
    int report;
};

// In the child: async-signal-safe calls only.

[[noreturn]] void reportAndExit(const Prepared &prepared, int error)
{
    [[maybe_unused]] const ssize_t written = write(prepared.report, &error, sizeof(error));
    _exit(127);
}

[[noreturn]] void becomeProgram(const Prepared &prepared)
{
    setsid();
    // The second fork leaves the new session without a leader, so that it never gets a terminal,
    // and makes the program nobody's child.
    const pid_t child = fork();
    if (child != 0)
        _exit(child < 0 ? errno : 0);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(prepared.devNull, stream);
    platform::closeOnExecFrom(STDERR_FILENO + 1);
    for (const int descriptor : prepared.inherited)
        if (fcntl(descriptor, F_SETFD, 0) != 0)
            reportAndExit(prepared, errno);
    dropInheritance();
    [[maybe_unused]] const int entered = chdir("/");
    execve(prepared.argv.front(), prepared.argv.data(), prepared.environment.data());
    reportAndExit(prepared, errno);
}

} // namespace

Result<void> startDetached(const DetachedCommand &command)
{
    int ends[2];
    if (pipe(ends) != 0)
        return systemFailure(QStringLiteral("Cannot make a pipe"), errno);
    const FileDescriptor readEnd(ends[0]);
    FileDescriptor writeEnd(ends[1]);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    const FileDescriptor devNull(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!devNull.isOpen())
        return systemFailure(QStringLiteral("Cannot open /dev/null"), errno);
    const Prepared prepared{argumentVector(command.argv), argumentVector(command.environment),
                            command.inherited, devNull.get(), writeEnd.get()};
    const pid_t child = forkInto([&] { becomeProgram(prepared); });
    int error = child < 0 ? errno : 0;
    writeEnd.reset();
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (child > 0 && WIFEXITED(status))
        error = WEXITSTATUS(status);
    // Ends without a word when the exec has closed the other end.
    ssize_t count = 0;
    int execError = 0;
    do {
        count = read(readEnd.get(), &execError, sizeof(execError));
    } while (count < 0 && errno == EINTR);
    if (count == ssize_t(sizeof(execError)))
        error = execError;
    if (error == 0)
        return {};
    return failure(
        Error::Kind::Io,
        QStringLiteral("Cannot run '%1': %2. Check the installation.")
            .arg(QString::fromUtf8(command.argv.first()), QString::fromUtf8(strerror(error))));
}

} // namespace sharedserver
