#pragma once

#include "cli/command.h"

namespace sharedserver::commands {

// Options that several commands have in common.

inline constexpr CommandOption kPid{"pid", ValueKind::Pid, "pid",
                                    "The client is this process; default: the one that calls"};
inline constexpr CommandOption kPidOf{"pid-of", ValueKind::Text, "program",
                                      "The client is the nearest ancestor that runs this program"};
inline constexpr CommandOption kMetadata{"metadata", ValueKind::Text, "text",
                                         "A remark on the client, shown by info"};
inline constexpr CommandOption kGracePeriod{"grace-period", ValueKind::Duration, "duration",
                                            "How long it stays without clients; default: 5m"};
inline constexpr CommandOption kEnv{"env", ValueKind::Assignment, "name=value",
                                    "Set a variable for it; can be repeated"};
inline constexpr CommandOption kLogFile{"log-file", ValueKind::File, "file",
                                        "Where its output is appended to"};
inline constexpr CommandOption kWorkingDir{"working-dir", ValueKind::Directory, "directory",
                                           "Where it is started; default: here"};
inline constexpr CommandOption kReady{"ready", ValueKind::Text, "check",
                                      "Ready check: tcp:PORT, http://URL, log:REGEX, exec:COMMAND"};
inline constexpr CommandOption kRestartPolicy{
    "restart", ValueKind::Text, "policy", "Start it again: never (default), on-failure or always"};
inline constexpr CommandOption kUntilReady{"wait", ValueKind::None, nullptr,
                                           "Wait until it is ready to be used"};
inline constexpr CommandOption kWaitTimeout{"timeout", ValueKind::Duration, "duration",
                                            "How long to wait; default: as long as its check says"};
inline constexpr CommandOption kConfigFile{"config", ValueKind::File, "file",
                                           "Read the definitions of servers from this file"};
inline constexpr CommandOption kJson{"json", ValueKind::None, nullptr, "Print JSON"};

} // namespace sharedserver::commands
