#include "core/process/platform.h"

#include <cinttypes>
#include <cstdio>

namespace sharedserver::platform {

namespace {

// proc(5): the fields of /proc/PID/stat behind the name, by their numbers there.
constexpr int kFirstNumber = 4; // ppid; field 3 is the state
constexpr int kParent = 4;
constexpr int kGroup = 5;
constexpr int kSession = 6;
constexpr int kUserTime = 14;
constexpr int kSystemTime = 15;
constexpr int kStartTime = 22;
constexpr int kResidentPages = 24;
constexpr int kExitCode = 52;

} // namespace

std::optional<ProcessInfo> parseProcStat(const std::string &text, long pageSize, long ticksPerSecond)
{
    // The name is in parentheses and may hold any character, parentheses too: the last ')' ends it.
    const size_t open = text.find('(');
    const size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open
        || close + 2 >= text.size() || ticksPerSecond <= 0)
        return {};
    ProcessInfo info;
    int pid = 0;
    if (std::sscanf(text.c_str(), "%d", &pid) != 1 || pid <= 0)
        return {};
    info.pid = pid;
    info.name = text.substr(open + 1, close - open - 1);
    const char state = text[close + 2];
    info.zombie = state == 'Z' || state == 'X' || state == 'x';

    std::uint64_t fields[kExitCode + 1] = {};
    int seen = kFirstNumber - 1;
    const char *at = text.c_str() + close + 3;
    while (seen < kExitCode) {
        int length = 0;
        std::int64_t number = 0;
        if (std::sscanf(at, " %" SCNd64 "%n", &number, &length) != 1)
            break;
        fields[++seen] = static_cast<std::uint64_t>(number);
        at += length;
    }
    if (seen < kResidentPages)
        return {};
    info.parent = static_cast<pid_t>(fields[kParent]);
    info.group = static_cast<pid_t>(fields[kGroup]);
    info.session = static_cast<pid_t>(fields[kSession]);
    info.startStamp = fields[kStartTime];
    info.cpuMicroseconds = (fields[kUserTime] + fields[kSystemTime]) * 1000000
        / static_cast<std::uint64_t>(ticksPerSecond);
    info.residentBytes = fields[kResidentPages] * static_cast<std::uint64_t>(pageSize);
    if (info.zombie && seen == kExitCode)
        info.waitStatus = static_cast<int>(fields[kExitCode]);
    return info;
}

} // namespace sharedserver::platform
