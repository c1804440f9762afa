#pragma once

#include <QDBusContext>
#include <QMutex>
#include <QObject>
#include <QStringList>

namespace sharedserver::test {

/// A panel's side of the bus: items register with it. For a thread of its own, because an item in
/// this same process waits for its answers.
class StatusNotifierWatcher
    : public QObject
    , protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.kde.StatusNotifierWatcher")
    Q_PROPERTY(bool IsStatusNotifierHostRegistered READ isHostRegistered)
    Q_PROPERTY(int ProtocolVersion READ protocolVersion)
    Q_PROPERTY(QStringList RegisteredStatusNotifierItems READ items)
public:
    bool isHostRegistered() const { return true; }
    int protocolVersion() const { return 0; }
    /// From any thread.
    QStringList items() const;

public slots:
    void RegisterStatusNotifierItem(const QString &service); // NOLINT: the protocol's name

private:
    mutable QMutex m_mutex;
    QStringList m_items;
};

} // namespace sharedserver::test
