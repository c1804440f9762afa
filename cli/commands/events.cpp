#include "cli/commands/commands.h"

#include "cli/application.h"
#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/output.h"
#include "cli/servertext.h"
#include "core/base/duration.h"
#include "core/control/eventstream.h"
#include "core/process/exitstatus.h"
#include "core/process/unixsignals.h"

#include <QJsonDocument>

#include <csignal>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kEventsOptions[] = {
    {"since", ValueKind::Text, "number", "Begin with what came after this event; EPOCH:NUMBER too"},
    {"no-follow", ValueKind::None, nullptr, "End once all is shown that has happened"},
    {"json", ValueKind::None, nullptr, "Print JSON, one object a line"},
};

Result<std::optional<EventCursor>> cursorFrom(const CommandArguments &arguments)
{
    if (!arguments.isSet("since"))
        return std::optional<EventCursor>();
    const QString text = arguments.value("since");
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    const EventCursor cursor{text.left(std::max<qsizetype>(colon, 0)),
                             text.mid(colon + 1).toLongLong(&isNumber)};
    if (isNumber && cursor.sequence >= 0)
        return std::optional(cursor);
    return failure(Error::Kind::Usage,
                   QStringLiteral("--since needs the number of an event, or EPOCH:NUMBER, not "
                                  "'%1'. --json shows both.")
                       .arg(text));
}

QString endText(const QJsonObject &event)
{
    ExitStatus status;
    const QJsonValue code = event.value(QLatin1String("exit_code"));
    const QJsonValue signal = event.value(QLatin1String("signal"));
    if (code.isDouble())
        status.exitCode = code.toInt();
    if (signal.isDouble())
        status.signal = signal.toInt();
    QStringList parts{event.value(QLatin1String("reason")).toString()};
    if (status.isKnown())
        parts.append(status.text());
    const QJsonValue pause =
        event.value(QLatin1String("server"))[QLatin1String("restart_remaining")];
    if (pause.isDouble()) {
        parts.append(QStringLiteral("restarts in %1")
                         .arg(humanDuration(std::chrono::seconds(pause.toInt()))));
    }
    return parts.join(QStringLiteral(", "));
}

/// `web  started (PID 4711)`, without the time.
QString eventText(const QJsonObject &event)
{
    const QJsonObject server = event.value(QLatin1String("server")).toObject();
    const QString word =
        event.value(QLatin1String("event")).toString().section(QLatin1Char('.'), 1);
    QString more;
    if (word == QLatin1String("started")) {
        more = QStringLiteral("PID %1").arg(server.value(QLatin1String("pid")).toInteger());
    } else if (word == QLatin1String("attached") || word == QLatin1String("detached")) {
        more = QStringLiteral("refcount: %1").arg(server.value(QLatin1String("refcount")).toInt());
    } else if (word == QLatin1String("grace")) {
        const std::chrono::seconds left(server.value(QLatin1String("grace_remaining")).toInt());
        more = QStringLiteral("stops in %1").arg(humanDuration(left));
    } else if (word == QLatin1String("stopped")) {
        more = endText(event);
    } else if (word == QLatin1String("failed")) {
        more = event.value(QLatin1String("message")).toString();
    }
    const QString text =
        QStringLiteral("%1 %2").arg(server.value(QLatin1String("name")).toString(), word);
    return more.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, more);
}

Mark eventMark(const QJsonObject &event)
{
    const QString word =
        event.value(QLatin1String("event")).toString().section(QLatin1Char('.'), 1);
    const bool hasCrashed =
        event.value(QLatin1String("reason")).toString() == QLatin1String("crashed");
    if (word == QLatin1String("failed") || hasCrashed)
        return Mark::Failed;
    if (word == QLatin1String("grace"))
        return Mark::Warning;
    return word == QLatin1String("stopped") ? Mark::Stopped : Mark::Running;
}

/// Prints events as they come.
class EventPrinter
{
public:
    EventPrinter(bool asJson, Output &output)
        : m_asJson(asJson)
        , m_output(output)
    {
    }

    void print(const QJsonObject &event)
    {
        if (m_asJson) {
            printJson(event);
            return;
        }
        const auto time = QDateTime::fromMSecsSinceEpoch(
            qint64(event.value(QLatin1String("time")).toDouble() * 1000));
        m_output.line(eventMark(event),
                      QStringLiteral("%1  %2").arg(localTime(time), eventText(event)));
        flush({});
    }
    void printMissed()
    {
        if (m_asJson)
            printJson({{QStringLiteral("event"), QStringLiteral("missed")}});
        else
            m_output.warning(QStringLiteral("Earlier events may be missing here: they are not "
                                            "known any more."));
    }
    bool isRead() const { return m_isRead; }

private:
    void printJson(const QJsonObject &object)
    {
        m_output.jsonLine(object);
        flush({});
    }
    void flush(const QByteArray &bytes)
    {
        m_isRead = m_isRead && m_output.pass(bytes);
        if (!m_isRead)
            QCoreApplication::quit();
    }

    bool m_asJson;
    Output &m_output;
    bool m_isRead = true;
};

class Events : public Command
{
public:
    Events()
        : Command(kEvents)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto cursor = cursorFrom(arguments);
        if (!cursor)
            return Failure(cursor.error());
        const auto application = makeApplication(context);
        const UnixSignals signalsOfUser({SIGINT, SIGTERM});
        QObject::connect(&signalsOfUser, &UnixSignals::received, qApp, &QCoreApplication::quit);
        EventPrinter printer(arguments.isSet("json"), context.output);
        EventStream stream(LockDirectory::locate(), arguments.words());
        std::optional<Error> problem;
        // Queued, because quit() does nothing before exec().
        const auto quit = [] {
            QMetaObject::invokeMethod(qApp, &QCoreApplication::quit, Qt::QueuedConnection);
        };
        QObject::connect(&stream, &EventStream::happened, &stream,
                         [&](const QJsonObject &event) { printer.print(event); });
        QObject::connect(&stream, &EventStream::connected, &stream, [&](bool missed) {
            if (missed)
                printer.printMissed();
        });
        QObject::connect(&stream, &EventStream::failed, &stream, [&](const Error &error) {
            problem = error;
            quit();
        });
        if (arguments.isSet("no-follow")) {
            QObject::connect(&stream, &EventStream::caughtUp, qApp, quit);
            QObject::connect(&stream, &EventStream::waiting, qApp, quit);
        }
        stream.begin(*cursor);
        QCoreApplication::exec();
        if (problem)
            return Failure(*problem);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kEvents{
    .name = "events",
    .alias = nullptr,
    .operands = Operands::ServerNames,
    .tail = Tail::None,
    .summary = "Show what happens to servers, as it happens",
    .description =
        "Prints a line for each start, stop, failure, grace period, and client that comes or\n"
        "goes, of these servers or of all, until Ctrl-C is pressed. It starts nothing: where\n"
        "no watcher runs it waits for one, and where one takes over from another it goes on.\n"
        "\n"
        "Events are numbered, and the last 1000 are kept while a watcher runs: --since 0\n"
        "shows all of them. A number belongs to an epoch, which is new where a watcher began\n"
        "without a predecessor; with the epoch before it, it is never taken for another's.\n"
        "Where events are missing, a line says so.",
    .example = "sharedserver events\n"
               "sharedserver events --json web db\n"
               "sharedserver events --since 0 --no-follow",
    .options = kEventsOptions,
};

std::unique_ptr<Command> makeEvents()
{
    return makeCommand<Events>();
}

} // namespace sharedserver::commands
