#pragma once

#include <QList>
#include <QStringList>

#include <utility>

namespace sharedserver {

struct CommandOption;
struct CommandSpec;

/// What one may write, and what it means.
using HelpRow = std::pair<QString, QString>;

/// What `sharedserver help` prints: all commands, each in a line.
QString programHelpText();
/// What `sharedserver help admin` prints.
QString adminHelpText();
/// What `sharedserver help COMMAND` prints: usage, description, options, example.
QString commandHelpText(const CommandSpec &spec);

/// The options of the program itself, and the variables that it heeds.
QList<HelpRow> programOptions();
QList<HelpRow> environmentVariables();

/// `-n, --lines <number>`
QString optionTerm(const CommandOption &option);

/// Other words for the command, each with the program's name in front.
QStringList otherNames(const CommandSpec &spec);

/// `sharedserver use <name> [options] [-- command...]`
QString usageLine(const CommandSpec &spec);

} // namespace sharedserver
