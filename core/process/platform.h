#pragma once

// The one interface between us and the operating system's view of processes. Implemented by
// platform_linux.cpp and platform_macos.cpp. Free of Qt, so that the macOS side can be
// type-checked on Linux.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sharedserver::platform {

/// What the kernel says of one process at one instant.
struct ProcessInfo
{
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t group = 0;
    pid_t session = 0;
    uid_t owner = 0;
    /// Tells two processes apart that had the same pid at different times, and never changes while
    /// a process lives. Linux: clock ticks since boot, field 22 of /proc/PID/stat (proc(5)).
    /// macOS: microseconds since the epoch, from sysctl(KERN_PROC).
    std::uint64_t startStamp = 0;
    bool zombie = false;
    bool busy = false; ///< computes, or would if it got a processor or its disk (Linux only)
    /// The wait status (wait(2)) of a zombie, where the kernel shows it.
    std::optional<int> waitStatus;
    std::uint64_t cpuMicroseconds = 0;
    std::uint64_t residentBytes = 0;
    std::string name; ///< the program's short name (comm)
};

/// Nothing where there is no such process, or where it cannot be looked at now (no descriptor is
/// left, say): isThere() tells the two apart.
std::optional<ProcessInfo> inspect(pid_t pid);

/// Whether there is a process or a zombie with this pid that we may signal. Needs no resource that
/// could be exhausted.
bool isThere(pid_t pid);

/// The same from the text of a /proc/PID/stat (Linux only; split out because it parses what a
/// process can choose: its name may hold spaces and parentheses). `pageSize` and `ticksPerSecond`
/// as sysconf(3) tells them. Nothing where the text is not such a line.
std::optional<ProcessInfo> parseProcStat(const std::string &text, long pageSize,
                                         long ticksPerSecond);

/// When the process of this stamp started, in milliseconds since the Unix epoch.
std::int64_t startTimeUnixMs(std::uint64_t startStamp);

/// All members of these process groups, zombies included. Costs one pass over the process table,
/// however many groups are asked for. Nothing where that cannot be read now (no descriptor left).
std::optional<std::vector<ProcessInfo>> processesInGroups(const std::vector<pid_t> &groups);

/// Sends to exactly the process that had this stamp, never to a successor with the same pid.
/// Returns 0, or an errno value (ESRCH where that very process is gone). A stamp of 0 is nobody's.
int sendSignal(pid_t pid, std::uint64_t startStamp, int signal);

/// Sends to the process group that the process of this stamp leads. ESRCH where that leader has
/// been reaped or is another process now. A zombie leader still counts: its group may live.
int sendSignalToGroup(pid_t leader, std::uint64_t startStamp, int signal);

/// Where a process's environment block can be read (Linux: /proc/PID/environ as it was at exec),
/// its entries `K=V`. Empty where it cannot.
std::vector<std::string> initialEnvironment(pid_t pid);
/// Its working directory, empty where it cannot be told.
std::string workingDirectory(pid_t pid);

/// Names this boot of the machine; empty where the system does not tell.
std::string bootId();

/// Who is at the other end of a connected local socket (SO_PEERCRED, getpeereid(3)).
struct Peer
{
    uid_t owner = 0;
    pid_t pid = 0; ///< 0 where the system does not tell
};
std::optional<Peer> socketPeer(int socket);

/// Sends what the socket takes at once: how many bytes, or -1 and errno (EAGAIN where it takes none
/// now). Raises no SIGPIPE where the other side has gone: EPIPE tells.
ssize_t sendNow(int socket, const void *bytes, std::size_t size);

/// The path of the program that this process runs; empty where it cannot be told.
std::string executablePath();

/// Marks every descriptor from `first` on as close-on-exec. Async-signal-safe: used between fork
/// and exec.
void closeOnExecFrom(int first);

/// Has this process killed when the thread that forked it ends, where the system can do that
/// (Linux: PR_SET_PDEATHSIG, prctl(2)). Async-signal-safe: used between fork and exec.
void endWithParent();

/// Path of a file inside an open directory that is short enough for a socket address whatever the
/// directory's own path is (Linux: through /proc/self/fd). Nothing where there is no such thing.
std::optional<std::string> shortPathInside(int directory, const std::string &fileName);

/// Waits for many processes to end through one descriptor (Linux: pidfds in an epoll; macOS:
/// kqueue with EVFILT_PROC).
class ExitQueue
{
public:
    ExitQueue();
    ~ExitQueue();
    ExitQueue(const ExitQueue &) = delete;
    ExitQueue &operator=(const ExitQueue &) = delete;

    /// Readable when a watched process has ended; -1 where the system offers no such thing.
    int descriptor() const;
    /// Begins to watch the process of this stamp under the caller's own `token`. Returns 0, ESRCH
    /// where that very process is gone or a zombie already, or another errno value.
    int add(std::uint64_t token, pid_t pid, std::uint64_t startStamp);
    void remove(std::uint64_t token);

    struct Ended
    {
        std::uint64_t token = 0;
        std::optional<int> waitStatus; ///< where the kernel tells (PIDFD_GET_INFO, zombie's stat)
    };
    /// Those that have ended since the last call, each once and no longer watched. Never blocks.
    std::vector<Ended> takeEnded();

private:
    struct Private;
    Private *d;
};

} // namespace sharedserver::platform
