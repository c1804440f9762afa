#include "core/process/processid.h"

#include "core/process/platform.h"

#include <unistd.h>

namespace sharedserver {

namespace {

// Between a process's start and the instant that a file gives for it lie milliseconds; the rest is
// room for a clock that was set a little meanwhile.
constexpr qint64 kSlackMs = 60 * 1000;

ProcessId toId(const std::optional<platform::ProcessInfo> &info)
{
    if (!info || info->zombie)
        return {};
    return ProcessId{info->pid, info->startStamp};
}

} // namespace

bool canBeTheSame(const ProcessId &one, const ProcessId &other)
{
    const bool isStampKnown = one.startStamp != 0 && other.startStamp != 0;
    return one.pid == other.pid && (!isStampKnown || one.startStamp == other.startStamp);
}

ProcessId ProcessId::of(qint64 pid)
{
    return toId(platform::inspect(pid_t(pid)));
}

ProcessId ProcessId::self()
{
    return of(getpid());
}

ProcessId ProcessId::parent()
{
    return of(getppid());
}

ProcessId ProcessId::ancestorNamed(const QString &program)
{
    constexpr std::size_t kKeptByLinux = 15;
    const std::string wanted = program.toLocal8Bit().toStdString();
    // The loop ends: whoever inherits an orphan is above it, and above the first there is 0.
    for (pid_t pid = getppid(); pid > 0;) {
        const auto info = platform::inspect(pid);
        if (!info)
            break;
        const bool mayBeCut = info->name.size() >= kKeptByLinux;
        if (info->name == wanted || (mayBeCut && wanted.starts_with(info->name)))
            return toId(info);
        pid = info->parent;
    }
    return {};
}

Liveness livenessOf(const ProcessId &id)
{
    const auto info = platform::inspect(pid_t(id.pid));
    if (!info && platform::isThere(pid_t(id.pid)))
        return Liveness::Alive;
    if (!info || (id.startStamp != 0 && info->startStamp != id.startStamp))
        return Liveness::Gone;
    return info->zombie ? Liveness::Zombie : Liveness::Alive;
}

std::optional<std::chrono::microseconds> computingTime(const ProcessId &id)
{
    const auto info = platform::inspect(pid_t(id.pid));
    if (!info || info->startStamp != id.startStamp || !info->busy)
        return {};
    return std::chrono::microseconds(info->cpuMicroseconds);
}

QString processName(const ProcessId &id)
{
    const auto info = platform::inspect(pid_t(id.pid));
    const bool isIt = info && (id.startStamp == 0 || info->startStamp == id.startStamp);
    return isIt ? QString::fromLocal8Bit(info->name) : QString();
}

bool isOwn(const ProcessId &id)
{
    const auto info = platform::inspect(pid_t(id.pid));
    return info && info->owner == geteuid();
}

std::optional<ProcessId> confirm(const ProcessId &recorded, const QDateTime &recordedAt,
                                 bool startsAtRecord)
{
    const auto info = platform::inspect(pid_t(recorded.pid));
    if (!info && recorded.startStamp != 0 && platform::isThere(pid_t(recorded.pid)))
        return recorded; // it cannot be looked at now, but is more likely the one than gone
    if (!info || info->zombie)
        return {};
    const ProcessId process{info->pid, info->startStamp};
    // Whoever it belongs to: a set-user-ID program, as sudo, changes that (execve(2)).
    if (recorded.startStamp != 0)
        return process == recorded ? std::make_optional(process) : std::nullopt;
    if (info->owner != geteuid())
        return {};
    const qint64 sinceRecord =
        platform::startTimeUnixMs(info->startStamp) - recordedAt.toMSecsSinceEpoch();
    const bool isLater = sinceRecord > kSlackMs;
    const bool isEarlier = startsAtRecord && sinceRecord < -kSlackMs;
    return isLater || isEarlier ? std::nullopt : std::make_optional(process);
}

} // namespace sharedserver
