#include "core/process/platform.h"

#include "core/process/filedescriptor.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <set>

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sharedserver::platform {

namespace {

// Linux 6.9, include/uapi/linux/pidfd.h: the signal goes to the process's group.
constexpr unsigned kPidfdSignalProcessGroup = 1U << 2;

std::string readWholeFile(const char *path)
{
    std::string content;
    const FileDescriptor file(open(path, O_RDONLY | O_CLOEXEC));
    char buffer[4096];
    for (;;) {
        const ssize_t count = file.isOpen() ? read(file.get(), buffer, sizeof(buffer)) : 0;
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return content;
        content.append(buffer, static_cast<size_t>(count));
    }
}

/// Empty where it cannot be read.
std::string linkTarget(const char *path)
{
    char buffer[4096];
    const ssize_t length = readlink(path, buffer, sizeof(buffer));
    return length > 0 ? std::string(buffer, static_cast<size_t>(length)) : std::string();
}

std::string procPath(pid_t pid, const char *file)
{
    return "/proc/" + std::to_string(pid) + "/" + file;
}

bool isSame(pid_t pid, std::uint64_t startStamp)
{
    const auto info = inspect(pid);
    return info && startStamp != 0 && info->startStamp == startStamp;
}

/// A pidfd that certainly means the process of that stamp: looked at after it was opened.
FileDescriptor openPidfd(pid_t pid, std::uint64_t startStamp)
{
    FileDescriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd.isOpen() && !isSame(pid, startStamp)) {
        pidfd.reset();
        errno = ESRCH;
    }
    return pidfd;
}

int pidfdSignal(int pidfd, int signal, unsigned flags)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, flags) == 0 ? 0 : errno;
}

/// Whether that may come from somebody who knows no such call (seccomp(2)). Of whom may not signal
/// this process, kill(2) says the same.
bool isRefusedUnseen(int error)
{
    return error == ENOSYS || error == EPERM;
}

std::int64_t nanoseconds(clockid_t clock)
{
    timespec time = {};
    clock_gettime(clock, &time);
    return std::int64_t(time.tv_sec) * 1000000000 + time.tv_nsec;
}

std::optional<ProcessInfo> inspectOnce(pid_t pid)
{
    const std::string path = procPath(pid, "stat");
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isOpen())
        return {};
    // The files of zombies, and of processes that may not be dumped, belong to root; only the
    // directory tells the owner (proc(5)). It is the same process's where the read succeeds later.
    struct stat owner;
    if (stat(procPath(pid, "").c_str(), &owner) != 0)
        return {};
    char buffer[1024];
    const ssize_t count = read(file.get(), buffer, sizeof(buffer));
    if (count <= 0)
        return {};
    auto info = parseProcStat(std::string(buffer, static_cast<size_t>(count)),
                              sysconf(_SC_PAGESIZE), sysconf(_SC_CLK_TCK));
    if (info)
        info->owner = owner.st_uid;
    return info;
}

} // namespace

std::optional<ProcessInfo> inspect(pid_t pid)
{
    // What hinders it may be over at once; a process that is there should not be taken for gone.
    constexpr int kMostTries = 3;
    std::optional<ProcessInfo> info;
    for (int tries = 0; pid > 0 && !info && tries < kMostTries; ++tries) {
        info = inspectOnce(pid);
        if (!info && !isThere(pid))
            break;
    }
    return info;
}

bool isThere(pid_t pid)
{
    return pid > 0 && kill(pid, 0) == 0;
}

std::int64_t startTimeUnixMs(std::uint64_t startStamp)
{
    const std::int64_t bootTime = nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME);
    const auto sinceBoot = static_cast<std::int64_t>(
        startStamp * 1000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
    return bootTime / 1000000 + sinceBoot;
}

std::optional<std::vector<ProcessInfo>> processesInGroups(const std::vector<pid_t> &groups)
{
    const std::set<pid_t> wanted(groups.begin(), groups.end());
    std::vector<ProcessInfo> members;
    DIR *processes = opendir("/proc");
    if (!processes)
        return {};
    bool isComplete = true;
    while (const dirent *entry = readdir(processes)) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
            continue;
        const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
        if (wanted.count(getpgid(pid)) == 0)
            continue; // one system call instead of a file for those that do not matter
        auto info = inspect(pid);
        isComplete = isComplete && (info || !isThere(pid));
        if (info && wanted.count(info->group) != 0)
            members.push_back(std::move(*info));
    }
    closedir(processes);
    return isComplete ? std::make_optional(std::move(members)) : std::nullopt;
}

int sendSignal(pid_t pid, std::uint64_t startStamp, int signal)
{
    const FileDescriptor pidfd = openPidfd(pid, startStamp);
    if (pidfd.isOpen()) {
        const int error = pidfdSignal(pidfd.get(), signal, 0);
        if (!isRefusedUnseen(error))
            return error;
    } else if (errno == ESRCH) {
        return ESRCH;
    }
    // Older kernels, a lack of descriptors, and sandboxes that refuse what they do not know.
    if (!isSame(pid, startStamp))
        return ESRCH;
    return kill(pid, signal) == 0 ? 0 : errno;
}

int sendSignalToGroup(pid_t leader, std::uint64_t startStamp, int signal)
{
    const FileDescriptor pidfd = openPidfd(leader, startStamp);
    if (pidfd.isOpen()) {
        const int error = pidfdSignal(pidfd.get(), signal, kPidfdSignalProcessGroup);
        if (error != EINVAL && !isRefusedUnseen(error))
            return error;
    } else if (errno == ESRCH) {
        return ESRCH;
    }
    // Older kernels: between this look and the signal the leader would have to end, be reaped, its
    // group be empty, and its number be used again.
    if (!isSame(leader, startStamp))
        return ESRCH;
    return kill(-leader, signal) == 0 ? 0 : errno;
}

std::vector<std::string> initialEnvironment(pid_t pid)
{
    std::vector<std::string> entries;
    const std::string block = readWholeFile(procPath(pid, "environ").c_str());
    for (size_t begin = 0; begin < block.size();) {
        size_t end = block.find('\0', begin);
        if (end == std::string::npos)
            end = block.size();
        std::string entry = block.substr(begin, end - begin);
        // A server that has overwritten the block (to change its title) leaves no such entries.
        const size_t equals = entry.find('=');
        if (equals != std::string::npos && equals > 0)
            entries.push_back(std::move(entry));
        begin = end + 1;
    }
    return entries;
}

std::string workingDirectory(pid_t pid)
{
    return linkTarget(procPath(pid, "cwd").c_str());
}

std::string bootId()
{
    std::string id = readWholeFile("/proc/sys/kernel/random/boot_id");
    while (!id.empty() && id.back() == '\n')
        id.pop_back();
    return id;
}

std::optional<Peer> socketPeer(int socket)
{
    ucred credentials = {};
    socklen_t size = sizeof(credentials);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return {};
    return Peer{credentials.uid, credentials.pid};
}

ssize_t sendNow(int socket, const void *bytes, std::size_t size)
{
    return send(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

std::string executablePath()
{
    return linkTarget("/proc/self/exe");
}

void endWithParent()
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void closeOnExecFrom(int first)
{
    constexpr unsigned kCloseRangeCloexec = 1U << 2; // Linux 5.11, close_range(2)
    if (syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, kCloseRangeCloexec) == 0)
        return;
    constexpr int kBound = 65536;
    for (int fd = first; fd < kBound; ++fd)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

std::optional<std::string> shortPathInside(int directory, const std::string &fileName)
{
    return "/proc/self/fd/" + std::to_string(directory) + "/" + fileName;
}

} // namespace sharedserver::platform
