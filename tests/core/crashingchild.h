#pragma once

#include <functional>

namespace sharedserver::test {

enum class Crash {
    Crashed, ///< it was killed on the way
    Finished, ///< it came to its end before
    NotPermitted, ///< this system lets nobody trace a process
};

/// Runs `body` in a forked child, and kills it (SIGKILL) at the moment when it is about to make its
/// system call number `call`, counted from 1. So all the calls before have happened, and none
/// after.
Crash crashAt(int call, const std::function<void()> &body);

/// Runs `body` in a forked child to its end, and calls `look` before each of its system calls,
/// while it stands still.
Crash stepThrough(const std::function<void()> &body, const std::function<void()> &look);

} // namespace sharedserver::test
