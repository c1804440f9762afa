#pragma once

#include "cli/command.h"
#include "core/base/error.h"
#include "core/config/serverdefinition.h"
#include "core/control/watcherclient.h"
#include "core/process/processid.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace sharedserver {

class CommandArguments;

/// The process that --pid names, or the nearest one above us that runs the program of --pid-of
/// (both at once is an error), or else the one that called us: alive and of our own user, or it is
/// an error.
Result<ProcessId> clientProcess(const CommandArguments &arguments);

/// A request about the server that the arguments name.
WatcherRequest namedRequest(const QString &method, const CommandArguments &arguments);
/// Adds who the client is, and --metadata, or else the definition's.
void addClient(WatcherRequest *request, const ProcessId &client, const CommandArguments &arguments,
               const std::optional<ServerDefinition> &definition = {});
/// Adds how its readiness is seen, and how long the caller waits for it: --timeout. A definition's
/// check counts where the command line gives none.
Result<void> addWait(WatcherRequest *request, const CommandArguments &arguments,
                     const std::optional<ServerDefinition> &definition);
/// Adds what to start, and the caller's world with --env. What the command line does not say, as
/// where `command` is empty, comes from the definition.
Result<void> addLaunch(WatcherRequest *request, const CommandArguments &arguments,
                       const QByteArrayList &command,
                       const std::optional<ServerDefinition> &given = {});

/// Asks the watcher, starting one where none runs. Whatever it refuses is no wrong usage of the
/// command line, which was checked before.
Result<QJsonObject> ask(const WatcherRequest &request);
/// The same for what can only be asked of a server that runs: where there is not even a lock
/// directory, nothing is made.
Result<QJsonObject> askAboutRunning(const WatcherRequest &request);

/// Whether the caller wants to wait for a server that he uses.
enum class UseWait { No, UntilReady };

/// Attaches the client, and starts the server where it does not run and either the command or the
/// definition says how.
Result<QJsonObject> askToUse(const CommandArguments &arguments, const ProcessId &client,
                             const QByteArrayList &command,
                             const std::optional<ServerDefinition> &definition, UseWait wait);

/// Does what all commands do that ask: the remarks in the answer become warnings.
void printWarnings(const QJsonObject &answer, CommandContext &context);

} // namespace sharedserver
