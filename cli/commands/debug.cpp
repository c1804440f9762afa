#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/output.h"
#include "cli/servertext.h"
#include "core/base/timestamp.h"
#include "core/lockfile/invocationlog.h"

#include <QJsonDocument>

#include <algorithm>
#include <utility>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kDebugOptions[] = {
    {"lines", ValueKind::Number, "number", "How many entries; default: the last 200"},
    kJson,
};
constexpr int kDefaultLines = 200;
constexpr qint64 kMostLines = 100000;

QString valueText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    return QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact))
        .mid(1)
        .chopped(1);
}

/// `2026-11-23 08:18:07  incref  ok  new_refcount=2 state=active`
QString entryText(const Invocation &invocation)
{
    const auto time = Timestamp::parse(invocation.timestamp);
    QStringList parts{time ? localTime(time->time()) : invocation.timestamp, invocation.command};
    const QStringList arguments = invocation.args.mid(1); // the first is the server's name
    if (!arguments.isEmpty())
        parts.append(arguments.join(QLatin1Char(' ')));
    parts.append(invocation.error ? QStringLiteral("error: %1").arg(*invocation.error)
                                  : QStringLiteral("ok"));
    QStringList pairs;
    for (auto it = invocation.metadata.begin(); it != invocation.metadata.end(); ++it)
        pairs.append(it.key() + QLatin1Char('=') + valueText(it.value()));
    if (!pairs.isEmpty())
        parts.append(pairs.join(QLatin1Char(' ')));
    return parts.join(QStringLiteral("  "));
}

void printEntries(const QList<Invocation> &entries, const QString &name, Output &output)
{
    if (entries.isEmpty())
        output.line(QStringLiteral("There is no history of server %1.").arg(name));
    for (const Invocation &entry : entries)
        output.line(entry.error ? Mark::Failed : Mark::Done, entryText(entry));
}

class Debug : public Command
{
public:
    Debug()
        : Command(kDebug)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        const int most =
            int(std::min(arguments.number("lines").value_or(kDefaultLines), kMostLines));
        QList<Invocation> entries;
        if (!directory->isMissing())
            entries = InvocationLog(*directory, arguments.serverName()).last(most);
        if (!arguments.isSet("json")) {
            printEntries(entries, arguments.serverName(), context.output);
            return kExitSuccess;
        }
        QJsonArray array;
        for (const Invocation &entry : std::as_const(entries))
            array.append(entry.toJson());
        context.output.json(array);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kDebug{
    .name = "debug",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Show the history of a server",
    .description = "Shows who asked for what, when, and what came of it, the oldest first.",
    .example = "sharedserver admin debug web",
    .options = kDebugOptions,
};

std::unique_ptr<Command> makeDebug()
{
    return makeCommand<Debug>();
}

} // namespace sharedserver::commands
