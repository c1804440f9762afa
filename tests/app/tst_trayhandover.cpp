// The tray is the watcher while it runs. It takes over from a headless one, and hands over to one
// when it ends.

#include "core/lockfile/filelock.h"
#include "tests/app/trayprocess.h"
#include "tests/support/commandline.h"
#include "tests/support/commuter.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QTest>

#include <chrono>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTrayHandOver : public QObject
{
    Q_OBJECT
private slots:
    void takesOverFromAHeadlessWatcher();
    void handsOverWhenItEnds();
    void leavesNobodyWhereNothingRuns();
    void stopsServersWhereTheSettingsSaySo();
    void endsAlsoWhereNobodyTakesOver();
    void oneThatIsStartedMeanwhileTakesItsPlace();
    void aHundredHandOversUnderUseLoseNothing();
};

namespace {

// With sanitizers all takes ten times as long.
#ifdef __SANITIZE_ADDRESS__
constexpr int kRounds = 10;
#else
constexpr int kRounds = 50;
#endif

void stopServersOnQuit(const TestWorld &world)
{
    QVERIFY(QDir().mkpath(world.path("config/sharedserver")));
    QFile settings(world.path("config/sharedserver/sharedserver-tray.conf"));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write("[quit]\nservers=stop\n");
}

} // namespace

void TestTrayHandOver::takesOverFromAHeadlessWatcher()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const qint64 server = pidOf("web");
    const ProcessId headless = ProcessId::of(watcherOf("web"));
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    QCOMPARE(watcherKind(), "tray");
    QTRY_VERIFY(!isAlive(headless));
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(watcherOf("web"), tray.pid());
    QCOMPARE(refcountOf("web"), 1);
    QVERIFY(tray.quit());
}

void TestTrayHandOver::handsOverWhenItEnds()
{
    const TestWorld world;
    const TestClient client;
    const QString dump = world.path("dump");
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--env", "COLOUR=blue", "--",
                  TEST_SERVER, "--dump", dump})
                 .exitCode,
             0);
    const qint64 server = pidOf("web");
    QCOMPARE(watcherOf("web"), tray.pid());
    QVERIFY(tray.quit());
    QCOMPARE(tray.exitCode(), 0);
    QTRY_COMPARE(watcherKind(), "headless");
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(refcountOf("web"), 1);
    // The environment is in no file: the tray has told it.
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("COLOUR=blue"));
}

void TestTrayHandOver::leavesNobodyWhereNothingRuns()
{
    const TestWorld world;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    QVERIFY(tray.quit());
    QCOMPARE(tray.exitCode(), 0);
    QVERIFY(!world.hasLockFile("control.sock"));
    QVERIFY(!world.hasLockFile("tray.sock"));
    QCOMPARE(world.processCount("watch"), 0);
}

void TestTrayHandOver::stopsServersWhereTheSettingsSaySo()
{
    const TestWorld world;
    stopServersOnQuit(world);
    const TestClient client;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    use("web", client);
    const ProcessId server = ProcessId::of(pidOf("web"));
    QVERIFY(tray.quit());
    QVERIFY(!isAlive(server));
    QCOMPARE(world.processCount("watch"), 0);
    QVERIFY(!world.hasLockFile("web.server.json"));
}

void TestTrayHandOver::endsAlsoWhereNobodyTakesOver()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const qint64 web = pidOf("web");
    TrayProcess tray;
    QVERIFY2(tray.waitUntilReady(), qPrintable(tray.errors()));
    {
        const LockDirectory directory = world.lockDirectory();
        const auto gate = FileLock::acquire(directory.descriptor(), FileLock::Mode::Exclusive,
                                            std::chrono::seconds(30));
        QVERIFY(gate);
        tray.beginToQuit();
        // Which waits at the gate.
        QTRY_COMPARE(world.processCount("--take-over"), 1);
        QVERIFY(tray.waitForEnd());
        QCOMPARE(tray.exitCode(), 0);
    }
    QTRY_COMPARE(watcherKind(), "headless");
    QCOMPARE(pidOf("web"), web);
}

void TestTrayHandOver::oneThatIsStartedMeanwhileTakesItsPlace()
{
    const TestWorld world;
    stopServersOnQuit(world);
    const TestClient client;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    // It tells that it is to end, and does not, for as long as it is not killed.
    const QString told = world.path("told");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", "/bin/sh", "-c",
                  "trap ': > \"$0\"' TERM; while :; do sleep 1; done", told})
                 .exitCode,
             0);
    tray.beginToQuit();
    QTRY_VERIFY(QFile::exists(told));
    TrayProcess next({"--show"});
    QVERIFY(tray.waitForEnd());
    QCOMPARE(tray.exitCode(), 0);
    QVERIFY2(next.waitUntilReady(), qPrintable(next.errors()));
    QVERIFY(next.isRunning());
    QVERIFY(next.quit());
}

void TestTrayHandOver::aHundredHandOversUnderUseLoseNothing()
{
    const TestWorld world;
    const TestClient anchor;
    use("busy", anchor);
    use("calm", anchor);
    const qint64 busy = pidOf("busy");
    const qint64 calm = pidOf("calm");
    Commuters commuters(4, {"calm", "busy"});
    for (int round = 0; round < kRounds; ++round) {
        TrayProcess tray;
        QVERIFY2(tray.waitUntilReady(), qPrintable(tray.errors()));
        QVERIFY(tray.quit());
        QCOMPARE(tray.exitCode(), 0);
    }
    QCOMPARE(commuters.stop(), QStringList());
    QCOMPARE(pidOf("busy"), busy);
    QCOMPARE(pidOf("calm"), calm);
    QCOMPARE(refcountOf("busy"), 1);
    QCOMPARE(refcountOf("calm"), 1);
    QTRY_COMPARE(watcherKind(), "headless");
    qInfo("%d uses and unuses during %d hand-overs", commuters.journeys(), 2 * kRounds);
}

QTEST_GUILESS_MAIN(TestTrayHandOver)
#include "tst_trayhandover.moc"
