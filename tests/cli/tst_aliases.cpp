// The admin commands that also work without `admin`: the same in all they do.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestAliases : public QObject
{
    Q_OBJECT
private slots:
    void commandsWorkWithAndWithoutAdmin_data();
    void commandsWorkWithAndWithoutAdmin();
    void helpIsTheSame_data();
    void helpIsTheSame();
    void lsIsList();
    void lockdirNeedsAdmin();
    void everydayCommandsAreNoAdminCommands_data();
    void everydayCommandsAreNoAdminCommands();
};

namespace {

const QStringList kShortcuts{"start",  "stop",  "restart", "incref",
                             "decref", "debug", "doctor",  "kill"};

} // namespace

void TestAliases::commandsWorkWithAndWithoutAdmin_data()
{
    QTest::addColumn<QStringList>("prefix");

    QTest::newRow("with") << QStringList{"admin"};
    QTest::newRow("without") << QStringList{};
}

void TestAliases::commandsWorkWithAndWithoutAdmin()
{
    QFETCH(QStringList, prefix);
    const TestWorld world;
    const TestClient client;
    const auto runOk = [&](const QStringList &arguments) {
        const auto result = run(prefix + arguments);
        if (result.exitCode != 0)
            qWarning("%s: %s", qPrintable(arguments.first()), qPrintable(result.errors));
        return result.exitCode == 0 ? result.output : QString("failed");
    };
    QVERIFY(runOk({"start", "web", "--grace-period", "1h", "--", TEST_SERVER})
                .contains("Started server web"));
    QCOMPARE(stateOf("web"), "grace");
    QVERIFY(runOk({"incref", "web", "--pid", client.pidText(), "--metadata", "me"})
                .contains("Attached to server web (refcount: 1)"));
    QCOMPARE(info("web")["clients"].toArray().at(0)["metadata"].toString(), "me");
    QVERIFY(runOk({"restart", "web"}).contains("Restarted server web"));
    QCOMPARE(refcountOf("web"), 1);
    QVERIFY(runOk({"decref", "web", "--pid", client.pidText(), "--metadata", "me"})
                .contains("Detached from server web (refcount: 0, entering grace period)"));
    QCOMPARE(stateOf("web"), "grace");
    QVERIFY(runOk({"debug", "web"}).contains("restart"));
    QVERIFY(runOk({"doctor"}).contains("All is well"));
    QVERIFY(runOk({"doctor", "web"}).contains("All is well"));
    QVERIFY(runOk({"stop", "web", "--force", "--timeout", "20s"}).contains("Stopped server web"));
    QCOMPARE(stateOf("web"), "stopped");
    QVERIFY(runOk({"start", "web", "--pid", client.pidText(), "--", TEST_SERVER})
                .contains("Started server web"));
    QCOMPARE(stateOf("web"), "active");
    QVERIFY(runOk({"kill", "web"}).contains("Killed server web"));
    QCOMPARE(stateOf("web"), "stopped");
}

void TestAliases::helpIsTheSame_data()
{
    QTest::addColumn<QString>("command");

    for (const QString &command : kShortcuts)
        QTest::newRow(qPrintable(command)) << command;
}

void TestAliases::helpIsTheSame()
{
    QFETCH(QString, command);
    const TestWorld world;
    const auto with = run({"admin", command, "--help"});
    QCOMPARE(with.exitCode, 0);
    QVERIFY(with.output.contains("Usage: sharedserver admin " + command));
    QVERIFY(with.output.contains("short: sharedserver " + command + "\n"));
    QCOMPARE(run({command, "--help"}).output, with.output);
    QCOMPARE(run({"help", command}).output, with.output);
    QCOMPARE(run({"help", "admin", command}).output, with.output);
}

void TestAliases::lsIsList()
{
    const TestWorld world;
    QCOMPARE(run({"ls"}).output, run({"list"}).output);
    QCOMPARE(run({"help", "ls"}).output, run({"help", "list"}).output);
}

void TestAliases::lockdirNeedsAdmin()
{
    const TestWorld world;
    QCOMPARE(run({"admin", "lockdir"}).output, world.lockDirectoryPath() + "\n");
    QCOMPARE(run({"lockdir"}).exitCode, 2);
}

void TestAliases::everydayCommandsAreNoAdminCommands_data()
{
    QTest::addColumn<QString>("command");

    for (const char *command : {"use", "unuse", "list", "info", "check", "completion", "watch"})
        QTest::newRow(command) << QString(command);
}

void TestAliases::everydayCommandsAreNoAdminCommands()
{
    QFETCH(QString, command);
    const TestWorld world;
    QCOMPARE(run({"admin", command, "web"}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestAliases)
#include "tst_aliases.moc"
