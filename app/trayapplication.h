#pragma once

#include "app/instance/farewell.h"
#include "app/instance/sessionend.h"
#include "app/notify/notifier.h"
#include "app/servers/definitionwatch.h"
#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "app/settings/settings.h"
#include "app/tray/trayicon.h"
#include "app/tray/traymenu.h"
#include "core/control/watcherhost.h"

#include <QPointer>

namespace sharedserver {

class AddServerDialog;
class MainWindow;
class SettingsDialog;

/// The tray's parts put together: the watcher, the icon with its menu, the window, the news. It
/// holds no rules of its own, only who hears whom.
class TrayApplication : public QObject
{
    Q_OBJECT
public:
    TrayApplication(const LockDirectory::Location &location, const LockDirectory &directory,
                    const CallerContext &context, QObject *parent = nullptr);
    ~TrayApplication() override;

    const Settings *settings() const { return &m_settings; }
    /// Becomes the watcher and shows itself.
    Result<void> begin(bool showsWindow);
    /// `show` or `hidden`, from a second start.
    void obey(const QByteArray &word);
    /// Ends, after asking what becomes of the servers where the user has not said so.
    void quit();
    /// The same without a question: whom nobody answers keeps the servers.
    void quitQuietly();

signals:
    /// It is about to end, and that cannot be taken back.
    void leaving();
    /// It is no longer the watcher, and has nothing left to do.
    void finished();
    /// Its lock directory was removed, and made anew.
    void directoryRestored(const sharedserver::LockDirectory &directory);
    /// Something in it has changed.
    void directoryChanged();

private:
    void connectMenu();
    void connectWindow();
    MainWindow *window();
    QWidget *dialogParent() const;
    void showWindow();
    void setWithoutTray(bool without);
    void showNotes();
    void handleDefinitionProblem(const QString &problem);
    void applySettings();
    void askKill(const QString &name);
    void showLog(const QString &name);
    void showSettings();
    void addServer();
    void addConfirmed(const ServerDefinition &definition, bool isRemembered);
    void leave(OnQuit choice);

    WatcherHost m_host;
    Settings m_settings;
    ServerModel m_model;
    ServerCommands m_commands;
    DefinitionWatch m_definitions;
    TrayMenu m_menu;
    TrayIcon m_icon;
    Notifier m_notifier;
    Farewell m_farewell;
    SessionEnd m_sessionEnd;
    std::unique_ptr<MainWindow> m_window; ///< made when it is first wanted
    QPointer<AddServerDialog> m_addDialog;
    QPointer<SettingsDialog> m_settingsDialog;
    QPointer<QWidget> m_quitQuestion;
    QString m_definitionProblem; ///< what is wrong with servers.json, if anything
    QString m_trayNote; ///< that there is no place for an icon, until the user has read it
    bool m_isWithoutTray = false;
};

} // namespace sharedserver
