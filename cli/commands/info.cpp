#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/servertext.h"
#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/jsonwriter.h"
#include "core/base/shelltext.h"
#include "core/config/drift.h"
#include "core/log/logposition.h"

namespace sharedserver::commands {

namespace {

constexpr CommandOption kInfoOptions[] = {kJson, kConfigFile};

/// Lines of `label: value` under the heading.
class Block
{
public:
    explicit Block(Output &output)
        : m_output(output)
    {
    }
    void add(const QString &label, const QString &value)
    {
        constexpr int kLabelWidth = 15;
        const QString head = label.isEmpty() ? QString() : label + QLatin1Char(':');
        if (!value.isEmpty())
            m_output.line(QStringLiteral("  ") + head.leftJustified(kLabelWidth) + value);
    }

private:
    Output &m_output;
};

QString ago(const Timestamp &time, const QDateTime &now)
{
    const std::chrono::milliseconds span(std::max<qint64>(time.time().msecsTo(now), 0));
    return humanDuration(span);
}

void printClients(const ServerInfo &info, const QDateTime &now, Block &block)
{
    QString label = QStringLiteral("Clients");
    const QList<ClientRecord> clients = info.clients.clients();
    for (const ClientRecord &client : clients) {
        QString text = QString::number(client.process.pid);
        if (client.metadata && !client.metadata->isEmpty())
            text += QStringLiteral("  ") + *client.metadata;
        if (client.attachedAt.isValid())
            text += QStringLiteral("  (for %1)").arg(ago(client.attachedAt, now));
        block.add(label, text);
        label.clear();
    }
}

QString watcherText(const ServerRecord &record)
{
    if (!record.watcher)
        return QStringLiteral("none");
    const QString pid = QString::number(record.watcher->pid);
    if (!record.liveWatcher())
        return pid + QStringLiteral(" (dead; the next command that changes something takes over)");
    return record.manager.isEmpty() ? pid + QStringLiteral(" (another tool's)") : pid;
}

/// What is waited for.
QString checkText(const ServerRecord &record)
{
    const auto check = ReadyCheck::fromJson(record.ready);
    return check ? check->description() : QString();
}

QString restartText(const ServerRecord &record)
{
    if (record.restarts == 0)
        return record.restart;
    return QStringLiteral("%1 (%2 in a row so far)").arg(record.restart).arg(record.restarts);
}

QString resourcesText(const ResourceUse &use)
{
    const std::chrono::milliseconds cpuTime(qint64(use.cpuMicroseconds / 1000));
    return QStringLiteral("%1 of memory, %2 of CPU time")
        .arg(memoryText(use.residentBytes), humanDuration(cpuTime));
}

void printRecord(const ServerInfo &info, const QDateTime &now, Block &block)
{
    const ServerRecord &record = *info.record;
    block.add(QStringLiteral("Command"), shellText(record.command));
    block.add(QStringLiteral("Started"),
              QStringLiteral("%1 (%2 ago)")
                  .arg(localTime(record.startedAt.time()), humanDuration(info.uptime(now))));
    block.add(QStringLiteral("Grace period"), record.gracePeriod);
    printClients(info, now, block);
    block.add(QStringLiteral("Watcher"), watcherText(record));
    block.add(QStringLiteral("Directory"), displayText(record.workingDir));
    block.add(QStringLiteral("Log file"), displayText(record.logFile));
    if (info.drift)
        block.add(QStringLiteral("Drift"), info.drift->join(QStringLiteral(", ")));
    if (info.isReady() == true)
        block.add(QStringLiteral("Ready"), QStringLiteral("for %1").arg(ago(*record.readyAt, now)));
    else if (info.isReady() == false)
        block.add(QStringLiteral("Ready"), QStringLiteral("not yet: %1").arg(checkText(record)));
    block.add(QStringLiteral("Restart"), restartText(record));
    if (info.resources)
        block.add(QStringLiteral("Uses"), resourcesText(*info.resources));
}

void printInfo(const ServerInfo &info, const QDateTime &now, Output &output)
{
    output.line(stateMark(info), stateLine(info, now));
    Block block(output);
    if (info.record && info.state != ServerState::Stopped)
        printRecord(info, now, block);
    if (info.lastExit && info.lastExit->isKnown())
        block.add(QStringLiteral("Last end"), info.lastExit->text());
    if (!info.logTail.isEmpty()) {
        block.add(QStringLiteral("Log"), displayText(info.lastLog));
        for (const QString &line : info.logTail)
            output.line(QStringLiteral("    ") + line);
    }
    if (!info.problem.isEmpty())
        output.warning(info.problem);
}

class Info : public Command
{
public:
    Info()
        : Command(kInfo)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        ServerInfo info = readServerInfo(LockfileStore(*directory), arguments.serverName(),
                                         {.withResources = true, .withHistory = true});
        if (info.state == ServerState::Stopped && !info.problem.isEmpty())
            return failure(Error::Kind::Corrupt, info.problem);
        addLogTail(&info);
        addDrift(&info, arguments, context);
        const QDateTime now = QDateTime::currentDateTimeUtc();
        if (arguments.isSet("json")) {
            JsonWriter json;
            info.write(json, now);
            context.output.raw(json.take());
        } else {
            printInfo(info, now, context.output);
        }
        return kExitSuccess;
    }

private:
    static void addDrift(ServerInfo *info, const CommandArguments &arguments,
                         CommandContext &context)
    {
        if (!info->isRunning())
            return;
        const auto definition = findDefinition(arguments, context);
        if (!definition)
            context.output.warning(definition.error().message);
        else if (*definition)
            info->drift = driftOf(**definition, *info->record);
    }
};

} // namespace

const CommandSpec kInfo{
    .name = "info",
    .alias = nullptr,
    .operands = Operands::ServerName,
    .tail = Tail::None,
    .summary = "Show everything about one server",
    .description = "Shows what the server is, since when it runs, who uses it and where it writes.",
    .example = "sharedserver info web --json",
    .options = kInfoOptions,
};

std::unique_ptr<Command> makeInfo()
{
    return makeCommand<Info>();
}

} // namespace sharedserver::commands
