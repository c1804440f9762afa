// Stop, kill and a server's own end: over when nothing of its group lives, and who asked is told
// exactly once.

#include "core/base/bytes.h"
#include "core/process/processgroup.h"
#include "tests/core/runningserver.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestStopping : public QObject
{
    Q_OBJECT
private slots:
    void stopEndsServerAndFiles();
    void anUnwillingServerStaysAndIsStillCounted();
    void anUnwillingServerInGraceGetsItsGraceBack();
    void forceKillsWhenTheTimeIsOver();
    void forceGivesAWillingServerItsTime();
    void everyoneHasHisOwnPatience();
    void thePatientAreToldWhenTheForcefulKills();
    void killDoesNotAsk();
    void killOvertakesAStop();
    void stragglersGetFiveSeconds();
    void aStopThatOnlyStragglersDelayIsNotUnwilling();
    void aCrashLeavesNoStragglers();
    void killTakesStragglersAlong();
    void useDuringAStopStartsAnewAfterIt();
    void useDuringAStopThatFailsAttaches();
    void detachDuringAStopThatFailsCounts();
    void clientsWhoDieDuringAStopThatFailsAreNotCounted();
    void stoppingTwiceTellsBoth();
    void stopAllEndsEvenTheDeaf();
    void unknownServersAreToldAsSuch();
};

namespace {

const QStringList kDeaf{"--ignore-term"};
const QStringList kWithStragglers{"--stragglers", "2"};

} // namespace

void TestStopping::stopEndsServerAndFiles()
{
    RunningServer scene;
    QVERIFY(scene.isUp);
    const Answer stop = scene.bench.stop("web");
    QCOMPARE(stop.count(), 0); // not before it is over
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
    scene.bench.clock.advance(1h);
    QCOMPARE(stop.count(), 1);
    QCOMPARE(scene.bench.events, QStringList({"started web", "stopped web (stopped)"}));
}

void TestStopping::anUnwillingServerStaysAndIsStillCounted()
{
    RunningServer scene({"--ignore-term", "--say", "not before my work is done"});
    QTRY_VERIFY(QFile(displayText(scene.bench.info("web").record->logFile)).size() > 0);
    const Answer stop = scene.bench.stop("web", {.timeout = 10s});
    scene.bench.clock.advance(10s - 1ms);
    QCOMPARE(stop.count(), 0);
    scene.bench.clock.advance(1ms);
    QCOMPARE(stop.word(), "error: timeout");
    QCOMPARE(stop.message(), "Server 'web' did not stop within 10s. Use --force to kill it.");
    QCOMPARE(stop.logTail(), QStringList{"not before my work is done"});
    QVERIFY(isAlive(scene.server));
    QCOMPARE(scene.bench.state("web"), "active");
    QCOMPARE(scene.bench.refcount("web"), 1);
    const TestClient other;
    QCOMPARE(scene.bench.use("web", other).word(), "attached");
    // Its whole life goes on: the last one who leaves begins the grace period.
    QCOMPARE(scene.bench.unuse("web", other).word(), "detached");
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    QCOMPARE(scene.bench.state("web"), "grace");
    scene.bench.clock.advance(5min + 5s);
    QTRY_VERIFY(scene.isGone());
    QCOMPARE(stop.count(), 1);
}

void TestStopping::anUnwillingServerInGraceGetsItsGraceBack()
{
    RunningServer scene(kDeaf);
    scene.bench.unuse("web", scene.client);
    const Answer stop = scene.bench.stop("web", {.timeout = 1s});
    scene.bench.clock.advance(1s);
    QCOMPARE(stop.word(), "error: timeout");
    QCOMPARE(scene.bench.state("web"), "grace");
    QCOMPARE(scene.bench.info("web").graceRemaining(scene.bench.clock.now()), 299);
    scene.bench.clock.advance(299s + 5s);
    QTRY_VERIFY(scene.isGone());
}

void TestStopping::forceKillsWhenTheTimeIsOver()
{
    RunningServer scene(kDeaf);
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 3s});
    scene.bench.clock.advance(3s - 1ms);
    QVERIFY(isAlive(scene.server));
    scene.bench.clock.advance(1ms);
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::forceGivesAWillingServerItsTime()
{
    RunningServer scene({"--exit-on-term", "6"});
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 1h});
    QTRY_COMPARE(stop.word(), "stopped");
    QCOMPARE(scene.bench.events.last(), "stopped web (stopped)");
    const ServerInfo last = scene.bench.supervisor->info("web", {.withHistory = true});
    QVERIFY(last.lastExit);
    QCOMPARE(last.lastExit->exitCode, 6);
}

void TestStopping::everyoneHasHisOwnPatience()
{
    RunningServer scene(kDeaf);
    const Answer hasty = scene.bench.stop("web", {.timeout = 2s});
    scene.bench.clock.advance(1s);
    const Answer patient = scene.bench.stop("web", {.timeout = 10s});
    scene.bench.clock.advance(1s);
    QCOMPARE(hasty.word(), "error: timeout");
    QCOMPARE(patient.count(), 0);
    scene.bench.clock.advance(9s);
    QCOMPARE(patient.word(), "error: timeout");
    QCOMPARE(scene.bench.state("web"), "active");
    QCOMPARE(hasty.count(), 1);
}

void TestStopping::thePatientAreToldWhenTheForcefulKills()
{
    RunningServer scene(kDeaf);
    const Answer patient = scene.bench.stop("web", {.timeout = 10s});
    const Answer forceful = scene.bench.stop("web", {.force = true, .timeout = 9s});
    scene.bench.clock.advance(9s);
    scene.bench.clock.advance(5s); // SIGKILL is on its way: no longer a matter of patience
    QTRY_COMPARE(forceful.word(), "stopped");
    QCOMPARE(patient.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::killDoesNotAsk()
{
    RunningServer scene(kDeaf);
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped");
    QVERIFY(scene.isGone());
    QCOMPARE(scene.bench.events.last(), "stopped web (killed)");
}

void TestStopping::killOvertakesAStop()
{
    RunningServer scene(kDeaf);
    const Answer stop = scene.bench.stop("web");
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped");
    QCOMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::stragglersGetFiveSeconds()
{
    RunningServer scene(kWithStragglers);
    QCOMPARE(scene.group().size(), 3);
    const Answer stop = scene.bench.stop("web", {.timeout = 1h});
    QTRY_COMPARE(scene.group().size(), 2);
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(5s));
    scene.bench.clock.advance(5s - 1ms);
    QCOMPARE(scene.group().size(), 2);
    QCOMPARE(stop.count(), 0);
    scene.bench.clock.advance(1ms);
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::aStopThatOnlyStragglersDelayIsNotUnwilling()
{
    RunningServer scene(kWithStragglers);
    const Answer stop = scene.bench.stop("web", {.timeout = 6s});
    QTRY_COMPARE(scene.group().size(), 2);
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(5s));
    scene.bench.clock.advance(5s);
    scene.bench.clock.advance(5s);
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::aCrashLeavesNoStragglers()
{
    RunningServer scene(kWithStragglers);
    scene.bench.takeEvents();
    QCOMPARE(::kill(pid_t(scene.server.pid), SIGKILL), 0);
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(5s));
    QCOMPARE(scene.bench.events, QStringList()); // not told before it is over
    QVERIFY(scene.bench.world.hasLockFile("web.server.json"));
    scene.bench.clock.advance(5s);
    QTRY_COMPARE(scene.bench.events, QStringList({"stopped web (crashed)"}));
    QVERIFY(scene.isGone());
}

void TestStopping::killTakesStragglersAlong()
{
    RunningServer scene(kWithStragglers);
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped"); // and no time has passed
    QVERIFY(scene.isGone());
}

void TestStopping::useDuringAStopStartsAnewAfterIt()
{
    RunningServer scene(kDeaf);
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 1s});
    const Answer use = scene.bench.use("web", scene.client, scene.bench.testServer());
    const Answer bare = scene.bench.use("web", scene.client);
    QCOMPARE(use.count(), 0);
    scene.bench.clock.advance(1s);
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.bench.settle(use));
    QCOMPARE(use.word(), "started");
    QCOMPARE(bare.word(), "attached");
    QVERIFY(scene.bench.process("web") != scene.server);
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestStopping::useDuringAStopThatFailsAttaches()
{
    RunningServer scene(kDeaf);
    const TestClient other;
    scene.bench.stop("web", {.timeout = 1s});
    const Answer use = scene.bench.use("web", other, scene.bench.testServer());
    QCOMPARE(use.count(), 0);
    scene.bench.clock.advance(1s);
    QCOMPARE(use.word(), "attached");
    QCOMPARE(scene.bench.process("web"), scene.server);
    QCOMPARE(scene.bench.refcount("web"), 2);
}

void TestStopping::detachDuringAStopThatFailsCounts()
{
    RunningServer scene(kDeaf);
    scene.bench.stop("web", {.timeout = 1s});
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    scene.bench.clock.advance(1s);
    QCOMPARE(scene.bench.state("web"), "grace");
    QCOMPARE(scene.bench.info("web").graceRemaining(scene.bench.clock.now()), 300);
}

void TestStopping::clientsWhoDieDuringAStopThatFailsAreNotCounted()
{
    RunningServer scene(kDeaf);
    scene.bench.stop("web", {.timeout = 1s});
    scene.client.kill();
    QTRY_COMPARE(scene.bench.refcount("web"), 0);
    scene.bench.clock.advance(1s);
    QCOMPARE(scene.bench.state("web"), "grace");
    scene.bench.clock.advance(5min + 5s);
    QTRY_VERIFY(scene.isGone());
}

void TestStopping::stoppingTwiceTellsBoth()
{
    RunningServer scene;
    const Answer one = scene.bench.stop("web");
    const Answer two = scene.bench.stop("web");
    QTRY_COMPARE(one.word(), "stopped");
    QCOMPARE(two.word(), "stopped");
    QCOMPARE(scene.bench.stop("web").word(), "error: not_running");
}

void TestStopping::stopAllEndsEvenTheDeaf()
{
    RunningServer scene(kDeaf);
    QVERIFY(scene.bench.started("other", scene.client));
    int calls = 0;
    scene.bench.supervisor->stopAll([&calls] { ++calls; });
    QTRY_COMPARE(scene.bench.state("other"), "stopped");
    QCOMPARE(calls, 0);
    scene.bench.clock.advance(5s);
    QTRY_COMPARE(calls, 1);
    QVERIFY(scene.isGone());
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestStopping::unknownServersAreToldAsSuch()
{
    SupervisorBench bench;
    const TestClient client;
    QCOMPARE(bench.stop("web").word(), "error: not_running");
    QCOMPARE(bench.kill("web").word(), "error: not_running");
    QCOMPARE(bench.restart("web").word(), "error: not_running");
    QCOMPARE(bench.unuse("web", client).word(), "error: not_running");
    QCOMPARE(bench.use("web", client).word(), "error: not_running");
    QVERIFY(bench.supervisor->isEmpty());
}

QTEST_GUILESS_MAIN(TestStopping)
#include "tst_stopping.moc"
