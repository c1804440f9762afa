#include "core/process/platform.h"

#include <charconv>
#include <limits>
#include <system_error>

namespace sharedserver::platform {

namespace {

// proc(5): the fields of /proc/PID/stat behind the name, by their numbers there.
constexpr int kFirstNumber = 4; // ppid; field 3 is the state
constexpr int kParent = 4;
constexpr int kGroup = 5;
constexpr int kSession = 6;
constexpr int kUserTime = 14;
constexpr int kSystemTime = 15;
constexpr int kThreads = 20;
constexpr int kStartTime = 22;
constexpr int kResidentPages = 24;
constexpr int kExitCode = 52;

/// Reads one decimal number, with blanks before it, and moves on behind it. (Not sscanf, which
/// measures all of the rest at each call.) One that is too large is the largest there is: a limit
/// that a process does not have is written as 2^64 - 1.
bool takeNumber(const char *&at, const char *end, std::int64_t &number)
{
    while (at < end && (*at == ' ' || *at == '\n'))
        ++at;
    const auto [rest, error] = std::from_chars(at, end, number);
    at = rest;
    if (error == std::errc::result_out_of_range)
        number = std::numeric_limits<std::int64_t>::max();
    return error != std::errc::invalid_argument;
}

} // namespace

std::optional<ProcessInfo> parseProcStat(const std::string &text, long pageSize,
                                         long ticksPerSecond)
{
    // The name is in parentheses and may hold any character, parentheses too: the last ')' ends it.
    const size_t open = text.find('(');
    const size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open
        || close + 2 >= text.size() || ticksPerSecond <= 0)
        return {};
    ProcessInfo info;
    const char *at = text.data();
    const char *const end = text.data() + text.size();
    std::int64_t number = 0;
    if (!takeNumber(at, end, number) || number <= 0 || number > std::numeric_limits<pid_t>::max())
        return {};
    info.pid = static_cast<pid_t>(number);
    info.name = text.substr(open + 1, close - open - 1);
    const char state = text[close + 2];
    const bool isLeaderDead = state == 'Z' || state == 'X' || state == 'x';
    info.busy = state == 'R' || state == 'D';

    std::uint64_t fields[kExitCode + 1] = {};
    int seen = kFirstNumber - 1;
    at = text.data() + close + 3;
    const int last = isLeaderDead ? kExitCode : kResidentPages;
    while (seen < last && takeNumber(at, end, number))
        fields[++seen] = static_cast<std::uint64_t>(number);
    if (seen < kResidentPages)
        return {};
    // The first thread of a process may end before the others, and looks like a zombie then.
    info.zombie = isLeaderDead && fields[kThreads] <= 1;
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
