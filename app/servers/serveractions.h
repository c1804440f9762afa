#pragma once

#include <QList>
#include <QObject>

class QAction;

namespace sharedserver {

class ServerCommands;
class ServerModel;

/// Everything that can be done with one server, as actions for menus, buttons and shortcuts alike.
/// They are for the server of setServer(), and enabled where they make sense for it.
class ServerActions : public QObject
{
    Q_OBJECT
public:
    ServerActions(ServerModel *model, ServerCommands *commands, QObject *parent = nullptr);

    void setServer(const QString &name);
    QString server() const { return m_name; }
    /// In the order in which they are shown; null stands for a separator.
    QList<QAction *> actions() const;
    /// Makes them work by key in the window of `parent`'s actions. A menu of the tray needs none.
    void setShortcuts();

    QAction *start() const { return m_start; }
    QAction *stop() const { return m_stop; }
    QAction *restart() const { return m_restart; }
    QAction *kill() const { return m_kill; }
    QAction *showLog() const { return m_showLog; }
    QAction *copyCommand() const { return m_copyCommand; }
    QAction *details() const { return m_details; }
    QAction *forget() const { return m_forget; }

signals:
    /// These take a window.
    void killAsked(const QString &name);
    void logAsked(const QString &name);
    void detailsAsked(const QString &name);

private:
    void update();
    void copy();

    ServerModel *m_model;
    QString m_name;
    QAction *m_start;
    QAction *m_stop;
    QAction *m_restart;
    QAction *m_kill;
    QAction *m_showLog;
    QAction *m_copyCommand;
    QAction *m_details;
    QAction *m_forget;
};

} // namespace sharedserver
