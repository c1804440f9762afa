// /proc/PID/stat: a process chooses its name freely, and must not be able to pass for another
// process, another start or another state by it.

#include "core/process/platform.h"
#include "tests/fuzz/fuzz.h"

#include <string>

using namespace sharedserver;

namespace {

constexpr long kPageSize = 4096;
constexpr long kTicks = 100;

std::string statLine(const std::string &name)
{
    return "4711 (" + name
        + ") S 17 18 19 0 -1 4194560 1 2 3 4 50 60 0 0 20 0 1 0 123456 1000 7 "
          "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}

void tryName(const std::string &name)
{
    const auto info = platform::parseProcStat(statLine(name), kPageSize, kTicks);
    HOLDS(info);
    HOLDS(info->name == name);
    HOLDS(info->pid == 4711 && info->parent == 17 && info->group == 18 && info->session == 19);
    HOLDS(info->startStamp == 123456);
    HOLDS(!info->zombie && !info->busy && !info->waitStatus);
    HOLDS(info->cpuMicroseconds == 1100000);
    HOLDS(info->residentBytes == 7 * 4096);
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const std::string text = input.toStdString();
    if (const auto info = platform::parseProcStat(text, kPageSize, kTicks)) {
        HOLDS(info->pid > 0);
        HOLDS(text.find('(' + info->name + ')') != std::string::npos);
        HOLDS(!info->waitStatus || info->zombie);
    }
    HOLDS(!platform::parseProcStat(text, kPageSize, 0));
    tryName(text);
}
