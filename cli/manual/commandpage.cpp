#include "cli/manual/pages.h"

#include "cli/commandtable.h"
#include "cli/helptext.h"
#include "cli/manual/roff.h"

namespace sharedserver::manual {

namespace {

void addCommand(const CommandEntry &entry, Roff &roff)
{
    const CommandSpec &spec = *entry.spec;
    const QString name = QLatin1String(spec.name);
    roff.subheading(entry.group == CommandGroup::Admin ? QStringLiteral("admin ") + name : name);
    roff.text(QLatin1String(spec.summary) + QLatin1Char('.'));
    roff.example(usageLine(spec));
    const QStringList others = otherNames(spec);
    if (!others.isEmpty())
        roff.text(QStringLiteral("The same, shorter: %1").arg(others.join(QLatin1String(", "))));
    roff.text(QLatin1String(spec.description));
    for (const CommandOption &option : spec.options)
        roff.item(optionTerm(option), QLatin1String(option.summary));
    roff.text(QStringLiteral("Example:"));
    roff.example(QString::fromUtf8(spec.example));
}

void addGroup(CommandGroup group, Roff &roff)
{
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group == group)
            addCommand(entry, roff);
    }
}

void addExitStatus(Roff &roff)
{
    roff.heading(QStringLiteral("EXIT STATUS"));
    roff.item(QStringLiteral("0"), QStringLiteral("Success; for check: the server is in use"));
    roff.item(QStringLiteral("1"),
              QStringLiteral("Failure, with one line on standard error that says what failed, on "
                             "what, and what to do; for check also, with a line on standard output "
                             "instead: the server is in its grace period"));
    roff.item(QStringLiteral("2"),
              QStringLiteral("Wrong usage, with an error as above; for check also, with a line on "
                             "standard output instead: the server does not run"));
    roff.item(
        QStringLiteral("3"),
        QStringLiteral("Of check only: the server is dead, and that has not been dealt with"));
    roff.text(QStringLiteral("What run runs decides its exit status itself."));
}

void addFiles(Roff &roff)
{
    roff.heading(QStringLiteral("FILES"));
    roff.item(QStringLiteral("$SHAREDSERVER_LOCKDIR, $XDG_RUNTIME_DIR/sharedserver, or "
                             "/tmp/sharedserver"),
              QStringLiteral("The lock directory, the first of these whose variable is set: what "
                             "runs, who uses it, and the socket of the watcher. Where "
                             "/tmp/sharedserver belongs to another user, it is "
                             "/tmp/sharedserver-UID. 'sharedserver admin lockdir' prints it."));
    roff.item(QStringLiteral(".sharedserver.json, ~/.config/sharedserver/servers.json"),
              QStringLiteral("Definitions of servers, see sharedserver-servers.json(5)"));
    roff.item(QStringLiteral("~/.local/state/sharedserver/logs/NAME.log"),
              QStringLiteral("What the server NAME prints: ten MiB at most, and one old file"));
}

} // namespace

QString source()
{
    return QStringLiteral("sharedserver " SHAREDSERVER_VERSION);
}

QString commandPage(const QString &date)
{
    Roff roff(QStringLiteral("SHAREDSERVER"), 1, date, source());
    roff.heading(QStringLiteral("NAME"));
    roff.text(QStringLiteral("sharedserver - start a server once and share it"));
    roff.heading(QStringLiteral("SYNOPSIS"));
    roff.text(QStringLiteral("sharedserver <command> [options] [-- command...]"));
    roff.heading(QStringLiteral("DESCRIPTION"));
    roff.text(QStringLiteral(
        "A server that several editors, shells and scripts need runs once, and no longer than it "
        "is\n"
        "needed. The first client starts it; every client is counted by its process. When the "
        "last\n"
        "one has left, or died, a grace period runs, and the server is stopped at its end.\n\n"
        "A small process, the watcher, looks after the servers for as long as there are any. The\n"
        "commands start it where they need it; sharedserver-tray(1) is one, too. Killing it kills "
        "no\n"
        "server: the next command takes over what runs.\n\n"
        "A duration is written like 30s, 5m, 1h or 2h30m, with ms, s, m, h or d. The name of a\n"
        "server has 1 to 100 letters, digits and ._@:+-, and begins with a letter or a digit."));
    roff.heading(QStringLiteral("OPTIONS"));
    const auto options = programOptions();
    for (const HelpRow &row : options)
        roff.item(row.first, row.second);
    roff.heading(QStringLiteral("COMMANDS"));
    addGroup(CommandGroup::Everyday, roff);
    roff.heading(QStringLiteral("COMMANDS FOR SPECIAL CASES"));
    addGroup(CommandGroup::Admin, roff);
    roff.heading(QStringLiteral("COMMANDS FOR PROGRAMS"));
    addGroup(CommandGroup::Hidden, roff);
    addExitStatus(roff);
    roff.heading(QStringLiteral("ENVIRONMENT"));
    const auto variables = environmentVariables();
    for (const HelpRow &row : variables)
        roff.item(row.first, row.second);
    addFiles(roff);
    roff.heading(QStringLiteral("SEE ALSO"));
    roff.text(QStringLiteral("sharedserver-tray(1), sharedserver-servers.json(5)"));
    return roff.page();
}

} // namespace sharedserver::manual
