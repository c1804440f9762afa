#pragma once

#include "cli/command.h"

#include <QString>
#include <QStringList>

namespace sharedserver {

/// A script that teaches a shell to complete our command line, made from the table of commands.
/// Empty for a shell that is none of kShells. Servers' names come from `sharedserver
/// complete-names` at the moment of completion.
QString completionScript(const QString &shell);

namespace completion {

QString bash();
QString zsh();
QString fish();

/// The commands that people use, each once.
QList<const CommandSpec *> visibleCommands();
/// Durations to choose from.
QString durations();
/// `text` in single quotes, as the shells read them.
QString quoted(const QString &text);

} // namespace completion

} // namespace sharedserver
