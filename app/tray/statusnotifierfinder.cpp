#include "app/tray/statusnotifierfinder.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace sharedserver {

namespace {
const QString kService = QStringLiteral("org.kde.StatusNotifierWatcher");
const QString kPath = QStringLiteral("/StatusNotifierWatcher");
} // namespace

StatusNotifierFinder::StatusNotifierFinder(QObject *parent)
    : QObject(parent)
{
    m_watcher.setWatchMode(QDBusServiceWatcher::WatchForRegistration);
    connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &StatusNotifierFinder::ask);
}

void StatusNotifierFinder::begin()
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        emit notThere();
        return;
    }
    m_watcher.setConnection(bus);
    m_watcher.addWatchedService(kService);
    // A watcher may be there before the panel is.
    bus.connect(kService, kPath, kService, QStringLiteral("StatusNotifierHostRegistered"), this,
                SLOT(ask()));
    ask();
}

void StatusNotifierFinder::ask()
{
    QDBusMessage question = QDBusMessage::createMethodCall(
        kService, kPath, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    question << kService << QStringLiteral("IsStatusNotifierHostRegistered");
    question.setAutoStartService(false);
    auto *answer =
        new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(question), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        const QDBusPendingReply<QDBusVariant> reply = *answer;
        answer->deleteLater();
        if (reply.isValid() && reply.value().variant().toBool())
            emit found();
        else
            emit notThere();
    });
}

} // namespace sharedserver
