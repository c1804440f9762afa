#pragma once

namespace sharedserver {

class Output;

/// Does what the words of argv say, and returns the exit code: 0 success, 1 failure, 2 wrong usage,
/// and those that `check` has of its own.
int runProgram(int argc, char **argv, Output &output);

} // namespace sharedserver
