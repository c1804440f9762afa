#pragma once

#include "core/base/error.h"
#include "core/config/serverdefinition.h"

namespace sharedserver {

/// Adds a definition to the text of a servers.json, at the end of its `servers`, and leaves every
/// other byte as it was: order and layout are the user's. An empty text becomes a new file.
/// Dollars are doubled, so that what is read is what was given. Kind::Conflict where the name is
/// defined already, Kind::Corrupt where the text is not of the right shape, Kind::Usage where the
/// definition is no UTF-8.
Result<QByteArray> withDefinition(const QByteArray &content, const ServerDefinition &definition);

/// Writes the file at once or not at all, and makes its folders where they are missing. A new one
/// is writable by its owner only.
Result<void> writeConfig(const QByteArray &path, const QByteArray &content);

/// Adds a definition to the file at that path, or makes one that holds it. What is no usable
/// servers.json is left alone (Kind::Corrupt).
Result<void> addToConfigFile(const QByteArray &path, const ServerDefinition &definition);

} // namespace sharedserver
