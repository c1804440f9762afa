#pragma once

#include "core/process/processid.h"
#include "core/supervisor/launchspec.h"

namespace sharedserver {

/// What only a watcher's memory holds of a server, for the one that takes its place.
struct HandedOver
{
    LaunchSpec spec;
    ProcessId process; ///< by then, another tool's may stand in its place
    bool isBeingStopped = false; ///< because somebody asked for it, who may not ask again
};

} // namespace sharedserver
