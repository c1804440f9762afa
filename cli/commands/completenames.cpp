#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "core/lockfile/lockfilestore.h"

namespace sharedserver::commands {

namespace {

class CompleteNames : public Command
{
public:
    CompleteNames()
        : Command(kCompleteNames)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        Q_UNUSED(arguments)
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory || directory->isMissing())
            return kExitSuccess; // a shell in the middle of a line has no room for messages
        const QStringList names = LockfileStore(*directory).names();
        for (const QString &name : names)
            context.output.line(name);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kCompleteNames{
    .name = "complete-names",
    .alias = nullptr,
    .operands = Operands::None,
    .tail = Tail::None,
    .summary = "Print the servers' names, for completion",
    .description =
        "Prints the names that have lockfiles, one a line, without a look at their servers.",
    .example = "sharedserver complete-names",
    .options = {},
};

std::unique_ptr<Command> makeCompleteNames()
{
    return makeCommand<CompleteNames>();
}

} // namespace sharedserver::commands
