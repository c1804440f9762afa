#include "app/instance/ownscope.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusVariant>
#include <QFile>

namespace sharedserver {

namespace {

/// `(sv)`: a unit's property.
struct UnitProperty
{
    QString name;
    QDBusVariant value;
};

QDBusArgument &operator<<(QDBusArgument &argument, const UnitProperty &property)
{
    argument.beginStructure();
    argument << property.name << property.value;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, UnitProperty &property)
{
    argument.beginStructure();
    argument >> property.name >> property.value;
    argument.endStructure();
    return argument;
}

/// `(sa(sv))`: another unit, of which we need none.
struct AuxiliaryUnit
{
    QString name;
    QList<UnitProperty> properties;
};

QDBusArgument &operator<<(QDBusArgument &argument, const AuxiliaryUnit &unit)
{
    argument.beginStructure();
    argument << unit.name << unit.properties;
    argument.endStructure();
    return argument;
}

const QDBusArgument &operator>>(const QDBusArgument &argument, AuxiliaryUnit &unit)
{
    argument.beginStructure();
    argument >> unit.name >> unit.properties;
    argument.endStructure();
    return argument;
}

} // namespace

bool isInService(const QByteArray &cgroups)
{
    const QList<QByteArray> lines = cgroups.split('\n');
    for (const QByteArray &line : lines) {
        // `0::` is the line of the one hierarchy of cgroup v2 (cgroups(7)). The user's own manager
        // is a service, too, but of the system's, and is not what ends us.
        const QByteArray unit = line.mid(line.lastIndexOf('/') + 1);
        if (line.startsWith("0::") && unit.endsWith(".service") && !unit.startsWith("user@"))
            return true;
    }
    return false;
}

void moveToOwnScope(QDBusConnection bus)
{
    if (!bus.isConnected())
        return;
    qDBusRegisterMetaType<UnitProperty>();
    qDBusRegisterMetaType<QList<UnitProperty>>();
    qDBusRegisterMetaType<AuxiliaryUnit>();
    qDBusRegisterMetaType<QList<AuxiliaryUnit>>();
    const auto pid = uint(QCoreApplication::applicationPid());
    const QList<UnitProperty> properties{
        {QStringLiteral("PIDs"), QDBusVariant(QVariant::fromValue(QList<uint>{pid}))},
        {QStringLiteral("Slice"), QDBusVariant(QStringLiteral("app.slice"))},
        {QStringLiteral("CollectMode"), QDBusVariant(QStringLiteral("inactive-or-failed"))},
    };
    QDBusMessage request = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.systemd1"), QStringLiteral("/org/freedesktop/systemd1"),
        QStringLiteral("org.freedesktop.systemd1.Manager"), QStringLiteral("StartTransientUnit"));
    request << QStringLiteral("app-sharedserver-%1.scope").arg(pid) << QStringLiteral("fail")
            << QVariant::fromValue(properties) << QVariant::fromValue(QList<AuxiliaryUnit>());
    request.setAutoStartService(false);
    bus.send(request);
}

void leaveService()
{
    QFile cgroups(QStringLiteral("/proc/self/cgroup"));
    if (cgroups.open(QIODevice::ReadOnly) && isInService(cgroups.readAll()))
        moveToOwnScope(QDBusConnection::sessionBus());
}

} // namespace sharedserver
