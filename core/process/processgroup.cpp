#include "core/process/processgroup.h"

#include "core/process/platform.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

namespace sharedserver {

namespace {

/// One that is being reaped in this moment is still shown, but in no group any more (Linux: field 5
/// of /proc/PID/stat is -1 then): it is as good as gone, and the others of its group are not.
std::optional<platform::ProcessInfo> inspectLeader(const ProcessId &leader)
{
    const auto info = platform::inspect(pid_t(leader.pid));
    return info && info->group > 0 ? info : std::nullopt;
}

} // namespace

QList<ProcessId> liveGroupMembers(const ProcessId &leader, bool *isKnown)
{
    QList<ProcessId> members;
    if (isKnown)
        *isKnown = true;
    if (!leader.isValid() || leader.startStamp == 0)
        return members;
    const auto info = inspectLeader(leader);
    const bool isAnother = info && info->startStamp != leader.startStamp;
    if (isAnother)
        return members;
    if (info && info->group != info->pid) { // leads no group of its own
        if (!info->zombie)
            members.append(leader);
        return members;
    }
    if (kill(-pid_t(leader.pid), 0) != 0 && errno == ESRCH)
        return members;
    // A server of ours leads its session too; another tool's may only lead its group.
    const pid_t session = info ? info->session : pid_t(leader.pid);
    const auto processes = platform::processesInGroups({pid_t(leader.pid)});
    if (isKnown)
        *isKnown = processes.has_value();
    if (!processes)
        return members;
    for (const auto &process : *processes) {
        const bool isOurs = !process.zombie && process.owner == geteuid()
            && process.session == session && process.startStamp >= leader.startStamp;
        if (isOurs)
            members.append({process.pid, process.startStamp});
    }
    return members;
}

bool signalServerGroup(const ProcessId &leader, int signal)
{
    if (leader.startStamp == 0)
        return false;
    const auto info = inspectLeader(leader);
    const bool isItself = info && info->startStamp == leader.startStamp;
    if (isItself && info->group == info->pid && info->owner == geteuid()
        && platform::sendSignalToGroup(info->pid, info->startStamp, signal) == 0)
        return true;
    if (isItself && info->group != info->pid)
        return platform::sendSignal(info->pid, info->startStamp, signal) == 0;
    bool wasThere = false;
    const QList<ProcessId> members = liveGroupMembers(leader);
    for (const ProcessId &member : members)
        wasThere |= platform::sendSignal(pid_t(member.pid), member.startStamp, signal) == 0;
    return wasThere;
}

ResourceUse resourceUse(const ProcessId &leader)
{
    return resourceUses({leader}).value(leader.pid);
}

QHash<qint64, ResourceUse> resourceUses(const QList<ProcessId> &leaders)
{
    QHash<qint64, ResourceUse> uses;
    const auto add = [&uses](pid_t leader, const platform::ProcessInfo &process) {
        ResourceUse &sum = uses[leader];
        sum.cpuMicroseconds += process.cpuMicroseconds;
        sum.residentBytes += process.residentBytes;
    };
    std::vector<pid_t> groups;
    for (const ProcessId &leader : leaders) {
        const auto info = platform::inspect(pid_t(leader.pid));
        if (!info || leader.startStamp == 0 || info->startStamp != leader.startStamp)
            continue;
        if (info->group == info->pid)
            groups.push_back(info->pid);
        else
            add(info->pid, *info);
    }
    if (groups.empty())
        return uses;
    const auto processes = platform::processesInGroups(groups);
    if (!processes)
        return uses;
    for (const auto &process : *processes) {
        if (!process.zombie)
            add(process.group, process);
    }
    return uses;
}

} // namespace sharedserver
