#include "cli/commands/commands.h"

#include "cli/commandarguments.h"
#include "cli/commands/options.h"
#include "cli/definitions.h"
#include "cli/output.h"
#include "cli/servertext.h"
#include "cli/texttable.h"
#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/jsonwriter.h"

#include <QMap>

namespace sharedserver::commands {

namespace {

constexpr CommandOption kListOptions[] = {
    {"all", ValueKind::None, nullptr, "Also those that are defined and do not run"},
    kJson,
    kConfigFile,
};

// With more clients than this, only the first few are shown, and how many there are.
constexpr int kMostClientsShown = 4;
constexpr int kClientsOfMany = 2;
// NAME to CLIENTS: scripts read those.
constexpr int kLeastColumns = 5;

QString clientsText(const ClientTable &table, const OutputStyle &style)
{
    const QList<ClientRecord> clients = table.clients();
    if (clients.isEmpty())
        return QStringLiteral("-");
    const qsizetype shown = clients.size() > kMostClientsShown ? kClientsOfMany : clients.size();
    QStringList pids;
    for (qsizetype i = 0; i < shown; ++i)
        pids.append(QString::number(clients.at(i).process.pid));
    if (shown < clients.size())
        pids.append(QStringLiteral("%1 (%2)").arg(style.ellipsis()).arg(clients.size()));
    return pids.join(QStringLiteral(", "));
}

QString timeText(const ServerInfo &info, const QDateTime &now)
{
    if (const auto left = info.restartRemaining(now))
        return QStringLiteral("starts in %1").arg(humanDuration(std::chrono::seconds(*left)));
    if (!info.isRunning())
        return QStringLiteral("-");
    QString text = humanDuration(info.uptime(now));
    if (const auto left = info.graceRemaining(now)) {
        text += QStringLiteral(", stops in %1").arg(humanDuration(std::chrono::seconds(*left)));
    }
    return text;
}

QList<TextTable::Cell> row(const ServerInfo &info, const QDateTime &now, const OutputStyle &style)
{
    const bool hasProcess = info.record && info.state != ServerState::Stopped;
    return {{info.name},
            stateCell(info),
            {hasProcess ? QString::number(info.record->server.pid) : QStringLiteral("-")},
            {hasProcess ? QString::number(info.clients.count()) : QStringLiteral("-")},
            {clientsText(info.clients, style)},
            {timeText(info, now)}};
}

/// What runs, and what is defined besides.
struct Listing
{
    QList<ServerInfo> servers; ///< sorted by name
    QMap<QString, ServerDefinition> stopped; ///< those of them that are only defined
};

Listing readServers(const LockfileStore &store)
{
    Listing listing;
    readAllServers(store, [&](const ServerInfo &info) { listing.servers.append(info); });
    return listing;
}

/// Adds what the definitions name and does not run.
void addDefined(Listing *listing, const ServerConfig &config)
{
    QMap<QString, ServerInfo> all;
    for (const ServerInfo &info : std::as_const(listing->servers))
        all.insert(info.name, info);
    const QStringList names = config.names();
    for (const QString &name : names) {
        if (const auto known = all.find(name); known != all.end()) {
            known->isDefined = true;
            continue;
        }
        const auto definition = config.definition(name);
        ServerInfo info;
        info.name = name;
        info.isDefined = true;
        if (definition && *definition)
            listing->stopped.insert(name, **definition);
        else if (!definition)
            info.problem = definition.error().message;
        all.insert(name, info);
    }
    listing->servers = all.values();
}

void printTable(const Listing &listing, Output &output)
{
    TextTable table({QStringLiteral("NAME"), QStringLiteral("STATE"), QStringLiteral("PID"),
                     QStringLiteral("REFCOUNT"), QStringLiteral("CLIENTS"),
                     QStringLiteral("UPTIME")});
    QStringList problems;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const ServerInfo &info : listing.servers) {
        table.addRow(row(info, now, output.style()));
        if (!info.problem.isEmpty())
            problems.append(QStringLiteral("%1: %2").arg(info.name, info.problem));
    }
    if (table.isEmpty()) {
        output.line(QStringLiteral("No servers are running."));
        return;
    }
    output.text(table.toText(output.style(), output.columns(), kLeastColumns));
    for (const QString &problem : std::as_const(problems))
        output.line(Mark::Warning, problem);
}

void writeDefined(const ServerDefinition &definition, JsonWriter &json)
{
    json.beginObject();
    json.member("name", definition.name);
    json.member("state", stateWord(ServerState::Stopped));
    json.member("defined", true);
    json.key("command");
    json.beginArray();
    for (const QByteArray &argument : definition.command)
        json.value(displayText(argument));
    json.endArray();
    if (definition.isLazy)
        json.member("lazy", true);
    if (!definition.logFile.isEmpty())
        json.member("log_file", displayText(definition.logFile));
    if (!definition.workingDirectory.isEmpty())
        json.member("working_dir", displayText(definition.workingDirectory));
    if (!definition.description.isEmpty())
        json.member("description", definition.description);
    json.endObject();
}

void printJson(const Listing &listing, Output &output)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    JsonWriter json;
    json.beginArray();
    for (const ServerInfo &info : listing.servers) {
        const auto definition = listing.stopped.find(info.name);
        if (definition != listing.stopped.end())
            writeDefined(*definition, json);
        else
            info.write(json, now);
    }
    json.endArray();
    output.raw(json.take());
}

class List : public Command
{
public:
    List()
        : Command(kList)
    {
    }

protected:
    Result<int> run(const CommandArguments &arguments, CommandContext &context) override
    {
        const auto directory = LockDirectory::open(LockDirectory::locate());
        if (!directory)
            return Failure(directory.error());
        Listing listing = readServers(LockfileStore(*directory));
        if (arguments.isSet("all")) {
            const auto config = loadConfig(arguments);
            if (!config)
                return Failure(config.error());
            const QStringList warnings = config->warnings();
            for (const QString &warning : warnings)
                context.output.warning(warning);
            addDefined(&listing, *config);
        }
        if (arguments.isSet("json"))
            printJson(listing, context.output);
        else
            printTable(listing, context.output);
        return kExitSuccess;
    }
};

} // namespace

const CommandSpec kList{
    .name = "list",
    .alias = "ls",
    .operands = Operands::None,
    .tail = Tail::None,
    .summary = "List the servers that run",
    .description =
        "Shows all servers that run, and those whose files cannot be read; with --all also\n"
        "those that servers.json defines.",
    .example = "sharedserver list --json",
    .options = kListOptions,
};

std::unique_ptr<Command> makeList()
{
    return makeCommand<List>();
}

} // namespace sharedserver::commands
