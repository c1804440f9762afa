// A watcher killed with SIGKILL loses nothing: the next command adopts what it left.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestWatcherCrash : public QObject
{
    Q_OBJECT
private slots:
    void nextCommandAdopts();
    void referencesOfTheLivingSurvive();
    void theRemainingGraceTimeSurvives();
    void graceThatEndedMeanwhileStopsTheServer();
    void aServerThatDiedMeanwhileIsClearedAway();
    void theStateIsReadableWithoutAWatcher();
    void adoptedServersAreStoppedAndRestarted();
    void theEndOfAnAdoptedServerIsNoticed();
    void killingItAgainAndAgainNeverMakesASecondServer();
};

namespace {

void killWatcher(const QString &name)
{
    const auto watcher = ProcessId::of(watcherOf(name));
    QVERIFY(watcher.isValid());
    QCOMPARE(::kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
}

} // namespace

void TestWatcherCrash::nextCommandAdopts()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    const qint64 server = pidOf("web");
    const qint64 watcher = watcherOf("web");
    killWatcher("web");

    const auto attached = run(useWeb(second));
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.output.contains("Attached to server web"), qPrintable(attached.output));
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(refcountOf("web"), 2);
    QVERIFY(watcherOf("web") != watcher);
    QVERIFY(isAlive(ProcessId::of(watcherOf("web"))));
}

void TestWatcherCrash::referencesOfTheLivingSurvive()
{
    const TestWorld world;
    TestClient first;
    const TestClient second;
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    QCOMPARE(run(useWeb(second)).exitCode, 0);
    killWatcher("web");
    first.kill(); // while nobody looks
    QCOMPARE(run({"unuse", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
}

void TestWatcherCrash::theRemainingGraceTimeSurvives()
{
    const TestWorld world;
    const TestClient client;
    const TestClient other;
    QCOMPARE(run(useWeb(client, {"--grace-period", "1h"})).exitCode, 0);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    const QByteArray before = world.readLockFile("web.server.json");
    const QRegularExpression until("\"grace_until\": *\"([^\"]+)\"");
    const QString end = until.match(before).captured(1);
    QVERIFY2(!end.isEmpty(), before.constData());
    killWatcher("web");

    // A command for another server makes a watcher too.
    QCOMPARE(run({"use", "other", "--pid", other.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QTRY_COMPARE(watcherOf("web"), watcherOf("other"));
    QCOMPARE(until.match(world.readLockFile("web.server.json")).captured(1), end);
    QCOMPARE(stateOf("web"), "grace");
}

void TestWatcherCrash::graceThatEndedMeanwhileStopsTheServer()
{
    const TestWorld world;
    const TestClient client;
    const TestClient other;
    QCOMPARE(run(useWeb(client, {"--grace-period", "1h"})).exitCode, 0);
    const ProcessId server = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    killWatcher("web");
    // As it looks an hour later.
    QJsonObject record = QJsonDocument::fromJson(world.readLockFile("web.server.json")).object();
    QVERIFY(record.contains("grace_until"));
    record["grace_until"] = record["started_at"];
    world.writeLockFile("web.server.json", QJsonDocument(record).toJson());
    QCOMPARE(info("web").value("grace_remaining").toInt(-1), 0);
    QVERIFY(isAlive(server));
    QCOMPARE(run({"use", "other", "--pid", other.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QTRY_COMPARE(stateOf("web"), "stopped");
    QVERIFY(!isAlive(server));
}

void TestWatcherCrash::aServerThatDiedMeanwhileIsClearedAway()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const ProcessId server = ProcessId::of(pidOf("web"));
    killWatcher("web");
    ::kill(pid_t(server.pid), SIGKILL);
    QTRY_VERIFY(!isAlive(server));
    const int state = run({"check", "web"}).exitCode;
    QVERIFY2(state == 2 || state == 3, "dead, and cleared away or not yet");
    const auto started = run(useWeb(client));
    QVERIFY2(started.output.contains("Started server web"), qPrintable(started.output));
    QCOMPARE(refcountOf("web"), 1);
}

void TestWatcherCrash::theStateIsReadableWithoutAWatcher()
{
    const TestWorld world;
    TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    killWatcher("web");
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 1);
    client.kill();
    QCOMPARE(run({"check", "web"}).exitCode, 1);
}

void TestWatcherCrash::adoptedServersAreStoppedAndRestarted()
{
    const TestWorld world;
    const TestClient client;
    const QString dump = world.path("dump");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--env", "COLOUR=blue", "--",
                  TEST_SERVER, "--dump", dump})
                 .exitCode,
             0);
    const qint64 first = pidOf("web");
    killWatcher("web");
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    const auto restarted = run({"admin", "restart", "web"});
    QVERIFY2(restarted.exitCode == 0, qPrintable(restarted.errors));
    QVERIFY(pidOf("web") != first);
    QCOMPARE(refcountOf("web"), 1);
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("COLOUR=blue")); // the environment outlived the watcher

    killWatcher("web");
    const ProcessId second = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QVERIFY(!isAlive(second));
    QVERIFY(!world.hasLockFile("web.server.json"));
}

void TestWatcherCrash::theEndOfAnAdoptedServerIsNoticed()
{
    const TestWorld world;
    const TestClient client;
    const TestClient other;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    killWatcher("web");
    QCOMPARE(run({"use", "web", "--pid", other.pidText()}).exitCode, 0);
    ::kill(pid_t(pidOf("web")), SIGKILL);
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
    QTRY_VERIFY(!world.hasLockFile("web.clients.json")); // which goes last
}

void TestWatcherCrash::killingItAgainAndAgainNeverMakesASecondServer()
{
    const TestWorld world;
    const TestClient client;
    const QString starts = world.path("starts");
    const QString command = "echo started >>'" + starts + "'; exec '" TEST_SERVER "'";
    for (int round = 0; round < 20; ++round) {
        const auto used = run({"use", "web", "--pid", client.pidText(), "--", command});
        QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
        QCOMPARE(refcountOf("web"), 1);
        killWatcher("web");
    }
    QFile file(starts);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "started\n");
}

QTEST_GUILESS_MAIN(TestWatcherCrash)
#include "tst_watchercrash.moc"
