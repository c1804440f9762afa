#pragma once

#include "cli/command.h"

#include <QCoreApplication>

#include <memory>

namespace sharedserver {

/// The application object, for the commands that use sockets, timers or an event loop. The others
/// go without: making it takes longer than reading a lockfile. The environment is the same
/// afterwards as it was before.
std::unique_ptr<QCoreApplication> makeApplication(CommandContext &context);

} // namespace sharedserver
