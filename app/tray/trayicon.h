#pragma once

#include "app/tray/stateicon.h"
#include "app/tray/trayfinder.h"

#include <QObject>
#include <QSystemTrayIcon>
#include <QTimer>

#include <memory>

class QMenu;

namespace sharedserver {

class ServerModel;

/// The icon in the desktop's tray: there as soon as the desktop has a tray, its picture and tool
/// tip tell what the servers do.
class TrayIcon : public QObject
{
    Q_OBJECT
public:
    TrayIcon(const ServerModel *model, QMenu *menu, QObject *parent = nullptr);
    ~TrayIcon() override;

    void begin() { m_finder.begin(); }
    void setTheme(IconTheme theme);
    /// Whether the panel draws the menu, told of it by D-Bus.
    bool hasMenuByDBus() const;
    /// A notification about a server by the icon, where the desktop has no service for them.
    void showMessage(const QString &server, const QString &title, const QString &text,
                     bool isTrouble);

    static TrayState stateOf(const ServerModel &model);
    static QString toolTipOf(const ServerModel &model);

signals:
    /// The user has clicked it.
    void activated();
    /// The notification about this server.
    void messageClicked(const QString &server);
    /// There is no tray, or at least none has come so far.
    void missing();
    /// It is there, perhaps after all.
    void appeared();

private:
    void make();
    void update();

    const ServerModel *m_model;
    QMenu *m_menu;
    TrayFinder m_finder;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    IconTheme m_theme = IconTheme::Automatic;
    std::optional<TrayState> m_shownState;
    QString m_messageServer; ///< whom the last notification was about
    QTimer m_updateSoon; ///< one update for all that happens at once
};

} // namespace sharedserver
