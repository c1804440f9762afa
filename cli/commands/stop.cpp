#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/output.h"
#include "cli/watcherrequests.h"

#include <algorithm>
#include <chrono>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kStopOptions[] = {
    {"force", ValueKind::None, nullptr, "Kill it where it has not ended in time"},
    {"timeout", ValueKind::Duration, "duration", "How long to wait for its end; default: 10s"},
};

using namespace std::chrono_literals;
constexpr std::chrono::milliseconds kDefaultTimeout = 10s;
// The watcher takes no longer ones: 30 years and more.
constexpr std::chrono::milliseconds kLongestTimeout{qint64(1) << 40};
// What a kill and clearing up take beyond that, on a busy machine.
constexpr std::chrono::milliseconds kAnswerMargin = 30s;

class Stop : public Command
{
public:
    Stop()
        : Command(kStop)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto timeout =
            std::min(arguments.duration("timeout").value_or(kDefaultTimeout), kLongestTimeout);
        WatcherRequest request = namedRequest(QStringLiteral("stop"), arguments);
        request.params.insert(QStringLiteral("force"), arguments.isSet("force"));
        request.params.insert(QStringLiteral("timeout_ms"), qint64(timeout.count()));
        request.timeout = timeout + kAnswerMargin;
        const auto answer = askAboutRunning(request);
        if (!answer)
            return Failure(answer.error());
        context.output.line(Mark::Done,
                            QStringLiteral("Stopped server %1").arg(arguments.serverName()));
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kStop{
    .name = "stop",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Stop a server, whoever uses it",
    .description =
        "Asks the server and its whole process group to end (SIGTERM) and waits until nothing\n"
        "of it is left. A server that does not end in time goes on as it was, and that is an\n"
        "error; with --force it is killed.",
    .example = "sharedserver admin stop web --force --timeout 30s",
    .options = kStopOptions,
};

std::unique_ptr<Command> makeStop()
{
    return makeCommand<Stop>();
}

} // namespace sharedserver::commands
