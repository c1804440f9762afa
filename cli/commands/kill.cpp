#include "cli/commands/commands.h"

#include "cli/application.h"
#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"
#include "core/supervisor/rescue.h"

#include <chrono>

namespace sharedserver::commands {

namespace {

/// Whether the answer, or that there was none, says that no watcher can do it.
bool isWithoutWatcher(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Unreachable:
    case Error::Kind::Timeout:
    case Error::Kind::Protocol:
    case Error::Kind::Io:
        return true;
    default:
        return false;
    }
}

// The greeting of a watcher that hangs is not waited for as long as that of a busy one.
constexpr std::chrono::seconds kGreetingTimeout{5};

class Kill : public Command
{
public:
    Kill()
        : Command(kKill)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        WatcherRequest request = namedRequest(QStringLiteral("kill"), arguments);
        request.greetingTimeout = kGreetingTimeout;
        const auto answer = askAboutRunning(request);
        if (!answer && !isWithoutWatcher(answer.error()))
            return Failure(answer.error());
        if (!answer) {
            const auto killed = killByItself(arguments.serverName(), context);
            if (!killed)
                return Failure(killed.error());
        }
        context.output.line(Mark::Done,
                            QStringLiteral("Killed server %1").arg(arguments.serverName()));
        return kExitSuccess;
    }

private:
    static Result<void> killByItself(const QString &name, CommandContext &context)
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        const auto application = makeApplication(context);
        return killWithoutWatcher(*directory, name);
    }
};

} // namespace

const CommandSpec kKill{
    .name = "kill",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Kill a server at once, even where nothing else works",
    .description =
        "Kills the server and its whole process group (SIGKILL) and removes its files. It\n"
        "gets no chance to save anything: try admin stop first. Works without a watcher, too.",
    .example = "sharedserver admin kill web",
    .options = {},
};

std::unique_ptr<Command> makeKill()
{
    return makeCommand<Kill>();
}

} // namespace sharedserver::commands
