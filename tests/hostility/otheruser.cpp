#include "tests/hostility/otheruser.h"

#include <csignal>
#include <cstring>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver::test {

namespace {

constexpr int kFailed = 126;

bool becomeStranger()
{
    return setgroups(0, nullptr) == 0 && setgid(kStranger) == 0 && setuid(kStranger) == 0;
}

/// Says by a byte in `ready` that it listens.
[[noreturn]] void listenForEver(const QByteArray &path, int ready)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    const int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    umask(0);
    if (!becomeStranger() || listening < 0
        || bind(listening, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0
        || listen(listening, 10) != 0 || write(ready, "x", 1) != 1)
        _exit(kFailed);
    for (;;)
        accept(listening, nullptr, nullptr);
}

} // namespace

bool canBeAnotherUser()
{
    return geteuid() == 0;
}

int asStranger(const std::function<int()> &act)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(becomeStranger() ? act() : kFailed);
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
        ? WEXITSTATUS(status)
        : -1;
}

StrangersSocket::StrangersSocket(const QByteArray &path)
{
    int ready[2];
    if (pipe(ready) != 0)
        return;
    m_process = fork();
    if (m_process == 0) {
        close(ready[0]);
        listenForEver(path, ready[1]);
    }
    close(ready[1]);
    char byte = 0;
    m_isListening = read(ready[0], &byte, 1) == 1;
    close(ready[0]);
}

StrangersSocket::~StrangersSocket()
{
    if (m_process <= 0)
        return;
    kill(m_process, SIGKILL);
    waitpid(m_process, nullptr, 0);
}

} // namespace sharedserver::test
