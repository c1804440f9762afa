#include "tests/app/panel.h"

#include "tests/support/patience.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusPendingCall>
#include <QDBusReply>
#include <QDBusVariant>
#include <QTest>
#include <QUuid>

namespace sharedserver::test {

namespace {

const QString kWatcherService = QStringLiteral("org.kde.StatusNotifierWatcher");
const QString kMenu = QStringLiteral("com.canonical.dbusmenu");
const QString kMenuPath = QStringLiteral("/MenuBar");

/// As com.canonical.dbusmenu has it: `__` shows as `_`, any other `_` not at all.
QString shownText(const QString &label)
{
    QStringList parts = label.split("__");
    for (QString &part : parts)
        part.remove('_');
    return parts.join('_');
}

MenuEntry readEntry(const QDBusArgument &argument)
{
    MenuEntry entry;
    QVariantMap properties;
    argument.beginStructure();
    argument >> entry.id >> properties;
    entry.label = shownText(properties.value("label").toString());
    entry.isEnabled = properties.value("enabled", true).toBool();
    entry.isVisible = properties.value("visible", true).toBool();
    argument.beginArray();
    while (!argument.atEnd()) {
        QDBusVariant child;
        argument >> child;
        entry.children.append(readEntry(child.variant().value<QDBusArgument>()));
    }
    argument.endArray();
    argument.endStructure();
    return entry;
}

} // namespace

Panel::Panel(const QString &busAddress)
    : m_bus(QDBusConnection::connectToBus(busAddress, QUuid::createUuid().toString()))
{
    m_watcher.moveToThread(&m_thread);
    m_thread.start();
    m_bus.registerObject("/StatusNotifierWatcher", &m_watcher,
                         QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllProperties);
    if (!m_bus.registerService(kWatcherService))
        qFatal("Another panel is there already");
}

Panel::~Panel()
{
    m_bus.unregisterService(kWatcherService);
    QDBusConnection::disconnectFromBus(m_bus.name());
    m_thread.quit();
    m_thread.wait();
}

// The item may be in this very process, so its events have to go on.
QDBusMessage Panel::ask(const QDBusMessage &question) const
{
    // Not with QDBus::BlockWithGui: an answer that comes just before Qt 6.4.2 begins to wait for it
    // is waited for without end.
    const QDBusPendingCall call = m_bus.asyncCall(question);
    if (!QTest::qWaitFor([&call] { return call.isFinished(); }, kPatienceMs))
        return {};
    QCoreApplication::processEvents(); // what a click sets off may still be due here
    return call.reply();
}

QVariant Panel::property(const QString &name) const
{
    if (items().isEmpty())
        return {};
    QDBusMessage question = QDBusMessage::createMethodCall(
        items().last(), "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get");
    question << "org.kde.StatusNotifierItem" << name;
    const QDBusReply<QDBusVariant> answer = ask(question);
    return answer.isValid() ? answer.value().variant() : QVariant();
}

QString Panel::toolTip() const
{
    const QVariant value = property("ToolTip");
    if (!value.isValid())
        return {};
    const auto argument = value.value<QDBusArgument>();
    QString icon;
    QString title;
    argument.beginStructure();
    argument >> icon;
    argument.beginArray(); // its pictures
    while (!argument.atEnd()) {
        int width = 0;
        int height = 0;
        QByteArray data;
        argument.beginStructure();
        argument >> width >> height >> data;
        argument.endStructure();
    }
    argument.endArray();
    argument >> title;
    argument.endStructure();
    return title;
}

QByteArray Panel::picture() const
{
    const QVariant value = property("IconPixmap");
    if (!value.isValid())
        return {};
    const auto argument = value.value<QDBusArgument>();
    QByteArray data;
    argument.beginArray();
    while (!argument.atEnd()) {
        int width = 0;
        int height = 0;
        argument.beginStructure();
        argument >> width >> height >> data;
        argument.endStructure();
    }
    argument.endArray();
    return data;
}

bool Panel::hasPicture() const
{
    const QByteArray data = picture();
    return data.count('\0') < data.size(); // something is not transparent
}

void Panel::activate() const
{
    QDBusMessage call = QDBusMessage::createMethodCall(items().last(), "/StatusNotifierItem",
                                                       "org.kde.StatusNotifierItem", "Activate");
    call << 0 << 0;
    ask(call);
}

QList<MenuEntry> Panel::menu() const
{
    if (items().isEmpty())
        return {};
    QDBusMessage opening =
        QDBusMessage::createMethodCall(items().last(), kMenuPath, kMenu, "AboutToShow");
    opening << 0;
    ask(opening);
    QDBusMessage question =
        QDBusMessage::createMethodCall(items().last(), kMenuPath, kMenu, "GetLayout");
    question << 0 << -1 << QStringList();
    const QDBusMessage answer = ask(question);
    if (answer.arguments().size() != 2)
        return {};
    return readEntry(answer.arguments().at(1).value<QDBusArgument>()).children;
}

MenuEntry Panel::find(const QList<MenuEntry> &menu, const QString &label)
{
    for (const MenuEntry &entry : menu) {
        if (entry.isVisible && entry.label.startsWith(label))
            return entry;
    }
    return {};
}

void Panel::click(const MenuEntry &entry) const
{
    QDBusMessage call = QDBusMessage::createMethodCall(items().last(), kMenuPath, kMenu, "Event");
    call << entry.id << "clicked" << QVariant::fromValue(QDBusVariant(0)) << uint(0);
    ask(call);
}

} // namespace sharedserver::test
