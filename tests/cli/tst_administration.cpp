// The admin commands on real servers.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QElapsedTimer>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestAdministration : public QObject
{
    Q_OBJECT
private slots:
    void startHasNoClient();
    void startWithPidAttaches();
    void startOfARunningServerChangesNothing();
    void stopWaitsUntilAllIsTornDown();
    void stopOfWhatDoesNotRunFails();
    void restartKeepsCommandEnvironmentAndClients();
    void restartOfAnUnwillingServerFailsAndKeepsIt();
    void increfAndDecrefCount();
    void increfTakesMetadata();
    void killNeedsNoWatcher();
    void killEndsAnUnwillingServer();
    void debugShowsTheHistory();
    void doctorFindsNothingWrongWithTheHealthy();
    void doctorMendsWhatIsBroken();
    void lockdirIsPrinted();
};

void TestAdministration::startHasNoClient()
{
    const TestWorld world;
    const auto started = run({"admin", "start", "web", "--grace-period", "1h", "--", TEST_SERVER});
    QVERIFY2(started.exitCode == 0, qPrintable(started.errors));
    QCOMPARE(stateOf("web"), "grace");
    QCOMPARE(refcountOf("web"), 0);
    QVERIFY(info("web").value("grace_remaining").toInt() > 3500);
}

void TestAdministration::startWithPidAttaches()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"admin", "start", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode,
             0);
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(refcountOf("web"), 1);
}

void TestAdministration::startOfARunningServerChangesNothing()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const QJsonObject before = info("web");
    const auto started = run({"admin", "start", "web", "--", "/bin/false"});
    QCOMPARE(started.exitCode, 0);
    QCOMPARE(pidOf("web"), before.value("pid").toInteger());
    QCOMPARE(info("web").value("command"), before.value("command"));
}

void TestAdministration::stopWaitsUntilAllIsTornDown()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const ProcessId server = ProcessId::of(pidOf("web"));
    const auto stopped = run({"admin", "stop", "web"});
    QCOMPARE(stopped.exitCode, 0);
    QVERIFY(!isAlive(server));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
}

void TestAdministration::stopOfWhatDoesNotRunFails()
{
    const TestWorld world;
    const auto stopped = run({"admin", "stop", "web"});
    QCOMPARE(stopped.exitCode, 1);
    QVERIFY(stopped.errors.contains("'web' is not running"));
}

void TestAdministration::restartKeepsCommandEnvironmentAndClients()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const QString dump = world.path("dump");
    QCOMPARE(run({"use", "web", "--pid", first.pidText(), "--env", "COLOUR=blue", "--metadata",
                  "the first", "--", TEST_SERVER, "--dump", dump})
                 .exitCode,
             0);
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    const QJsonObject before = info("web");
    qputenv("COLOUR", "the caller of restart has red");
    const auto restarted = run({"admin", "restart", "web"});
    qunsetenv("COLOUR");
    QVERIFY2(restarted.exitCode == 0, qPrintable(restarted.errors));
    const QJsonObject after = info("web");
    QVERIFY(after.value("pid") != before.value("pid"));
    QVERIFY(!isAlive(ProcessId{before.value("pid").toInteger(),
                               quint64(before.value("start_time").toInteger())}));
    QCOMPARE(after.value("command"), before.value("command"));
    QCOMPARE(after.value("clients"), before.value("clients"));
    QCOMPARE(after.value("grace_period"), before.value("grace_period"));
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().split('\0').contains("COLOUR=blue"));
}

void TestAdministration::restartOfAnUnwillingServerFailsAndKeepsIt()
{
    const TestWorld world;
    const TestClient client;
    const QString ready = world.path("ready");
    use("web", client, {TEST_SERVER, "--ignore-term", "--dump", ready});
    QTRY_VERIFY(QFile::exists(ready));
    const qint64 server = pidOf("web");
    const auto restarted = run({"admin", "restart", "web"}); // gives it ten seconds
    QCOMPARE(restarted.exitCode, 1);
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(refcountOf("web"), 1);
}

void TestAdministration::increfAndDecrefCount()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    use("web", first);
    QCOMPARE(run({"admin", "incref", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(run({"admin", "decref", "web", "--pid", first.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(run({"admin", "decref", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
    QCOMPARE(run({"admin", "incref", "nothing", "--pid", first.pidText()}).exitCode, 1);
}

void TestAdministration::increfTakesMetadata()
{
    const TestWorld world;
    const TestClient first;
    use("web", first);
    QCOMPARE(run({"admin", "incref", "web", "--pid", first.pidText(), "--metadata", "{\"a\": 1}"})
                 .exitCode,
             0);
    QCOMPARE(refcountOf("web"), 1);
    const QJsonObject entry = info("web").value("clients").toArray().first().toObject();
    QCOMPARE(entry.value("metadata").toString(), "{\"a\": 1}");
}

void TestAdministration::killNeedsNoWatcher()
{
    const TestWorld world;
    const TestClient client;
    use("web", client, {TEST_SERVER, "--ignore-term", "--stragglers", "2"});
    const ProcessId server = ProcessId::of(pidOf("web"));
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    ::kill(pid_t(watcher.pid), SIGKILL);
    QTRY_VERIFY(!isAlive(watcher));
    const auto killed = run({"admin", "kill", "web"});
    QVERIFY2(killed.exitCode == 0, qPrintable(killed.errors));
    QVERIFY(!isAlive(server));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
    QVERIFY(!world.hasLockFile("control.sock") || watcherOf("web") == 0);
}

void TestAdministration::killEndsAnUnwillingServer()
{
    const TestWorld world;
    const TestClient client;
    use("web", client, {TEST_SERVER, "--ignore-term"});
    const ProcessId server = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
    QVERIFY(!isAlive(server));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QCOMPARE(run({"admin", "kill", "web"}).exitCode, 1);
}

void TestAdministration::debugShowsTheHistory()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    const auto debug = run({"admin", "debug", "web"});
    QCOMPARE(debug.exitCode, 0);
    for (const char *word : {"start", "decref", "ok"})
        QVERIFY2(debug.output.contains(QLatin1String(word)), qPrintable(debug.output));
}

void TestAdministration::doctorFindsNothingWrongWithTheHealthy()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0);
    use("web", client);
    const QByteArray before = world.readLockFile("web.server.json");
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0);
    QCOMPARE(run({"admin", "doctor", "web"}).exitCode, 0);
    QCOMPARE(world.readLockFile("web.server.json"), before);
}

void TestAdministration::doctorMendsWhatIsBroken()
{
    const TestWorld world;
    const TestClient client;
    world.writeLockFile("dead.server.json",
                        R"({"pid": 4194300, "command": ["x"], "grace_period": "5m",
                            "watcher_pid": null, "started_at": "2026-01-01T00:00:00Z"})");
    world.writeLockFile("torn.server.json", R"({"pid": 41943)");
    world.writeLockFile("orphan.clients.json", R"({"refcount": 1, "clients": {}})");
    const auto mended = run({"admin", "doctor"});
    QVERIFY2(mended.exitCode == 0, qPrintable(mended.errors));
    for (const char *name : {"dead", "torn", "orphan"})
        QVERIFY2(mended.output.contains(QLatin1String(name)), qPrintable(mended.output));
    QVERIFY(!world.hasLockFile("dead.server.json"));
    QVERIFY(!world.hasLockFile("torn.server.json"));
    QVERIFY(!world.hasLockFile("orphan.clients.json"));
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 0);
}

void TestAdministration::lockdirIsPrinted()
{
    const TestWorld world;
    const auto printed = run({"admin", "lockdir"});
    QCOMPARE(printed.exitCode, 0);
    QCOMPARE(printed.output.trimmed(), world.lockDirectoryPath());
}

QTEST_GUILESS_MAIN(TestAdministration)
#include "tst_administration.moc"
