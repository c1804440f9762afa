#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"
#include "core/base/bytes.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <unistd.h>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kRunOptions[] = {
    {"server", ValueKind::Text, "command", "What starts it where it does not run; /bin/sh runs it"},
    kGracePeriod,
    kMetadata,
    kEnv,
    kLogFile,
    kWorkingDir,
    kReady,
    kRestartPolicy,
    kWaitTimeout,
    kConfigFile,
};

// As env(1) and shells have it.
constexpr int kExitNotFound = 127;
constexpr int kExitNotExecutable = 126;

class Run : public Command
{
public:
    Run()
        : Command(kRun)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto attached = attach(arguments, context);
        if (!attached)
            return Failure(attached.error());
        return become(arguments.command(), context);
    }

private:
    static Result<void> attach(const CommandArguments &arguments, CommandContext &context)
    {
        QByteArrayList command;
        if (arguments.isSet("server"))
            command = {bytesFromText(arguments.value("server"))};
        std::optional<ServerDefinition> definition;
        if (command.isEmpty()) {
            const auto found = findDefinitionIfNeeded(arguments, context);
            if (!found)
                return Failure(found.error());
            definition = *found;
        }
        const auto answer =
            askToUse(arguments, ProcessId::self(), command, definition, UseWait::UntilReady);
        if (!answer)
            return Failure(withReason(answer.error(), arguments, definition));
        printWarnings(*answer, context);
        return {};
    }

    /// Becomes the command, so that the client that was attached is the command itself: its end is
    /// noticed like that of any client, and its exit code, its terminal and the signals that it
    /// gets are its own. Returns only where that fails.
    static int become(const QByteArrayList &command, CommandContext &context)
    {
        std::vector<char *> argv;
        for (const QByteArray &argument : command)
            argv.push_back(const_cast<char *>(argument.constData()));
        argv.push_back(nullptr);
        execvp(argv.front(), argv.data());
        const int error = errno;
        context.output.error(Error{
            Error::Kind::Io,
            QStringLiteral("Cannot run '%1': %2.")
                .arg(displayText(command.first()), QString::fromLocal8Bit(std::strerror(error)))});
        return error == ENOENT ? kExitNotFound : kExitNotExecutable;
    }
};

} // namespace

const CommandSpec kRun{
    .name = "run",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::Required,
    .summary = "Run a command that uses a server",
    .description =
        "Attaches to the server, starting it where it does not run, waits until it is ready\n"
        "(where --ready or its definition says how to see that), and then becomes the command\n"
        "behind '--': the command is the client for as long as it lives, and its\n"
        "exit code is its own. How the server is started is what servers.json defines (see\n"
        "'sharedserver help config'), or --server says. The other options are the server's.\n"
        "\n"
        "Nothing is printed. Where the server cannot be started, the command is not run, and\n"
        "the exit code is 1; 127 where there is no such command, 126 where it cannot be\n"
        "executed.",
    .example = "sharedserver run db -- pytest -x\n"
               "sharedserver run web --server ./serve.sh -- npm test",
    .options = kRunOptions,
};

std::unique_ptr<Command> makeRun()
{
    return makeCommand<Run>();
}

} // namespace sharedserver::commands
