#pragma once

#include <QHash>
#include <QObject>
#include <QString>

#include <functional>

namespace sharedserver {

/// Notifications by the desktop's own service (freedesktop.org's Desktop Notifications
/// specification, 1.2). Its text may be marked up, so everything here is escaped.
class DesktopNotifications : public QObject
{
    Q_OBJECT
public:
    explicit DesktopNotifications(QObject *parent = nullptr);

    struct Message
    {
        QString title;
        QString text;
        bool isUrgent = false;
        QString actionText; ///< a button; empty for none
        QString context; ///< comes back with activated(); a later one with the same replaces it
    };
    /// Shows it; calls `failed` where the desktop has no such service. Never waits.
    void show(const Message &message, const std::function<void()> &failed);

signals:
    /// The user has chosen the button, or clicked the whole.
    void activated(const QString &context);

private slots:
    void handleAction(uint id, const QString &action);
    void handleClosed(uint id, uint reason);

private:
    void listen();

    QHash<uint, QString> m_contexts; ///< of those that are shown
    bool m_isListening = false;
};

} // namespace sharedserver
