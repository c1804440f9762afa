#pragma once

#include "tests/app/statusnotifierwatcher.h"

#include <QDBusConnection>
#include <QThread>

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

/// A panel that shows StatusNotifierItems, as far as a test looks: their watcher, and the host's
/// side of an item and of its menu.
class Panel
{
public:
    /// Appears on the bus at once.
    explicit Panel(const QString &busAddress);
    ~Panel();

    QStringList items() const { return m_watcher.items(); }

    /// Of the item that has come last, as all that follows.
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

private:
    QDBusMessage ask(const QDBusMessage &question) const;
    QVariant property(const QString &name) const;

    QDBusConnection m_bus;
    QThread m_thread; ///< the watcher's
    StatusNotifierWatcher m_watcher;
};

} // namespace sharedserver::test
