#include "cli/commands/commands.h"

#include "cli/commands/options.h"
#include "cli/detachcommand.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kUnuseOptions[] = {kPid, kPidOf};

class Unuse : public DetachCommand
{
public:
    Unuse()
        : DetachCommand(kUnuse)
    {
    }
};

} // namespace

const CommandSpec kUnuse{
    .name = "unuse",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Detach from a server",
    .description =
        "Takes the calling process, or the one that --pid or --pid-of names, off the\n"
        "server's clients. When the last one has left, the grace period begins; when that\n"
        "ends, the server is stopped. A client that dies is taken off without this.",
    .example = "sharedserver unuse web",
    .options = kUnuseOptions,
};

std::unique_ptr<Command> makeUnuse()
{
    return makeCommand<Unuse>();
}

} // namespace sharedserver::commands
