#include "cli/manual/pages.h"

#include "app/trayoptions.h"
#include "cli/helptext.h"
#include "cli/manual/roff.h"

namespace sharedserver::manual {

QString trayPage(const QString &date)
{
    Roff roff(QStringLiteral("SHAREDSERVER-TRAY"), 1, date, source());
    roff.heading(QStringLiteral("NAME"));
    roff.text(QStringLiteral("sharedserver-tray - shared servers in the desktop's tray"));
    roff.heading(QStringLiteral("SYNOPSIS"));
    roff.text(QStringLiteral("sharedserver-tray [options]"));
    roff.heading(QStringLiteral("DESCRIPTION"));
    roff.text(QStringLiteral(
        "Shows the servers that sharedserver(1) shares: an icon that tells their state, a menu "
        "with\n"
        "what can be done to each, a window with clients, logs and history, and notifications "
        "when\n"
        "one crashes.\n\n"
        "It is the watcher while it runs: it takes over the servers when it starts, and hands "
        "them\n"
        "over when it is quit. Killed, it loses nothing; the next command takes over.\n\n"
        "Started again, it opens the window of the one that runs."));
    roff.heading(QStringLiteral("OPTIONS"));
    for (const TrayOption &option : kTrayOptions)
        roff.item(QStringLiteral("--%1").arg(QLatin1String(option.name)),
                  QLatin1String(option.summary));
    roff.item(QStringLiteral("-h, --help"), QStringLiteral("Print the options"));
    roff.item(QStringLiteral("-v, --version"), QStringLiteral("Print the version"));
    roff.heading(QStringLiteral("ENVIRONMENT"));
    roff.item(QStringLiteral("SHAREDSERVER_LOCKDIR"),
              QStringLiteral("The lock directory, one tray for each"));
    roff.item(QStringLiteral("SHAREDSERVER_CONFIG"),
              QStringLiteral("The file with the definitions to offer, see "
                             "sharedserver-servers.json(5)"));
    roff.heading(QStringLiteral("FILES"));
    roff.item(QStringLiteral("~/.config/sharedserver/servers.json"),
              QStringLiteral("The servers that it offers to start"));
    roff.heading(QStringLiteral("SEE ALSO"));
    roff.text(QStringLiteral("sharedserver(1), sharedserver-servers.json(5)"));
    return roff.page();
}

} // namespace sharedserver::manual
