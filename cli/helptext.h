#pragma once

#include <QString>

namespace sharedserver {

struct CommandSpec;

/// What `sharedserver help` prints: all commands, each in a line.
QString programHelpText();
/// What `sharedserver help admin` prints.
QString adminHelpText();
/// What `sharedserver help COMMAND` prints: usage, description, options, example.
QString commandHelpText(const CommandSpec &spec);

/// `sharedserver use <name> [options] [-- command...]`
QString usageLine(const CommandSpec &spec);

} // namespace sharedserver
