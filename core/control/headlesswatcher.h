#pragma once

#include "core/lockfile/lockdirectory.h"

#include <chrono>
#include <optional>

namespace sharedserver {

struct WatchOptions
{
    LockDirectory::Location location;
    bool takeOver = false; ///< from a watcher that runs, if there is one
    /// How long to stay without servers and connections; kDefaultLinger where not set.
    std::optional<std::chrono::milliseconds> linger;
    int lockDescriptor = -1; ///< inherited, see WatcherHost::Begin
    int socketDescriptor = -1;
};

constexpr std::chrono::seconds kDefaultLinger{5};

/// Is the watcher of a directory until nobody needs one, another takes over, or SIGTERM or SIGINT
/// comes; its servers outlive it. SIGHUP is ignored. Runs the event loop of the application, which
/// must exist.
Result<void> runHeadlessWatcher(const WatchOptions &options);

} // namespace sharedserver
