#pragma once

#include "core/config/serverdefinition.h"

#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QList>
#include <QObject>
#include <QTimer>

namespace sharedserver {

/// The user's own servers.json (`$SHAREDSERVER_CONFIG`, or the one in his configuration folder),
/// read again whenever it changes. The files of projects are none of the tray's business: it is in
/// no project.
class DefinitionWatch : public QObject
{
    Q_OBJECT
public:
    explicit DefinitionWatch(QObject *parent = nullptr);

    /// The file, there or not yet.
    static QByteArray path();
    void begin();

signals:
    /// What is defined now, without what cannot be understood.
    void changed(const QList<sharedserver::ServerDefinition> &definitions);
    /// What cannot be understood, in one line; empty where all can.
    void problemChanged(const QString &problem);

private:
    void read();
    void watchFolder(const QString &folder);
    void watchFile(const QFileInfo &file);

    QFileSystemWatcher m_watcher;
    QTimer m_pause;
    QString m_target; ///< what is watched, through all links; empty where the file is not there
    QString m_problem;
};

} // namespace sharedserver
