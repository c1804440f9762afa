#pragma once

#include "cli/command.h"

#include <QStringList>

#include <span>

namespace sharedserver {

inline constexpr char kAdminPrefix[] = "admin";

enum class CommandGroup {
    Everyday,
    Admin, ///< behind `admin`
    Hidden, ///< for programs, not for people: in no list and no completion
};

/// A row of the table of all commands.
struct CommandEntry
{
    const CommandSpec *spec;
    CommandGroup group;
    bool isShortcut; ///< an admin command that also works without `admin`
    MakeCommand make;
};

/// All commands, in the order in which help lists them.
std::span<const CommandEntry> commandTable();

/// The command of that name or alias, behind `admin` or not; null where there is none.
const CommandEntry *findCommand(const QString &name, bool inAdmin);

/// The names that may stand there, for suggestions.
QStringList commandNames(bool inAdmin);

/// ` Did you mean 'use'?`, to be put behind a complaint about a word that is no command; empty
/// where nothing is like it.
QString commandHint(const QString &word, bool inAdmin);

} // namespace sharedserver
