#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "core/base/bytes.h"
#include "core/lockfile/lockdirectory.h"

namespace sharedserver::commands {

namespace {

class Lockdir : public Command
{
public:
    Lockdir()
        : Command(kLockdir)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        Q_UNUSED(arguments)
        const LockDirectory::Location location = LockDirectory::locate();
        const auto directory = LockDirectory::open(location);
        if (!directory)
            return Failure(directory.error());
        context.output.raw(bytesFromText(location.path) + '\n');
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kLockdir{
    .name = "lockdir",
    .alias = nullptr,
    .operands = Operands::None,
    .tail = Tail::None,
    .summary = "Print where the lockfiles are",
    .description =
        "Prints the directory that holds all lockfiles: $SHAREDSERVER_LOCKDIR, else\n"
        "$XDG_RUNTIME_DIR/sharedserver, else /tmp/sharedserver, and where that one belongs to\n"
        "another user, /tmp/sharedserver-<uid>. Does not make it.",
    .example = "ls -l \"$(sharedserver admin lockdir)\"",
    .options = {},
};

std::unique_ptr<Command> makeLockdir()
{
    return makeCommand<Lockdir>();
}

} // namespace sharedserver::commands
