#include "core/process/filedescriptor.h"
#include "core/process/platform.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <map>

#include <fcntl.h>
#include <sys/event.h>

namespace sharedserver::platform {

namespace {

struct Watched
{
    pid_t pid = 0;
    std::uint64_t startStamp = 0;
};

} // namespace

struct ExitQueue::Private
{
    /// A kqueue holds one event for each pid, however many tokens wait for it.
    bool isWatching(pid_t pid) const
    {
        return std::any_of(processes.begin(), processes.end(),
                           [pid](const auto &entry) { return entry.second.pid == pid; });
    }

    /// 0, or an errno value.
    int change(pid_t pid, std::uint16_t action, std::uint32_t notes) const
    {
        struct kevent event;
        EV_SET(&event, pid, EVFILT_PROC, action, notes, 0, nullptr);
        int result = 0;
        do {
            result = kevent(queue.get(), &event, 1, nullptr, 0, nullptr);
        } while (result < 0 && errno == EINTR);
        return result < 0 ? errno : 0;
    }

    void takeFrom(const struct kevent &event, std::vector<Ended> &ended)
    {
        const auto pid = static_cast<pid_t>(event.ident);
        std::optional<int> waitStatus;
        if (event.fflags & NOTE_EXITSTATUS)
            waitStatus = static_cast<int>(event.data & NOTE_PDATAMASK);
        for (auto entry = processes.begin(); entry != processes.end();) {
            if (entry->second.pid != pid) {
                ++entry;
                continue;
            }
            ended.push_back({entry->first, waitStatus});
            entry = processes.erase(entry);
        }
    }

    FileDescriptor queue;
    std::map<std::uint64_t, Watched> processes; ///< by token
};

ExitQueue::ExitQueue()
    : d(new Private)
{
    d->queue.reset(kqueue());
    if (d->queue.isOpen())
        fcntl(d->queue.get(), F_SETFD, FD_CLOEXEC);
}

ExitQueue::~ExitQueue()
{
    delete d;
}

int ExitQueue::descriptor() const
{
    return d->queue.get();
}

int ExitQueue::add(std::uint64_t token, pid_t pid, std::uint64_t startStamp)
{
    const auto before = inspect(pid);
    if (!before && isThere(pid))
        return EAGAIN;
    if (!before || before->zombie || (startStamp != 0 && before->startStamp != startStamp))
        return ESRCH;
    for (const auto &[other, watched] : d->processes) {
        // The end of the pid's former owner is still to be taken, and would be taken for this
        // one's: the caller has to look for itself.
        if (watched.pid == pid && watched.startStamp != before->startStamp)
            return EAGAIN;
    }
    const bool wasWatched = d->isWatching(pid);
    int error = d->change(pid, EV_ADD, NOTE_EXIT | NOTE_EXITSTATUS);
    if (error == EACCES) // somebody else's process: its end may be known, but not its status
        error = d->change(pid, EV_ADD, NOTE_EXIT);
    if (error != 0)
        return error;
    // Only now is it certain whose end will be told.
    const auto info = inspect(pid);
    if (!info || info->zombie || info->startStamp != before->startStamp) {
        if (!wasWatched)
            d->change(pid, EV_DELETE, 0);
        return ESRCH;
    }
    d->processes[token] = {pid, info->startStamp};
    return 0;
}

void ExitQueue::remove(std::uint64_t token)
{
    const auto process = d->processes.find(token);
    if (process == d->processes.end())
        return;
    const pid_t pid = process->second.pid;
    d->processes.erase(process);
    if (!d->isWatching(pid))
        d->change(pid, EV_DELETE, 0);
}

std::vector<ExitQueue::Ended> ExitQueue::takeEnded()
{
    std::vector<Ended> ended;
    constexpr int kCount = 64;
    struct kevent events[kCount];
    const timespec now = {};
    for (;;) {
        const int count = kevent(d->queue.get(), nullptr, 0, events, kCount, &now);
        if (count < 0 && errno == EINTR)
            continue;
        for (int i = 0; i < count; ++i)
            d->takeFrom(events[i], ended);
        if (count < kCount)
            return ended;
    }
}

} // namespace sharedserver::platform
