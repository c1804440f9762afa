#pragma once

#include "core/lockfile/lockfilestore.h"

#include <optional>

namespace sharedserver {

/// The record of a server whose file was damaged or lost, put together again from the history
/// (`<name>.invocations.log`): only where the history names a process that is still exactly the one
/// that was started for this name. Nothing otherwise.
std::optional<ServerRecord> recoverRecord(const LockDirectory &directory, const QString &name);

} // namespace sharedserver
