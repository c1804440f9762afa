#include "app/notify/notifier.h"

#include "app/servers/servercommands.h"
#include "app/settings/settings.h"
#include "core/base/displaycommand.h"
#include "core/supervisor/supervisor.h"

namespace sharedserver {

Notifier::Notifier(const Settings *settings, const ServerCommands *commands, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_commands(commands)
{
    connect(&m_desktop, &DesktopNotifications::activated, this, &Notifier::logAsked);
}

// NOLINTNEXTLINE(readability-make-member-function-const): what it connects is not const
void Notifier::follow(Supervisor *supervisor)
{
    connect(supervisor, &Supervisor::serverStarted, this, &Notifier::handleStarted);
    connect(supervisor, &Supervisor::serverStopped, this, &Notifier::handleStopped);
    connect(supervisor, &Supervisor::serverFailed, this, &Notifier::handleFailed);
}

void Notifier::handleStarted(const ServerInfo &info)
{
    if (m_commands->isOwnAct(info.name) || !m_settings->wantsNews(Settings::News::Started))
        return;
    show(info.name, tr("%1 was started").arg(info.name), {}, false);
}

void Notifier::handleStopped(const ServerInfo &info, const QString &reason)
{
    if (m_commands->isOwnAct(info.name))
        return;
    if (reason == QLatin1String("crashed")) {
        if (!m_settings->wantsNews(Settings::News::Crashed))
            return;
        const ExitStatus exit = info.lastExit.value_or(ExitStatus());
        const QString text = exit.exitCode ? tr("It ended with exit code %1.").arg(*exit.exitCode)
            : exit.signal                  ? tr("It was ended by signal %1.").arg(*exit.signal)
                                           : tr("How it ended is not known.");
        show(info.name, tr("%1 has crashed").arg(info.name),
             info.willRestart() ? text + QLatin1Char(' ') + tr("It will be started again.") : text,
             true);
    } else if (reason == QLatin1String("grace")
               && m_settings->wantsNews(Settings::News::StoppedAfterGrace)) {
        show(info.name, tr("%1 was stopped").arg(info.name),
             tr("Nobody has used it during its grace period."), false);
    }
}

void Notifier::handleFailed(const ServerInfo &info, const Error &error)
{
    if (m_commands->isOwnAct(info.name) || !m_settings->wantsNews(Settings::News::Crashed))
        return;
    const bool isGivenUp = error.details.contains(QLatin1String("restarts"));
    show(info.name,
         isGivenUp ? tr("%1 is not started again").arg(info.name)
                   : tr("%1 failed to start").arg(info.name),
         error.message, true);
}

void Notifier::show(const QString &name, const QString &title, const QString &text, bool isTrouble)
{
    m_desktop.show({.title = title,
                    .text = printableLines(text),
                    .isUrgent = isTrouble,
                    .actionText = isTrouble ? tr("Show Log") : QString(),
                    .context = name},
                   [=, this] { emit fallBack(name, title, text, isTrouble); });
}

} // namespace sharedserver
