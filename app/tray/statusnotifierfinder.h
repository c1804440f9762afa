#pragma once

#include <QDBusServiceWatcher>
#include <QObject>

namespace sharedserver {

/// Finds a desktop that shows StatusNotifierItems, now or later (freedesktop.org's and KDE's
/// StatusNotifierItem specification). Never waits for the bus.
class StatusNotifierFinder : public QObject
{
    Q_OBJECT
public:
    explicit StatusNotifierFinder(QObject *parent = nullptr);

    void begin();

signals:
    void found();
    /// Not now, that is.
    void notThere();

private slots:
    void ask();

private:
    QDBusServiceWatcher m_watcher;
};

} // namespace sharedserver
