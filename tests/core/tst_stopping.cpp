// Stop, kill and a server's own end: over when nothing of its group lives, and who asked is told
// exactly once.

#include "core/base/bytes.h"
#include "core/process/processgroup.h"
#include "tests/core/supervisorbench.h"

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
    void aReplacedServerGoes();
    void aReplacedServerThatIsBeingStoppedGoesToo();
    void aReplacedServerGoesAlsoWhenAStopGivesUp();
    void anUnwillingOneThatLostItsOwnWatcherIsAdopted();
};

namespace {

/// A server `web` with one client.
struct Running
{
    explicit Running(const QStringList &options = {})
        : isUp(bench.started("web", client, options))
        , server(bench.process("web"))
    {
    }
    QList<ProcessId> group() const { return liveGroupMembers(server); }
    bool isGone() const
    {
        return bench.state("web") == "stopped" && !isAlive(server) && group().isEmpty()
            && !bench.world.hasLockFile("web.server.json")
            && !bench.world.hasLockFile("web.clients.json");
    }

    SupervisorBench bench;
    TestClient client;
    bool isUp;
    ProcessId server;
};

/// What another tool does that starts a server under the same name: its record wins. The server is
/// one of another world.
void replace(const Running &scene, const Running &other)
{
    ServerRecord record = *other.bench.info("web").record;
    record.manager.clear();
    LockfileStore(scene.bench.supervisor->store().directory()).writeServer("web", record);
}

const QStringList kDeaf{"--ignore-term"};
const QStringList kWithStragglers{"--stragglers", "2"};

} // namespace

void TestStopping::stopEndsServerAndFiles()
{
    Running scene;
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
    Running scene({"--ignore-term", "--say", "not before my work is done"});
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
    Running scene(kDeaf);
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
    Running scene(kDeaf);
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 3s});
    scene.bench.clock.advance(3s - 1ms);
    QVERIFY(isAlive(scene.server));
    scene.bench.clock.advance(1ms);
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::forceGivesAWillingServerItsTime()
{
    Running scene({"--exit-on-term", "6"});
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 1h});
    QTRY_COMPARE(stop.word(), "stopped");
    QCOMPARE(scene.bench.events.last(), "stopped web (stopped)");
    const ServerInfo last = scene.bench.supervisor->info("web", {.withHistory = true});
    QVERIFY(last.lastExit);
    QCOMPARE(last.lastExit->exitCode, 6);
}

void TestStopping::everyoneHasHisOwnPatience()
{
    Running scene(kDeaf);
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
    Running scene(kDeaf);
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
    Running scene(kDeaf);
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped");
    QVERIFY(scene.isGone());
    QCOMPARE(scene.bench.events.last(), "stopped web (killed)");
}

void TestStopping::killOvertakesAStop()
{
    Running scene(kDeaf);
    const Answer stop = scene.bench.stop("web");
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped");
    QCOMPARE(stop.word(), "stopped");
    QVERIFY(scene.isGone());
}

void TestStopping::stragglersGetFiveSeconds()
{
    Running scene(kWithStragglers);
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
    Running scene(kWithStragglers);
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
    Running scene(kWithStragglers);
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
    Running scene(kWithStragglers);
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped"); // and no time has passed
    QVERIFY(scene.isGone());
}

void TestStopping::useDuringAStopStartsAnewAfterIt()
{
    Running scene(kDeaf);
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
    Running scene(kDeaf);
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
    Running scene(kDeaf);
    scene.bench.stop("web", {.timeout = 1s});
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    scene.bench.clock.advance(1s);
    QCOMPARE(scene.bench.state("web"), "grace");
    QCOMPARE(scene.bench.info("web").graceRemaining(scene.bench.clock.now()), 300);
}

void TestStopping::clientsWhoDieDuringAStopThatFailsAreNotCounted()
{
    Running scene(kDeaf);
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
    Running scene;
    const Answer one = scene.bench.stop("web");
    const Answer two = scene.bench.stop("web");
    QTRY_COMPARE(one.word(), "stopped");
    QCOMPARE(two.word(), "stopped");
    QCOMPARE(scene.bench.stop("web").word(), "error: not_running");
}

void TestStopping::stopAllEndsEvenTheDeaf()
{
    Running scene(kDeaf);
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

void TestStopping::aReplacedServerGoes()
{
    Running scene;
    Running other;
    scene.bench.takeEvents();
    replace(scene, other);
    QTRY_VERIFY(!isAlive(scene.server));
    QTRY_VERIFY(scene.bench.events.contains("stopped web (replaced)"));
    QVERIFY(isAlive(other.server));
    const auto file = scene.bench.supervisor->store().readServer("web");
    QVERIFY(file && *file);
    QCOMPARE((*file)->server, other.server);
}

void TestStopping::aReplacedServerThatIsBeingStoppedGoesToo()
{
    Running scene(kWithStragglers);
    Running other;
    const Answer stop = scene.bench.stop("web", {.timeout = 1h});
    QTRY_COMPARE(scene.group().size(), 2);
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(5s));
    replace(scene, other);
    scene.bench.supervisor->doctor("web"); // looks at the files at once
    scene.bench.clock.advance(5s);
    QTRY_VERIFY(scene.group().isEmpty());
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(isAlive(other.server));
    QVERIFY(scene.bench.world.hasLockFile("web.server.json"));
}

void TestStopping::aReplacedServerGoesAlsoWhenAStopGivesUp()
{
    Running scene(kDeaf);
    Running other;
    const Answer stop = scene.bench.stop("web", {.timeout = 1s});
    replace(scene, other);
    scene.bench.supervisor->doctor("web");
    scene.bench.clock.advance(5s);
    QTRY_VERIFY(!isAlive(scene.server));
    QCOMPARE(stop.count(), 1);
    QVERIFY(isAlive(other.server));
}

void TestStopping::anUnwillingOneThatLostItsOwnWatcherIsAdopted()
{
    Running scene(kDeaf);
    QVERIFY(scene.isUp);
    ServerRecord record = *scene.bench.info("web").record;
    TestClient itsWatcher;
    record.manager.clear();
    record.watcher = itsWatcher.id();
    scene.bench.supervisor->abandon();
    LockfileStore(scene.bench.supervisor->store().directory()).writeServer("web", record);
    scene.bench.replaceSupervisor();
    const Answer stop = scene.bench.stop("web", {.timeout = 10s});
    itsWatcher.kill();
    QTRY_VERIFY(!isAlive(itsWatcher.id()));
    QCoreApplication::processEvents();
    scene.bench.clock.advance(10s);
    QCOMPARE(stop.word(), "error: timeout");
    QTRY_COMPARE(scene.bench.info("web").record->watcher, ProcessId::self());
    scene.client.kill();
    QTRY_COMPARE(scene.bench.state("web"), "grace");
}

QTEST_GUILESS_MAIN(TestStopping)
#include "tst_stopping.moc"
