#pragma once

#include "core/supervisor/launchspec.h"

namespace sharedserver {

/// What only a watcher's memory holds of a server, for the one that takes its place.
struct HandedOver
{
    LaunchSpec spec;
    bool isBeingStopped = false; ///< because somebody asked for it, who may not ask again
};

} // namespace sharedserver
