#include "cli/commands/commands.h"

#include "cli/commands/options.h"
#include "cli/detachcommand.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kDecrefOptions[] = {
    kPid,
    {"metadata", ValueKind::Text, "text", "Taken as incref takes it; changes nothing here"},
};

class Decref : public DetachCommand
{
public:
    Decref()
        : DetachCommand(kDecref)
    {
    }
};

} // namespace

const CommandSpec kDecref{
    .name = "decref",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Take one client off a server",
    .description = "The same as unuse: takes one client off the server.",
    .example = "sharedserver admin decref web --pid 4711",
    .options = kDecrefOptions,
};

std::unique_ptr<Command> makeDecref()
{
    return makeCommand<Decref>();
}

} // namespace sharedserver::commands
