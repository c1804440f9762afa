#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/completionscript.h"
#include "cli/output.h"

namespace sharedserver::commands {

namespace {

class Completion : public Command
{
public:
    Completion()
        : Command(kCompletion)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const QString shell = arguments.words().first();
        const QString script = completionScript(shell);
        if (script.isEmpty()) {
            return failure(Error::Kind::Usage,
                           QStringLiteral("There is no completion for '%1'. Choose one of: %2.")
                               .arg(shell, joinedWords(kShells, ", ")));
        }
        context.output.text(script);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kCompletion{
    .name = "completion",
    .alias = nullptr,
    .operands = Operands::Shell,
    .tail = Tail::None,
    .summary = "Print a completion script for a shell",
    .description =
        "Prints a script that teaches the shell to complete commands, options and the names\n"
        "of servers. Load it from the shell's start-up file:\n"
        "\n"
        "  bash  eval \"$(sharedserver completion bash)\"\n"
        "  zsh   eval \"$(sharedserver completion zsh)\", behind compinit\n"
        "  fish  sharedserver completion fish | source",
    .example =
        "sharedserver completion bash >~/.local/share/bash-completion/completions/sharedserver",
    .options = {},
};

std::unique_ptr<Command> makeCompletion()
{
    return makeCommand<Completion>();
}

} // namespace sharedserver::commands
