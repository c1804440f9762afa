#pragma once

#include "core/base/error.h"

#include <QString>

#include <memory>
#include <span>

namespace sharedserver {

class CommandArguments;
class Output;
struct RawArguments;

constexpr int kExitSuccess = 0;
constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

/// What an option's value must look like; shells complete by it, too.
enum class ValueKind {
    None, ///< the option has no value
    Text,
    Duration,
    Pid,
    Assignment, ///< `K=V`
    Number, ///< from 1 on
    Count, ///< from 0 on
    File,
    Directory,
};

struct CommandOption
{
    const char *name; ///< without its dashes
    ValueKind kind;
    const char *valueName; ///< as help shows it; null where it has none
    const char *summary;
    char letter = '\0'; ///< the same as one letter, `-f`; NUL where there is none
};

/// What a command takes beside its options.
enum class Operands {
    None,
    ServerName,
    OptionalServerName,
    ServerNames, ///< any number of them
    Shell, ///< one of kShells
    ConfigAction, ///< one of kConfigActions, and what it takes
    Words, ///< any
};

inline constexpr const char *kShells[] = {"bash", "zsh", "fish"};
inline constexpr const char *kConfigActions[] = {"check", "path", "schema", "add"};
/// Such a list as text: `bash|zsh|fish`.
QString joinedWords(std::span<const char *const> words, const char *separator);

/// Whether a command to run follows behind `--`.
enum class Tail { None, Optional, Required };

/// Everything that help, completion and parsing know of a command.
struct CommandSpec
{
    const char *name;
    const char *alias; ///< another name, or null
    Operands operands;
    Tail tail;
    const char *summary; ///< one line for the list of commands
    const char *description; ///< paragraphs for its own help
    const char *example; ///< command lines, one or more
    std::span<const CommandOption> options;
};

/// What a command runs with.
struct CommandContext
{
    Output &output;
    int &argc;
    char **argv;
};

/// One command of the command line. Its options and operands are parsed and checked before run().
class Command
{
public:
    explicit Command(const CommandSpec &spec)
        : m_spec(spec)
    {
    }
    virtual ~Command() = default;
    Command(const Command &) = delete;
    Command &operator=(const Command &) = delete;

    const CommandSpec &spec() const { return m_spec; }
    /// Parses what stands behind the command's name, runs it, reports what went wrong, and returns
    /// the exit code.
    int execute(const RawArguments &arguments, CommandContext &context);

protected:
    /// The exit code, or what went wrong: Kind::Usage makes it 2, any other 1.
    virtual Result<int> run(const CommandArguments &arguments, CommandContext &context) = 0;

private:
    const CommandSpec &m_spec;
};

/// A row of the table, as a command's file offers it.
using MakeCommand = std::unique_ptr<Command> (*)();

template<typename T>
std::unique_ptr<Command> makeCommand()
{
    return std::make_unique<T>();
}

} // namespace sharedserver
