#pragma once

#include "core/base/error.h"
#include "core/lockfile/lockdirectory.h"

#include <QString>

namespace sharedserver {

/// Kills a server and its group by what its lockfile says, and removes its files: for the case that
/// no watcher answers and none can be started. Waits, bounded, until nothing of the group lives.
/// Kind::NotRunning where the files name no live process; they are removed all the same.
Result<void> killWithoutWatcher(const LockDirectory &directory, const QString &name);

} // namespace sharedserver
