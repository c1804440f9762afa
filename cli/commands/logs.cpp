#include "cli/commands/commands.h"

#include "cli/application.h"
#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "core/base/bytes.h"
#include "core/base/logtext.h"
#include "core/log/logfollower.h"
#include "core/process/callercontext.h"
#include "core/process/unixsignals.h"
#include "core/supervisor/serverend.h"
#include "core/supervisor/serverlog.h"

#include <QDateTime>

#include <csignal>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kLogsOptions[] = {
    {"follow", ValueKind::None, nullptr, "Go on with what comes, until the server has stopped",
     'f'},
    {"lines", ValueKind::Count, "number", "How many of the last lines; default: 50", 'n'},
    {"since", ValueKind::Duration, "duration", "Only what was written in this time, up to now"},
    {"all", ValueKind::None, nullptr, "All lines that are kept"},
    kConfigFile,
};
constexpr qint64 kDefaultLines = 50;

/// What of a log is to be shown.
struct Wanted
{
    QByteArray path;
    LogSelection selection;
};

/// Prints a log, and perhaps goes on with it.
class LogPrinter
{
public:
    LogPrinter(const Wanted &wanted, Output &output)
        : m_path(wanted.path)
        , m_output(output)
        , m_follower(wanted.path)
        , m_text(output.style().isColored ? LogText::Colors::Kept : LogText::Colors::Dropped)
    {
        QObject::connect(&m_follower, &LogFollower::appended,
                         [this](const QByteArray &text) { print(text); });
        QObject::connect(&m_follower, &LogFollower::skipped, [this](qint64 bytes) {
            m_output.warning(QStringLiteral("%1 bytes of the log were dropped before they could be "
                                            "shown.")
                                 .arg(bytes));
        });
    }

    void begin(const LogPosition &position) { m_follower.beginAt(position); }
    /// All that is there, also where the log is just being cut.
    void catchUp() { m_follower.catchUp(); }

    /// Until the server has stopped and all is printed, nobody reads any more, or a signal comes.
    void follow(const LockDirectory &directory, const QString &name)
    {
        if (m_isOver)
            return;
        const UnixSignals signalsOfUser({SIGINT, SIGTERM});
        QObject::connect(&signalsOfUser, &UnixSignals::received, qApp, &QCoreApplication::quit);
        const ServerEnd end(directory, name);
        QObject::connect(&end, &ServerEnd::stopped, qApp, [this] {
            m_follower.catchUp();
            QCoreApplication::quit();
        });
        QCoreApplication::exec();
    }

    void finish()
    {
        if (m_output.isTerminal())
            m_output.text(m_text.finish());
    }

private:
    void print(const QByteArray &text)
    {
        if (m_isOver || m_output.pass(m_output.isTerminal() ? m_text.add(text).toUtf8() : text))
            return;
        m_isOver = true; // nobody reads it
        QCoreApplication::quit();
    }

    QByteArray m_path;
    Output &m_output;
    LogFollower m_follower;
    LogText m_text;
    bool m_isOver = false;
};

class Logs : public Command
{
public:
    Logs()
        : Command(kLogs)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        const auto wanted = find(*directory, arguments, context);
        if (!wanted)
            return Failure(wanted.error());
        const auto start = findLogStart(wanted->path, wanted->selection);
        if (!start) {
            return failure(Error::Kind::NotRunning,
                           QStringLiteral("There is no log of server '%1' at '%2'.")
                               .arg(arguments.serverName(), displayText(wanted->path)));
        }
        if (!start->isTimeKnown) {
            context.output.warning(
                QStringLiteral("It is not known when these lines were written, so all are shown."));
        }
        const auto application = makeApplication(context);
        LogPrinter printer(*wanted, context.output);
        printer.begin(start->position);
        if (arguments.isSet("follow"))
            printer.follow(*directory, arguments.serverName());
        else
            printer.catchUp();
        printer.finish();
        return kExitSuccess;
    }

private:
    static Result<Wanted> find(const LockDirectory &directory, const CommandArguments &arguments,
                               CommandContext &context)
    {
        const QString name = arguments.serverName();
        LaunchSpec world;
        world.environment = CallerContext::current().environment;
        const ServerInfo info =
            readServerInfo(LockfileStore(directory), name, {.withHistory = true});
        Wanted wanted;
        wanted.path = logPath(info, {});
        if (wanted.path.isEmpty()) {
            const auto definition = findDefinition(arguments, context);
            if (!definition)
                return Failure(definition.error());
            if (*definition)
                wanted.path = (*definition)->logFile;
        }
        if (wanted.path.isEmpty())
            wanted.path = defaultLogPath(name, world);
        wanted.selection.timesPath = keptLog(name, wanted.path, world).timesPath;
        const auto since = arguments.duration("since");
        if (since) {
            wanted.selection.sinceMs = QDateTime::currentMSecsSinceEpoch() - qint64(since->count());
        }
        wanted.selection.lines = arguments.number("lines");
        if (!wanted.selection.lines && !since && !arguments.isSet("all"))
            wanted.selection.lines = kDefaultLines;
        return wanted;
    }
};

} // namespace

const CommandSpec kLogs{
    .name = "logs",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Show what a server has printed",
    .description =
        "Prints the last lines of the server's log, whether it runs or not; with --follow\n"
        "also what comes, until the server has stopped or Ctrl-C is pressed. A restart does\n"
        "not end it.\n"
        "\n"
        "Lines have no times of their own. --since goes by what the watcher notes beside the\n"
        "log, about once a second while the server writes; where nobody watched, it shows\n"
        "more rather than less.",
    .example = "sharedserver logs web\n"
               "sharedserver logs web -f -n 100\n"
               "sharedserver logs web --since 10m",
    .options = kLogsOptions,
};

std::unique_ptr<Command> makeLogs()
{
    return makeCommand<Logs>();
}

} // namespace sharedserver::commands
