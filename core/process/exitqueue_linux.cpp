#include "core/process/filedescriptor.h"
#include "core/process/platform.h"

#include <cerrno>
#include <map>

#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sharedserver::platform {

namespace {

// Linux 6.15, include/uapi/linux/pidfd.h: asks a pidfd how its process has ended.
struct PidfdInfo
{
    std::uint64_t mask;
    std::uint64_t cgroupId;
    std::uint32_t ids[11];
    std::int32_t exitCode;
};
constexpr std::uint64_t kPidfdInfoExit = 1U << 3;
// PIDFD_GET_INFO, by the size of the struct's first version, which every kernel that knows the
// request accepts.
constexpr unsigned long kPidfdGetInfo = _IOWR(0xFF, 11, PidfdInfo);
static_assert(sizeof(PidfdInfo) == 64);

struct Watched
{
    pid_t pid = 0;
    std::uint64_t startStamp = 0;
    FileDescriptor pidfd;
};

std::optional<int> exitStatusOf(const Watched &process)
{
    const auto corpse = inspect(process.pid);
    if (corpse && corpse->startStamp == process.startStamp && corpse->waitStatus)
        return corpse->waitStatus;
    PidfdInfo info = {};
    info.mask = kPidfdInfoExit;
    if (ioctl(process.pidfd.get(), kPidfdGetInfo, &info) == 0 && (info.mask & kPidfdInfoExit))
        return info.exitCode;
    return {};
}

} // namespace

struct ExitQueue::Private
{
    FileDescriptor epoll;
    std::map<std::uint64_t, Watched> processes; ///< by token
};

ExitQueue::ExitQueue()
    : d(new Private)
{
    d->epoll.reset(epoll_create1(EPOLL_CLOEXEC));
}

ExitQueue::~ExitQueue()
{
    delete d;
}

int ExitQueue::descriptor() const
{
    return d->epoll.get();
}

int ExitQueue::add(std::uint64_t token, pid_t pid, std::uint64_t startStamp)
{
    Watched process;
    process.pid = pid;
    process.pidfd.reset(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    if (!process.pidfd.isOpen())
        return errno;
    // Only now is it certain whom the pidfd means.
    const auto info = inspect(pid);
    if (!info && isThere(pid))
        return EAGAIN;
    if (!info || info->zombie || (startStamp != 0 && info->startStamp != startStamp))
        return ESRCH;
    process.startStamp = info->startStamp;
    epoll_event event = {};
    event.events = EPOLLIN;
    event.data.u64 = token;
    if (epoll_ctl(d->epoll.get(), EPOLL_CTL_ADD, process.pidfd.get(), &event) != 0)
        return errno;
    d->processes[token] = std::move(process);
    return 0;
}

void ExitQueue::remove(std::uint64_t token)
{
    d->processes.erase(token); // closing the pidfd takes it out of the epoll set (epoll(7))
}

std::vector<ExitQueue::Ended> ExitQueue::takeEnded()
{
    std::vector<Ended> ended;
    epoll_event events[64];
    for (;;) {
        const int count = epoll_wait(d->epoll.get(), events, 64, 0);
        if (count < 0 && errno == EINTR)
            continue;
        for (int i = 0; i < count; ++i) {
            const std::uint64_t token = events[i].data.u64;
            const auto process = d->processes.find(token);
            if (process == d->processes.end())
                continue;
            ended.push_back({token, exitStatusOf(process->second)});
            d->processes.erase(process);
        }
        if (count < 64)
            return ended;
    }
}

} // namespace sharedserver::platform
