#include "cli/helptext.h"

#include "cli/command.h"
#include "cli/commandtable.h"

#include <algorithm>

namespace sharedserver {

namespace {

/// Two columns, indented.
QString rowsText(const QList<HelpRow> &rows)
{
    qsizetype width = 0;
    for (const HelpRow &row : rows)
        width = std::max(width, row.first.size());
    QString text;
    for (const HelpRow &row : rows)
        text += QStringLiteral("  %1  %2\n").arg(row.first.leftJustified(width), row.second);
    return text;
}

QString section(const char *title, const QString &body)
{
    return QStringLiteral("\n%1:\n%2").arg(QLatin1String(title), body);
}

QString indented(const char *lines)
{
    QString text;
    const QStringList all = QString::fromUtf8(lines).split(QLatin1Char('\n'));
    for (const QString &line : all)
        text += QStringLiteral("  %1\n").arg(line);
    return text;
}

QString commandRows(CommandGroup group)
{
    QList<HelpRow> rows;
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group != group)
            continue;
        rows.append({QLatin1String(entry.spec->name), QLatin1String(entry.spec->summary)});
    }
    return rowsText(rows);
}

QString operandsText(const CommandSpec &spec)
{
    switch (spec.operands) {
    case Operands::ServerName:
        return QStringLiteral(" <name>");
    case Operands::OptionalServerName:
        return QStringLiteral(" [name]");
    case Operands::ServerNames:
        return QStringLiteral(" [name...]");
    case Operands::Shell:
        return QStringLiteral(" <%1>").arg(joinedWords(kShells, "|"));
    case Operands::ConfigAction:
        return QStringLiteral(" <%1> [name]").arg(joinedWords(kConfigActions, "|"));
    case Operands::Words:
        return QStringLiteral(" [command]");
    case Operands::None:
        break;
    }
    return {};
}

QString tailText(const CommandSpec &spec)
{
    switch (spec.tail) {
    case Tail::Optional:
        return QStringLiteral(" [-- command...]");
    case Tail::Required:
        return QStringLiteral(" -- command...");
    case Tail::None:
        break;
    }
    return {};
}

const CommandEntry *entryOf(const CommandSpec &spec)
{
    const auto table = commandTable();
    const auto entry = std::find_if(table.begin(), table.end(),
                                    [&spec](const CommandEntry &row) { return row.spec == &spec; });
    return entry == table.end() ? nullptr : &*entry;
}

QString optionRows(const CommandSpec &spec)
{
    QList<HelpRow> rows;
    for (const CommandOption &option : spec.options) {
        const QString indent = option.letter == '\0' ? QStringLiteral("    ") : QString();
        rows.append({indent + optionTerm(option), QLatin1String(option.summary)});
    }
    rows.append({QStringLiteral("-h, --help"), QStringLiteral("Show this text")});
    return rowsText(rows);
}

QString otherNamesText(const CommandSpec &spec)
{
    const QStringList names = otherNames(spec);
    return names.isEmpty()
        ? QString()
        : QStringLiteral("       short: %1\n").arg(names.join(QStringLiteral(", ")));
}

} // namespace

QStringList otherNames(const CommandSpec &spec)
{
    const CommandEntry *entry = entryOf(spec);
    QStringList names;
    if (spec.alias)
        names.append(QStringLiteral("sharedserver %1").arg(QLatin1String(spec.alias)));
    if (entry && entry->isShortcut)
        names.append(QStringLiteral("sharedserver %1").arg(QLatin1String(spec.name)));
    return names;
}

QString usageLine(const CommandSpec &spec)
{
    const CommandEntry *entry = entryOf(spec);
    const bool isAdmin = entry && entry->group == CommandGroup::Admin;
    return QStringLiteral("sharedserver %1%2%3%4%5")
        .arg(isAdmin ? QStringLiteral("admin ") : QString(), QLatin1String(spec.name),
             operandsText(spec), spec.options.empty() ? QString() : QStringLiteral(" [options]"),
             tailText(spec));
}

QString commandHelpText(const CommandSpec &spec)
{
    return QStringLiteral("%1.\n\nUsage: %2\n%3\n%4\n")
               .arg(QLatin1String(spec.summary), usageLine(spec), otherNamesText(spec),
                    QLatin1String(spec.description))
        + section("Options", optionRows(spec)) + section("Example", indented(spec.example));
}

QString optionTerm(const CommandOption &option)
{
    QString term = QStringLiteral("--%1").arg(QLatin1String(option.name));
    if (option.letter != '\0')
        term.prepend(QStringLiteral("-%1, ").arg(QLatin1Char(option.letter)));
    if (option.valueName)
        term += QStringLiteral(" <%1>").arg(QLatin1String(option.valueName));
    return term;
}

QList<HelpRow> programOptions()
{
    return {
        {QStringLiteral("-h, --help"), QStringLiteral("Show this text; behind a command, its own")},
        {QStringLiteral("-V, --version"), QStringLiteral("Print the version")},
    };
}

QList<HelpRow> environmentVariables()
{
    return {
        {QStringLiteral("SHAREDSERVER_LOCKDIR"), QStringLiteral("Where the lockfiles are")},
        {QStringLiteral("XDG_RUNTIME_DIR"),
         QStringLiteral("Else they are in sharedserver in there, or in /tmp")},
        {QStringLiteral("SHAREDSERVER_CONFIG"),
         QStringLiteral("The file that defines servers, instead of a search")},
        {QStringLiteral("XDG_CONFIG_HOME"),
         QStringLiteral("Where sharedserver/servers.json is, instead of ~/.config")},
        {QStringLiteral("XDG_STATE_HOME"),
         QStringLiteral("Where sharedserver/logs is, instead of ~/.local/state")},
        {QStringLiteral("NO_COLOR"), QStringLiteral("No colours where it is set, and not empty")},
    };
}

QString programHelpText()
{
    return QStringLiteral(
               "Starts a server once and shares it between editors, shells and scripts.\n"
               "\n"
               "Usage: sharedserver <command> [options]\n")
        + section("Commands", commandRows(CommandGroup::Everyday))
        + section("Commands for special cases, behind 'admin'", commandRows(CommandGroup::Admin))
        + section("Options", rowsText(programOptions()))
        + section("Environment", rowsText(environmentVariables()))
        + section("Example",
                  indented("sharedserver use web -- python3 -m http.server 8000\n"
                           "sharedserver unuse web"));
}

QString adminHelpText()
{
    QStringList shortcuts;
    for (const CommandEntry &entry : commandTable()) {
        if (entry.isShortcut)
            shortcuts.append(QLatin1String(entry.spec->name));
    }
    return QStringLiteral(
               "Commands for special cases.\n\nUsage: sharedserver admin <command> [options]\n")
        + section("Commands", commandRows(CommandGroup::Admin))
        + section("Also without 'admin'",
                  QStringLiteral("  %1\n").arg(shortcuts.join(QLatin1Char(' '))))
        + section("Example", indented("sharedserver admin stop web"));
}

} // namespace sharedserver
