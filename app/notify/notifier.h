#pragma once

#include "app/notify/desktopnotifications.h"

#include <QObject>

namespace sharedserver {

class ServerCommands;
class Settings;
class Supervisor;
struct Error;
struct ServerInfo;

/// Decides which of the servers' news are worth a notification: crashes and failed starts, and what
/// else the user wants, but never what he has just done himself.
class Notifier : public QObject
{
    Q_OBJECT
public:
    Notifier(const Settings *settings, const ServerCommands *commands, QObject *parent = nullptr);

    void follow(Supervisor *supervisor);

signals:
    /// The user wants to see what the server has printed.
    void logAsked(const QString &name);
    /// The desktop has no service for it: show it by the icon.
    void fallBack(const QString &name, const QString &title, const QString &text, bool isTrouble);

private:
    void handleStarted(const ServerInfo &info);
    void handleStopped(const ServerInfo &info, const QString &reason);
    void handleFailed(const ServerInfo &info, const Error &error);
    void show(const QString &name, const QString &title, const QString &text, bool isTrouble);

    const Settings *m_settings;
    const ServerCommands *m_commands;
    DesktopNotifications m_desktop;
};

} // namespace sharedserver
