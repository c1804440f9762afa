#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "core/base/servername.h"
#include "core/lockfile/lockfilestore.h"

#include <algorithm>
#include <iterator>

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
        // A shell in the middle of a line has no room for messages.
        QStringList names;
        if (const auto config = loadConfig(arguments)) {
            // Shells expand what they are offered: nothing may be in it but what is in a name.
            const QStringList defined = config->names();
            std::copy_if(defined.begin(), defined.end(), std::back_inserter(names),
                         [](const QString &name) { return checkedServerName(name).has_value(); });
        }
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (directory && !directory->isMissing())
            names += LockfileStore(*directory).names();
        names.sort();
        names.removeDuplicates();
        for (const QString &name : std::as_const(names))
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
        "Prints the names that have lockfiles or definitions, one a line, without a look at\n"
        "their servers.",
    .example = "sharedserver complete-names",
    .options = {},
};

std::unique_ptr<Command> makeCompleteNames()
{
    return makeCommand<CompleteNames>();
}

} // namespace sharedserver::commands
