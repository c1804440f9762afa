// A tray that systemd has started as a service moves into a scope of its own, so that the service's
// end is not its servers' end.

#include "app/instance/ownscope.h"
#include "tests/app/desktop.h"

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusContext>
#include <QDBusMessage>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

/// As much of the user's systemd as is asked here.
class Systemd : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.systemd1.Manager")
public:
    QString signature;
    QList<QVariant> arguments;

public slots:
    void StartTransientUnit(const QDBusMessage &message)
    {
        signature = message.signature();
        arguments = message.arguments();
    }
};

class TestOwnScope : public QObject
{
    Q_OBJECT
private slots:
    void knowsAService_data();
    void knowsAService();
    void asksForAScope();
    void withoutABusItDoesNotCrash();
};

void TestOwnScope::knowsAService_data()
{
    QTest::addColumn<QByteArray>("cgroups");
    QTest::addColumn<bool>("isService");
    const QByteArray user = "0::/user.slice/user-1000.slice/user@1000.service";
    QTest::newRow("autostart") << user + "/app.slice/app-sharedserver@autostart.service\n" << true;
    QTest::newRow("a shell in a terminal") << user + "/app.slice/app-term-1.scope\n" << false;
    QTest::newRow("a scope in a service") << user + "/app.slice/x.service/y.scope\n" << false;
    QTest::newRow("a session") << QByteArray("0::/user.slice/user-1000.slice/session-2.scope\n")
                               << false;
    QTest::newRow("the user's manager") << user + '\n' << false;
    QTest::newRow("a container") << QByteArray("0::/\n") << false;
    QTest::newRow("version 1") << QByteArray("1:name=systemd:/a.service\n0::/\n") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void TestOwnScope::knowsAService()
{
    QFETCH(const QByteArray, cgroups);
    QTEST(isInService(cgroups), "isService");
}

void TestOwnScope::asksForAScope()
{
    const Desktop desktop;
    Systemd systemd;
    auto manager = QDBusConnection::connectToBus(desktop.busAddress(), "manager");
    QVERIFY(manager.registerObject("/org/freedesktop/systemd1", &systemd,
                                   QDBusConnection::ExportAllSlots));
    QVERIFY(manager.registerService("org.freedesktop.systemd1"));
    moveToOwnScope(QDBusConnection::connectToBus(desktop.busAddress(), "tray"));
    QTRY_COMPARE(systemd.signature, "ssa(sv)a(sa(sv))");
    const QList<QVariant> arguments = systemd.arguments;
    QVERIFY(arguments.at(0).toString().endsWith(".scope"));
    QCOMPARE(arguments.at(1).toString(), "fail");
    const auto properties = arguments.at(2).value<QDBusArgument>();
    QMap<QString, QVariant> named;
    properties.beginArray();
    while (!properties.atEnd()) {
        QString name;
        QDBusVariant value;
        properties.beginStructure();
        properties >> name >> value;
        properties.endStructure();
        named.insert(name, value.variant());
    }
    properties.endArray();
    QCOMPARE(named.value("Slice").toString(), "app.slice");
    QCOMPARE(qdbus_cast<QList<uint>>(named.value("PIDs")),
             QList<uint>{uint(QCoreApplication::applicationPid())});
}

void TestOwnScope::withoutABusItDoesNotCrash()
{
    moveToOwnScope(QDBusConnection("there is none"));
}

QTEST_GUILESS_MAIN(TestOwnScope)
#include "tst_ownscope.moc"
