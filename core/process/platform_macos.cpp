#include "core/process/platform.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <libproc.h>
#include <mach/mach_time.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/un.h>
#include <unistd.h>

namespace sharedserver::platform {

namespace {

/// The kernel's entries for one process (KERN_PROC_PID) or one group (KERN_PROC_PGRP); nothing
/// where it does not tell. Unlike proc_pidinfo(PROC_PIDTBSDINFO), this tells of zombies and of
/// other users' processes, too.
std::optional<std::vector<kinfo_proc>> processTable(int selection, pid_t number)
{
    int name[] = {CTL_KERN, KERN_PROC, selection, number};
    std::vector<kinfo_proc> entries(selection == KERN_PROC_PID ? 1 : 32);
    for (;;) {
        size_t size = entries.size() * sizeof(kinfo_proc);
        if (sysctl(name, 4, entries.data(), &size, nullptr, 0) == 0) {
            entries.resize(size / sizeof(kinfo_proc)); // none is no error
            return entries;
        }
        if (errno != ENOMEM)
            return {};
        entries.resize(entries.size() * 2);
    }
}

std::uint64_t microseconds(std::uint64_t machTime)
{
    mach_timebase_info_data_t base = {};
    if (mach_timebase_info(&base) != KERN_SUCCESS || base.denom == 0)
        return 0;
    return machTime * base.numer / base.denom / 1000;
}

/// The session of a group's members. A zombie's own cannot be asked for, but a group lies in one
/// session (setpgid(2)), so any live member tells; without one, nobody is left whom it matters to.
pid_t sessionOf(const kinfo_proc &process)
{
    const pid_t own = getsid(process.kp_proc.p_pid);
    if (own > 0)
        return own;
    const auto members = processTable(KERN_PROC_PGRP, process.kp_eproc.e_pgid);
    for (const kinfo_proc &member : members.value_or(std::vector<kinfo_proc>())) {
        const pid_t session = getsid(member.kp_proc.p_pid);
        if (session > 0)
            return session;
    }
    return process.kp_eproc.e_pgid;
}

ProcessInfo toInfo(const kinfo_proc &process)
{
    ProcessInfo info;
    info.pid = process.kp_proc.p_pid;
    info.parent = process.kp_eproc.e_ppid;
    info.group = process.kp_eproc.e_pgid;
    info.session = sessionOf(process);
    info.owner = process.kp_eproc.e_ucred.cr_uid;
    const timeval &start = process.kp_proc.p_starttime;
    info.startStamp = static_cast<std::uint64_t>(start.tv_sec) * 1000000
        + static_cast<std::uint64_t>(start.tv_usec);
    info.zombie = process.kp_proc.p_stat == SZOMB;
    if (info.zombie)
        info.waitStatus = process.kp_proc.p_xstat;
    const char *name = process.kp_proc.p_comm;
    info.name.assign(name, strnlen(name, sizeof(process.kp_proc.p_comm)));
    proc_taskinfo task = {};
    constexpr int kTaskSize = sizeof(task);
    if (proc_pidinfo(info.pid, PROC_PIDTASKINFO, 0, &task, kTaskSize) == kTaskSize) {
        info.cpuMicroseconds = microseconds(task.pti_total_user + task.pti_total_system);
        info.residentBytes = task.pti_resident_size;
    }
    return info;
}

bool isSame(pid_t pid, std::uint64_t startStamp)
{
    const auto info = inspect(pid);
    return info && startStamp != 0 && info->startStamp == startStamp;
}

/// Takes the text that begins at `at`, and moves on behind the NUL that ends it.
std::string takeText(const std::string &block, size_t &at)
{
    const size_t end = std::min(block.find('\0', at), block.size());
    std::string text = block.substr(at, end - at);
    at = std::min(end + 1, block.size());
    return text;
}

/// What KERN_PROCARGS2 tells: the number of arguments, the program's path, padding, the arguments
/// and the environment.
std::string argumentBlock(pid_t pid)
{
    int largest = 0;
    size_t size = sizeof(largest);
    int limit[] = {CTL_KERN, KERN_ARGMAX};
    if (sysctl(limit, 2, &largest, &size, nullptr, 0) != 0 || largest <= 0)
        return {};
    std::string block(static_cast<size_t>(largest), '\0');
    size = block.size();
    int name[] = {CTL_KERN, KERN_PROCARGS2, pid};
    if (sysctl(name, 3, block.data(), &size, nullptr, 0) != 0)
        return {};
    block.resize(std::min(size, block.size()));
    return block;
}

} // namespace

std::optional<ProcessInfo> inspect(pid_t pid)
{
    if (pid <= 0)
        return {};
    const auto entries = processTable(KERN_PROC_PID, pid);
    if (!entries || entries->empty())
        return {};
    return toInfo(entries->front());
}

bool isThere(pid_t pid)
{
    return pid > 0 && kill(pid, 0) == 0;
}

std::int64_t startTimeUnixMs(std::uint64_t startStamp)
{
    return static_cast<std::int64_t>(startStamp / 1000);
}

std::optional<std::vector<ProcessInfo>> processesInGroups(const std::vector<pid_t> &groups)
{
    std::vector<ProcessInfo> members;
    for (const pid_t group : groups) {
        const auto processes = processTable(KERN_PROC_PGRP, group);
        if (!processes)
            return {};
        for (const kinfo_proc &process : *processes)
            members.push_back(toInfo(process));
    }
    return members;
}

int sendSignal(pid_t pid, std::uint64_t startStamp, int signal)
{
    // No handle for a process exists here. Between this look and the signal it would have to end,
    // be reaped, and its number be given out again, after all others.
    if (!isSame(pid, startStamp))
        return ESRCH;
    return kill(pid, signal) == 0 ? 0 : errno;
}

int sendSignalToGroup(pid_t leader, std::uint64_t startStamp, int signal)
{
    if (!isSame(leader, startStamp))
        return ESRCH;
    return kill(-leader, signal) == 0 ? 0 : errno;
}

std::vector<std::string> initialEnvironment(pid_t pid)
{
    const std::string block = argumentBlock(pid);
    int argumentCount = 0;
    if (block.size() <= sizeof(argumentCount))
        return {};
    memcpy(&argumentCount, block.data(), sizeof(argumentCount));
    size_t at = sizeof(argumentCount);
    takeText(block, at); // the program's path
    at = std::min(block.find_first_not_of('\0', at), block.size());
    for (int i = 0; i < argumentCount; ++i)
        takeText(block, at);
    std::vector<std::string> entries;
    while (at < block.size()) {
        std::string entry = takeText(block, at);
        if (entry.empty())
            break; // what follows is the loader's
        const size_t equals = entry.find('=');
        if (equals != std::string::npos && equals > 0)
            entries.push_back(std::move(entry));
    }
    return entries;
}

std::string workingDirectory(pid_t pid)
{
    proc_vnodepathinfo paths = {};
    constexpr int kSize = sizeof(paths);
    if (proc_pidinfo(pid, PROC_PIDVNODEPATHINFO, 0, &paths, kSize) != kSize)
        return {};
    const char *path = paths.pvi_cdir.vip_path;
    return std::string(path, strnlen(path, sizeof(paths.pvi_cdir.vip_path)));
}

std::string bootId()
{
    char id[64] = {};
    size_t size = sizeof(id) - 1;
    return sysctlbyname("kern.bootsessionuuid", id, &size, nullptr, 0) == 0 ? id : "";
}

std::optional<Peer> socketPeer(int socket)
{
    Peer peer;
    gid_t group = 0;
    if (getpeereid(socket, &peer.owner, &group) != 0)
        return {};
    socklen_t size = sizeof(peer.pid);
    if (getsockopt(socket, SOL_LOCAL, LOCAL_PEERPID, &peer.pid, &size) != 0)
        peer.pid = 0;
    return peer;
}

ssize_t sendNow(int socket, const void *bytes, std::size_t size)
{
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
    return send(socket, bytes, size, MSG_DONTWAIT);
}

std::string executablePath()
{
    char path[PROC_PIDPATHINFO_MAXSIZE];
    const int length = proc_pidpath(getpid(), path, sizeof(path));
    return length > 0 ? std::string(path, static_cast<size_t>(length)) : std::string();
}

void endWithParent() {}

void closeOnExecFrom(int first)
{
    constexpr int kBound = 65536; // the table may be said to be endless
    const int end = std::min(getdtablesize(), kBound);
    for (int fd = first; fd < end; ++fd)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

std::optional<std::string> shortPathInside(int, const std::string &)
{
    return {};
}

} // namespace sharedserver::platform
