#pragma once

#include <QStringList>

namespace sharedserver {

struct ServerDefinition;
struct ServerRecord;

/// The keys of the definition that a running server does not agree with: `command` (and its args),
/// `gracePeriod`, `logFile`, `workingDir`, and `env` where the system still knows what it was
/// started with. What the definition does not say is no difference.
QStringList driftOf(const ServerDefinition &definition, const ServerRecord &record);

} // namespace sharedserver
