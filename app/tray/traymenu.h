#pragma once

#include <QHash>
#include <QMenu>
#include <QTimer>

namespace sharedserver {

class ServerActions;
class ServerCommands;
class ServerModel;

/// The tray icon's menu: a sub-menu for each server, then what concerns all.
///
/// While it is open, entries only change where they stand and new ones come last, so that nothing
/// jumps about under the pointer; it is put in order when it opens the next time.
class TrayMenu : public QMenu
{
    Q_OBJECT
public:
    /// More servers than fit on a screen are the window's business.
    static constexpr int kMostServers = 20;

    TrayMenu(ServerModel *model, ServerCommands *commands, QWidget *parent = nullptr);
    ~TrayMenu() override;

    /// Whether it is shown by com.canonical.dbusmenu, which has rules of its own for texts.
    void setShownByDBus(bool byDBus);

signals:
    void killAsked(const QString &name);
    void logAsked(const QString &name);
    void detailsAsked(const QString &name);
    void addAsked();
    void windowAsked();
    void settingsAsked();
    void quitAsked();

private:
    void handleChange(const QString &name);
    void handleOpened();
    void handleClosed();
    void arrange();
    void updateAll();
    void updateEntry(const QString &name);
    void updateCommon();
    QString shownName(QString name) const;
    QMenu *addEntry(const QString &name, QAction *before);
    QStringList wantedOrder() const;

    ServerModel *m_model;
    ServerCommands *m_commands;
    QHash<QString, QMenu *> m_entries;
    QStringList m_order; ///< as they stand
    QAction *m_none;
    QAction *m_more;
    QAction *m_stopAll;
    QTimer m_arrangeSoon;
    QTimer m_tick; ///< while it is open
    int m_ticks = 0;
    bool m_isShownByDBus = false;
};

} // namespace sharedserver
