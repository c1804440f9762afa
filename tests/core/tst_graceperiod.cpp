// The grace period: it begins when the last client leaves, ends with whoever comes back, or with
// the server.

#include "core/lockfile/filelock.h"
#include "core/lockfile/invocationlog.h"
#include "tests/core/supervisorbench.h"

#include <QSignalSpy>
#include <QTest>

#include <fcntl.h>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestGracePeriod : public QObject
{
    Q_OBJECT
private slots:
    void beginsWhenTheLastDetaches();
    void beginsWhenTheLastDies();
    void beginsOnceWhereAllDieTogether();
    void beginsWhenTheLastDiedDuringTheStart();
    void beginsAtOnceWithoutAClient();
    void attachDuringGraceCancelsIt();
    void eachGraceIsAWholeOne();
    void doesNotBeginWhileNobodyCanTellWhoUsesIt();
    void endStopsTheServer();
    void attachAtTheVeryEndRescues();
    void attachRightAfterTheEndStartsAnew();
    void anUnwillingServerIsKilledFiveSecondsAfterTheEnd();
    void aClientThatAnotherToolAddedLastRescues();
    void aDetachFromAFileThatIsNotWatchedYetBeginsIt();
    void remainingTimeSurvivesAdoption();
    void aGraceThatEndedUnobservedEndsAtAdoption();
    void aClockSetBackNeverProlongsIt();
    void clientsThatDiedUnobservedBeginIt();
    void anAdoptedClientKeepsTheServer();
    void aSecondDetachInGraceIsHarmless();
};

namespace {

/// A server `web` with a grace period of a minute, just begun.
struct InGrace
{
    SupervisorBench bench;
    TestClient client;
    bool isUp =
        bench.started("web", client, {}, "1m") && bench.unuse("web", client).word() == "detached";
    ProcessId server = bench.process("web");

    bool isInGrace() const { return isUp && bench.state("web") == "grace" && isAlive(server); }
    std::optional<qint64> remaining() const
    {
        return bench.info("web").graceRemaining(bench.clock.now());
    }
};

} // namespace

void TestGracePeriod::beginsWhenTheLastDetaches()
{
    SupervisorBench bench;
    const TestClient first;
    const TestClient second;
    QVERIFY(bench.started("web", first, {}, "90s"));
    QCOMPARE(bench.use("web", second).word(), "attached");
    QCOMPARE(bench.unuse("web", first).word(), "detached");
    QCOMPARE(bench.state("web"), "active");
    bench.clock.advance(24h);
    QCOMPARE(bench.state("web"), "active");
    bench.takeEvents();
    QCOMPARE(bench.unuse("web", second).word(), "detached");
    QCOMPARE(bench.takeEvents(), QStringList({"detached web", "grace web"}));
    QCOMPARE(bench.state("web"), "grace");
    const auto until = bench.info("web").record->graceUntil;
    QVERIFY(until);
    QCOMPARE(bench.clock.now().msecsTo(until->time()), 90000);
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
}

void TestGracePeriod::beginsWhenTheLastDies()
{
    SupervisorBench bench;
    TestClient client;
    QVERIFY(bench.started("web", client));
    client.kill();
    QTRY_COMPARE(bench.state("web"), "grace");
    QTRY_COMPARE(bench.events, QStringList({"started web", "detached web", "grace web"}));
}

void TestGracePeriod::beginsOnceWhereAllDieTogether()
{
    SupervisorBench bench;
    TestClient first;
    TestClient second;
    TestClient third;
    QVERIFY(bench.started("web", first));
    QCOMPARE(bench.use("web", second).word(), "attached");
    QCOMPARE(bench.use("web", third).word(), "attached");
    bench.takeEvents();
    first.kill();
    second.kill();
    third.kill();
    QTRY_COMPARE(bench.state("web"), "grace");
    QCOMPARE(bench.takeEvents(),
             QStringList({"detached web", "detached web", "detached web", "grace web"}));
    QStringList countdown;
    const auto history = InvocationLog(bench.world.lockDirectory(), "web").last(10);
    for (const Invocation &entry : history) {
        if (entry.metadata.value("reason") == "died")
            countdown.append(QString::number(entry.metadata.value("new_refcount").toInt()));
    }
    QCOMPARE(countdown, QStringList({"2", "1", "0"}));
}

void TestGracePeriod::beginsWhenTheLastDiedDuringTheStart()
{
    SupervisorBench bench;
    TestClient client;
    const Answer answer = bench.use("web", client, bench.testServer());
    client.kill();
    QTRY_COMPARE(bench.refcount("web"), 0);
    QVERIFY(bench.settle(answer));
    QCOMPARE(bench.state("web"), "grace");
    bench.clock.advance(5min);
    QTRY_COMPARE(bench.state("web"), "stopped");
}

void TestGracePeriod::beginsAtOnceWithoutAClient()
{
    SupervisorBench bench;
    const Answer answer = bench.start("web", bench.testServer({}, "2m"));
    QVERIFY(bench.settle(answer));
    QCOMPARE(answer.word(), "started");
    QCOMPARE(bench.state("web"), "grace");
    QCOMPARE(bench.info("web").graceRemaining(bench.clock.now()), 120);
    QCOMPARE(bench.start("web", bench.testServer()).word(), "already_running");
    QCOMPARE(bench.state("web"), "grace");
}

void TestGracePeriod::attachDuringGraceCancelsIt()
{
    InGrace scene;
    scene.bench.clock.advance(30s);
    QVERIFY(scene.isInGrace());
    QCOMPARE(scene.remaining(), 30);
    QCOMPARE(scene.bench.use("web", scene.client).word(), "rescued");
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(!scene.bench.info("web").record->graceUntil);
    QVERIFY(!scene.bench.world.readLockFile("web.server.json").contains("grace_until"));
    scene.bench.clock.advance(24h);
    QCOMPARE(scene.bench.state("web"), "active");
    QCOMPARE(scene.bench.process("web"), scene.server);
}

void TestGracePeriod::doesNotBeginWhileNobodyCanTellWhoUsesIt()
{
    SupervisorBench bench;
    TestClient client;
    QVERIFY(bench.started("web", client, {}, "5s"));
    const ProcessId server = bench.process("web");
    {
        // Another program keeps the file locked, as one does that was stopped in the middle of a
        // change, while a new watcher comes.
        const FileDescriptor file(
            open(QFile::encodeName(bench.world.lockFile("web.clients.json")).constData(),
                 O_RDONLY | O_CLOEXEC));
        const auto lock = FileLock::tryAcquire(file.get(), FileLock::Mode::Exclusive);
        QVERIFY(lock);
        bench.replaceSupervisor();
        bench.clock.advance(11s);
        QVERIFY(isAlive(server));
        QVERIFY(!bench.events.contains("grace web"));
    }
    bench.clock.advance(11s);
    QCOMPARE(bench.state("web"), "active");
    QCOMPARE(bench.refcount("web"), 1);
    client.kill();
    QTRY_COMPARE(bench.state("web"), "grace");
}

void TestGracePeriod::eachGraceIsAWholeOne()
{
    InGrace scene;
    for (int round = 0; round < 3; ++round) {
        scene.bench.clock.advance(59s);
        QVERIFY(scene.isInGrace());
        QCOMPARE(scene.bench.use("web", scene.client).word(), "rescued");
        QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
        QCOMPARE(scene.remaining(), 60);
    }
}

void TestGracePeriod::endStopsTheServer()
{
    InGrace scene;
    scene.bench.clock.advance(1min - 1ms);
    QVERIFY(scene.isInGrace());
    scene.bench.takeEvents();
    scene.bench.clock.advance(1ms);
    QTRY_VERIFY(!isAlive(scene.server));
    QTRY_COMPARE(scene.bench.events, QStringList({"stopped web (grace)"}));
    QCOMPARE(scene.bench.state("web"), "stopped");
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestGracePeriod::attachAtTheVeryEndRescues()
{
    InGrace scene;
    scene.bench.clock.advance(1min - 1ms);
    QCOMPARE(scene.bench.use("web", scene.client).word(), "rescued");
    scene.bench.clock.advance(1h);
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(isAlive(scene.server));
}

void TestGracePeriod::attachRightAfterTheEndStartsAnew()
{
    InGrace scene;
    scene.bench.clock.advance(1min);
    // SIGTERM is sent, so this server is lost: no one may attach to it any more.
    const Answer again = scene.bench.use("web", scene.client, scene.bench.testServer());
    QCOMPARE(again.count(), 0);
    QVERIFY(scene.bench.settle(again));
    QCOMPARE(again.word(), "started");
    QVERIFY(!isAlive(scene.server));
    QVERIFY(isAlive(scene.bench.process("web")));
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestGracePeriod::anUnwillingServerIsKilledFiveSecondsAfterTheEnd()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client, {"--ignore-term"}, "1m"));
    const ProcessId server = bench.process("web");
    bench.unuse("web", client);
    bench.clock.advance(1min);
    bench.clock.advance(5s - 1ms);
    QVERIFY(isAlive(server));
    QVERIFY(bench.world.hasLockFile("web.server.json"));
    bench.clock.advance(1ms);
    QTRY_COMPARE(bench.state("web"), "stopped");
    QVERIFY(!isAlive(server));
}

void TestGracePeriod::aClientThatAnotherToolAddedLastRescues()
{
    InGrace scene;
    scene.bench.clock.advance(59s);
    // Not yet told by the file's watcher: the end itself has to look.
    const QByteArray table = R"({"refcount":1,"clients":{")" + scene.client.pidText().toLatin1()
        + R"(":{"attached_at":")" + Timestamp(QDateTime::currentDateTimeUtc()).text().toLatin1()
        + R"(","metadata":null}}})";
    scene.bench.world.writeLockFile("web.clients.json", table);
    scene.bench.clock.advance(1min);
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(isAlive(scene.server));
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestGracePeriod::aDetachFromAFileThatIsNotWatchedYetBeginsIt()
{
    SupervisorBench bench;
    TestClient client;
    QSignalSpy looks(bench.supervisor.get(), &Supervisor::directoryChanged);
    QVERIFY(bench.started("web", client, {}, "1m"));
    QTRY_VERIFY(!looks.isEmpty());
    const QString file = bench.world.lockFile("web.clients.json");
    looks.clear();
    QVERIFY(QFile::remove(file));
    QTRY_VERIFY(!looks.isEmpty());
    // It is written anew, as nobody has detached for certain.
    QCOMPARE(bench.use("web", client).word(), "attached");
    QVERIFY(QFile::exists(file));
    bench.clock.advance(100ms);
    // Another tool's detach, before anybody knows that there is another file to be watched.
    QVERIFY(QFile::remove(file));
    const auto isGraceAfterAnotherLook = [&bench] {
        bench.clock.advance(100ms);
        return bench.state("web") == "grace";
    };
    QTRY_VERIFY(isGraceAfterAnotherLook());
    QCOMPARE(bench.refcount("web"), 0);
}

void TestGracePeriod::remainingTimeSurvivesAdoption()
{
    InGrace scene;
    scene.bench.clock.advance(20s);
    scene.bench.replaceSupervisor();
    QVERIFY(scene.isInGrace());
    QCOMPARE(scene.remaining(), 40);
    scene.bench.clock.advance(15s);
    scene.bench.replaceSupervisor();
    QCOMPARE(scene.remaining(), 25);
    scene.bench.clock.advance(25s - 1ms);
    QVERIFY(scene.isInGrace());
    scene.bench.clock.advance(1ms);
    QTRY_COMPARE(scene.bench.state("web"), "stopped");
}

void TestGracePeriod::aGraceThatEndedUnobservedEndsAtAdoption()
{
    InGrace scene;
    scene.bench.supervisor->abandon();
    scene.bench.clock.advance(2h);
    QVERIFY(isAlive(scene.server));
    scene.bench.replaceSupervisor();
    scene.bench.clock.advance(0ms);
    QTRY_COMPARE(scene.bench.state("web"), "stopped");
    QVERIFY(!isAlive(scene.server));
}

void TestGracePeriod::aClockSetBackNeverProlongsIt()
{
    InGrace scene;
    scene.bench.clock.setTo(scene.bench.clock.now().addDays(-30));
    scene.bench.replaceSupervisor();
    QVERIFY(*scene.remaining() <= 60);
    scene.bench.clock.advance(1min);
    QTRY_COMPARE(scene.bench.state("web"), "stopped");
}

void TestGracePeriod::clientsThatDiedUnobservedBeginIt()
{
    SupervisorBench bench;
    TestClient client;
    QVERIFY(bench.started("web", client, {}, "1m"));
    bench.supervisor->abandon();
    client.kill();
    bench.clock.advance(10min);
    bench.replaceSupervisor();
    QCOMPARE(bench.state("web"), "grace");
    QCOMPARE(bench.info("web").graceRemaining(bench.clock.now()), 60);
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
}

void TestGracePeriod::anAdoptedClientKeepsTheServer()
{
    SupervisorBench bench;
    TestClient client;
    QVERIFY(bench.started("web", client, {}, "1m"));
    bench.replaceSupervisor();
    bench.clock.advance(10min);
    QCOMPARE(bench.state("web"), "active");
    QCOMPARE(bench.refcount("web"), 1);
    client.kill(); // and its life is watched
    QTRY_COMPARE(bench.state("web"), "grace");
}

void TestGracePeriod::aSecondDetachInGraceIsHarmless()
{
    InGrace scene;
    scene.bench.clock.advance(10s);
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "not_attached");
    QVERIFY(scene.isInGrace());
    QCOMPARE(scene.remaining(), 50); // neither ended nor begun anew
}

QTEST_GUILESS_MAIN(TestGracePeriod)
#include "tst_graceperiod.moc"
