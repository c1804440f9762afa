#include "cli/definitions.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "core/base/bytes.h"
#include "core/lockfile/serverinfo.h"

namespace sharedserver {

Result<ServerConfig> loadConfig(const CommandArguments &arguments)
{
    return ServerConfig::load(ConfigSearch::ofProcess(bytesFromText(arguments.value("config"))));
}

Result<std::optional<ServerDefinition>> findDefinition(const CommandArguments &arguments,
                                                       CommandContext &context)
{
    const auto config = loadConfig(arguments);
    if (!config)
        return Failure(config.error());
    const QStringList warnings = config->warnings() + config->warnings(arguments.serverName());
    for (const QString &warning : warnings)
        context.output.warning(warning);
    return config->definition(arguments.serverName());
}

Result<std::optional<ServerDefinition>> findDefinitionIfNeeded(const CommandArguments &arguments,
                                                               CommandContext &context)
{
    const auto definition = findDefinition(arguments, context);
    if (definition || !currentInfo(arguments.serverName()).isRunning())
        return definition;
    context.output.warning(definition.error().message);
    return std::optional<ServerDefinition>();
}

ServerInfo currentInfo(const QString &name)
{
    const auto directory = LockDirectory::open(LockDirectory::locate());
    if (directory)
        return readServerInfo(LockfileStore(*directory), name);
    ServerInfo unknown;
    unknown.name = name;
    return unknown;
}

Error withReason(Error error, const CommandArguments &arguments,
                 const std::optional<ServerDefinition> &definition)
{
    const QString name = arguments.serverName();
    if (error.kind != Error::Kind::NotRunning)
        return error;
    if (definition && definition->isLazy) {
        error.message = QStringLiteral("Server '%1' is not running, and its definition is lazy: it "
                                       "is only attached to. Start it with 'sharedserver admin "
                                       "start %1'.")
                            .arg(name);
        return error;
    }
    const auto config = loadConfig(arguments);
    const QString variable = config ? config->skippedBecauseOf(name) : QString();
    if (!variable.isEmpty()) {
        error.message = QStringLiteral("Server '%1' is not running, and its definition is ignored "
                                       "because %2 is set.")
                            .arg(name, variable);
    }
    return error;
}

} // namespace sharedserver
