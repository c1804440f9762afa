#pragma once

#include "cli/command.h"
#include "core/config/serverconfig.h"

#include <optional>

namespace sharedserver {

class CommandArguments;
struct ServerInfo;

/// The definitions that this call sees: those of --config, or of the file that is found.
Result<ServerConfig> loadConfig(const CommandArguments &arguments);

/// The definition of the server that the arguments name; nothing where it has none. What is odd
/// about it, and about files that were passed over, becomes warnings.
Result<std::optional<ServerDefinition>> findDefinition(const CommandArguments &arguments,
                                                       CommandContext &context);

/// The same for what a server that runs needs nothing of: of such a one, a definition that cannot
/// be read is only a warning.
Result<std::optional<ServerDefinition>> findDefinitionIfNeeded(const CommandArguments &arguments,
                                                               CommandContext &context);

/// What a server is now, by its lockfiles.
ServerInfo currentInfo(const QString &name);

/// Why a server that is not running was not started, where its definition is the reason; otherwise
/// the error as it is.
Error withReason(Error error, const CommandArguments &arguments,
                 const std::optional<ServerDefinition> &definition);

} // namespace sharedserver
