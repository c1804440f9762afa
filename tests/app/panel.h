#pragma once

#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusObjectPath>
#include <QMap>
#include <QObject>
#include <QStringList>
#include <QVariantMap>

namespace sharedserver::test {

/// One entry of a menu as com.canonical.dbusmenu tells it.
struct MenuEntry
{
    int id = -1;
    QString label; ///< without its underlines
    bool isEnabled = true;
    bool isVisible = true;
    QList<MenuEntry> children = {};
};

/// A panel that shows StatusNotifierItems, as far as a test looks: org.kde.StatusNotifierWatcher,
/// and the host's side of an item and of its menu.
class Panel : public QObject, protected QDBusContext
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.kde.StatusNotifierWatcher")
    Q_PROPERTY(bool IsStatusNotifierHostRegistered READ isHostRegistered)
    Q_PROPERTY(int ProtocolVersion READ protocolVersion)
    Q_PROPERTY(QStringList RegisteredStatusNotifierItems READ items)
public:
    /// Appears on the bus at once.
    explicit Panel(const QString &busAddress);
    ~Panel() override;

    bool isHostRegistered() const { return true; }
    int protocolVersion() const { return 0; }
    QStringList items() const { return m_items; }

    /// Of the first item.
    QString toolTip() const;
    bool hasPicture() const;
    /// Its picture in one size, as bytes; another picture has others.
    QByteArray picture() const;
    void activate() const;

    QList<MenuEntry> menu() const;
    /// The entry whose label begins so; one without an id where there is none.
    static MenuEntry find(const QList<MenuEntry> &menu, const QString &label);
    /// As a panel tells that the user has chosen an entry.
    void click(const MenuEntry &entry) const;

public slots:
    void RegisterStatusNotifierItem(const QString &service); // NOLINT: the protocol's name

private:
    QVariant property(const QString &name) const;

    QDBusConnection m_bus;
    QStringList m_items;
};

} // namespace sharedserver::test
