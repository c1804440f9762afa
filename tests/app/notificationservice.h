#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QStringList>
#include <QVariantMap>

namespace sharedserver::test {

/// The desktop's notifications, as far as a test looks: remembers them, unless a later one replaces
/// them, and clicks them.
class NotificationService : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    explicit NotificationService(const QString &busAddress);
    ~NotificationService() override;

    struct Notification
    {
        uint id = 0;
        QString title;
        QString text;
        QStringList actions;
        int urgency = -1;
    };
    QList<Notification> shown() const { return m_shown; }
    /// The first whose title has this; one without an id where there is none.
    Notification find(const QString &title) const;
    /// The user clicks it.
    void choose(uint id, const QString &action);

public slots:
    uint Notify(const QString &program, uint replaces, const QString &icon,
                const QString &title, // NOLINT
                const QString &text, const QStringList &actions, const QVariantMap &hints,
                int timeout);

signals:
    void ActionInvoked(uint id, const QString &action); // NOLINT: the protocol's names
    void NotificationClosed(uint id, uint reason); // NOLINT

private:
    QDBusConnection m_bus;
    QList<Notification> m_shown;
    uint m_lastId = 0;
};

} // namespace sharedserver::test
