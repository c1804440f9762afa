#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commandtable.h"
#include "cli/helptext.h"
#include "cli/output.h"

namespace sharedserver::commands {

namespace {

class Help : public Command
{
public:
    Help()
        : Command(kHelp)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        QStringList words = arguments.words();
        const bool inAdmin = !words.isEmpty() && words.first() == QLatin1String(kAdminPrefix);
        if (inAdmin)
            words.removeFirst();
        if (words.size() > 1) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("'%1' is one word too many for 'help'. See "
                                          "'sharedserver help'.")
                               .arg(words.at(1)));
        }
        if (words.isEmpty()) {
            context.output.text(inAdmin ? adminHelpText() : programHelpText());
            return kExitSuccess;
        }
        const CommandEntry *entry = findCommand(words.first(), inAdmin);
        if (!entry && !inAdmin)
            entry = findCommand(words.first(), true); // lockdir, which needs `admin`
        if (!entry)
            return unknownCommand(words.first(), inAdmin);
        context.output.text(commandHelpText(*entry->spec));
        return kExitSuccess;
    }

private:
    static Failure unknownCommand(const QString &word, bool inAdmin)
    {
        return failure(Error::Kind::Usage,
                       QStringLiteral("There is no command '%1'.%2 See 'sharedserver help'.")
                           .arg(word, commandHint(word, inAdmin)));
    }
};

} // namespace

const CommandSpec kHelp{
    .name = "help",
    .alias = nullptr,
    .operands = Operands::Words,
    .tail = Tail::None,
    .summary = "Explain a command",
    .description =
        "Explains a command with its options and an example; without one, lists them all.",
    .example = "sharedserver help use",
    .options = {},
};

std::unique_ptr<Command> makeHelp()
{
    return makeCommand<Help>();
}

} // namespace sharedserver::commands
