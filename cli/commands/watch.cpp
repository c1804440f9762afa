#include "cli/commands/commands.h"

#include "cli/application.h"
#include "cli/commandarguments.h"
#include "core/control/headlesswatcher.h"
#include "core/control/protocol.h"
#include "core/control/watcherclient.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kWatchOptions[] = {
    {"take-over", ValueKind::None, nullptr, "Take over from a watcher that runs"},
    {"background", ValueKind::None, nullptr, "Return once a watcher listens, whoever started it"},
    {"linger", ValueKind::Duration, "duration", "How long to stay without servers; default: 5s"},
    {"inherit", ValueKind::Text, "lock,socket", "Descriptors of the process that starts it"},
};

Result<void> readInherited(const QString &text, WatchOptions *options)
{
    const QStringList parts = text.split(QLatin1Char(','));
    bool isLock = false;
    bool isSocket = false;
    if (parts.size() == 2) {
        options->lockDescriptor = parts.first().toInt(&isLock);
        options->socketDescriptor = parts.last().toInt(&isSocket);
    }
    if (isLock && isSocket && options->lockDescriptor > 2 && options->socketDescriptor > 2)
        return {};
    return failure(
        Error::Kind::Usage,
        QStringLiteral("--inherit needs two descriptors, as in 3,4, not '%1'.").arg(text));
}

/// For clients that speak the control protocol themselves.
Result<int> ensureWatcher()
{
    const auto answer =
        askWatcher(LockDirectory::locate(),
                   {QStringLiteral("hello"), {{QStringLiteral("protocol"), protocol::kVersion}}});
    if (!answer)
        return Failure(answer.error());
    return kExitSuccess;
}

class Watch : public Command
{
public:
    Watch()
        : Command(kWatch)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        if (arguments.isSet("background")) {
            if (arguments.isSet("take-over")) {
                return failure(Error::Kind::Usage,
                               QStringLiteral("--take-over works in the foreground only. Leave out "
                                              "--background."));
            }
            return ensureWatcher();
        }
        WatchOptions options;
        options.location = LockDirectory::locate();
        options.takeOver = arguments.isSet("take-over");
        options.linger = arguments.duration("linger");
        if (arguments.isSet("inherit")) {
            const auto read = readInherited(arguments.value("inherit"), &options);
            if (!read)
                return Failure(read.error());
        }
        const auto application = makeApplication(context);
        const auto watched = runHeadlessWatcher(options);
        if (!watched)
            return Failure(watched.error());
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kWatch{
    .name = "watch",
    .alias = nullptr,
    .operands = Operands::None,
    .tail = Tail::None,
    .summary = "Be the watcher of the lock directory",
    .description =
        "Looks after all servers of the lock directory, in the foreground, until none is left.\n"
        "The other commands start it when they need it. Ending it ends no server.",
    .example = "sharedserver watch --linger 1h",
    .options = kWatchOptions,
};

std::unique_ptr<Command> makeWatch()
{
    return makeCommand<Watch>();
}

} // namespace sharedserver::commands
