#include "app/notify/desktopnotifications.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QStringList>
#include <QVariantMap>

namespace sharedserver {

namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kDefaultAction = QStringLiteral("default");
const QString kButton = QStringLiteral("open");

// Urgency 1 is normal, 2 critical; a critical one stays until it is closed.
constexpr uchar kNormal = 1;
constexpr uchar kCritical = 2;
constexpr int kDesktopsOwnTime = -1;

} // namespace

DesktopNotifications::DesktopNotifications(QObject *parent)
    : QObject(parent)
{
}

void DesktopNotifications::listen()
{
    // Only once there is something to listen for: these signals are for all programs.
    if (std::exchange(m_isListening, true))
        return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this,
                SLOT(handleAction(uint, QString)));
    bus.connect(kService, kPath, kService, QStringLiteral("NotificationClosed"), this,
                SLOT(handleClosed(uint, uint)));
}

void DesktopNotifications::show(const Message &message, const std::function<void()> &failed)
{
    if (!QDBusConnection::sessionBus().isConnected()) {
        failed();
        return;
    }
    listen();
    QStringList actions;
    if (!message.actionText.isEmpty())
        actions = {kDefaultAction, message.actionText, kButton, message.actionText};
    const QVariantMap hints = {
        {QStringLiteral("urgency"), QVariant::fromValue(message.isUrgent ? kCritical : kNormal)},
        {QStringLiteral("desktop-entry"), QStringLiteral("sharedserver")},
    };
    QDBusMessage call =
        QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
    // One that is still shown about the same is out of date.
    const uint old = message.actionText.isEmpty() ? 0 : m_contexts.key(message.context);
    call << tr("Shared Servers") << old << QStringLiteral("sharedserver") << message.title
         << message.text.toHtmlEscaped() << actions << hints << kDesktopsOwnTime;
    auto *answer = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [=, this] {
        const QDBusPendingReply<uint> reply = *answer;
        answer->deleteLater();
        if (!reply.isValid())
            failed();
        else if (!message.actionText.isEmpty())
            m_contexts.insert(reply.value(), message.context);
    });
}

void DesktopNotifications::handleAction(uint id, const QString &)
{
    const auto context = m_contexts.constFind(id);
    if (context != m_contexts.constEnd())
        emit activated(*context);
}

void DesktopNotifications::handleClosed(uint id, uint)
{
    m_contexts.remove(id);
}

} // namespace sharedserver
