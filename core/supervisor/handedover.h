#pragma once

#include "core/process/exitstatus.h"
#include "core/process/processid.h"
#include "core/supervisor/launchspec.h"
#include "core/supervisor/stoprequests.h"

#include <optional>

namespace sharedserver {

/// What only a watcher's memory holds of a server, for the one that takes its place.
struct HandedOver
{
    LaunchSpec spec;
    ProcessId process; ///< by then, another tool's may stand in its place
    /// How it is being ended, where somebody asked for that, who may not ask again.
    std::optional<StopOptions> stop = {};
    bool isGraceOver = false; ///< it is being ended because nobody came
    /// How its process ended, of which only stragglers are left.
    std::optional<ExitStatus> exit = {};
};

} // namespace sharedserver
