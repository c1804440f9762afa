#include "tests/app/notificationservice.h"

#include <QUuid>

namespace sharedserver::test {

namespace {
const QString kNotifications = QStringLiteral("org.freedesktop.Notifications");
} // namespace

NotificationService::NotificationService(const QString &busAddress)
    : m_bus(QDBusConnection::connectToBus(busAddress, QUuid::createUuid().toString()))
{
    m_bus.registerObject("/org/freedesktop/Notifications", this,
                         QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals);
    if (!m_bus.registerService(kNotifications))
        qFatal("Another notification service is there already");
}

NotificationService::~NotificationService()
{
    m_bus.unregisterService(kNotifications);
    QDBusConnection::disconnectFromBus(m_bus.name());
}

uint NotificationService::Notify(const QString &, uint replaces, const QString &,
                                 const QString &title, const QString &text,
                                 const QStringList &actions, const QVariantMap &hints, int)
{
    const uint id = replaces > 0 ? replaces : ++m_lastId;
    m_shown.removeIf([replaces](const Notification &one) { return one.id == replaces; });
    m_shown.append({id, title, text, actions, hints.value("urgency").toInt()});
    return id;
}

void NotificationService::choose(uint id, const QString &action)
{
    emit ActionInvoked(id, action);
    emit NotificationClosed(id, 2);
}

NotificationService::Notification NotificationService::find(const QString &title) const
{
    for (const Notification &notification : m_shown) {
        if (notification.title.contains(title))
            return notification;
    }
    return {};
}

} // namespace sharedserver::test
