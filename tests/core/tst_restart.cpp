// Restart: the same command, environment and clients in a new process; and what may come between.

#include "tests/core/supervisorbench.h"
#include "tests/support/environment.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestRestart : public QObject
{
    Q_OBJECT
private slots:
    void keepsCommandEnvironmentAndClients();
    void keepsADirectoryAndAUmask();
    void keepsTheEnvironmentThroughAdoption();
    void inGraceBeginsGraceAnew();
    void clientsWhoDieDuringItAreNotCounted();
    void ofAnUnwillingServerFailsAndChangesNothing();
    void isNeverByForce();
    void aStopDuringItWins();
    void aStopThatAlsoFailsAnswersBothOnce();
    void aKillDuringItWins();
    void attachDuringItWaits();
    void detachDuringItCounts();
    void aSecondOneWaitsForTheFirst();
    void thatCannotStartLeavesNothing();
    void thatEndsAtOnceLeavesNothing();
};

namespace {

const QStringList kDeaf{"--ignore-term"};

struct Running
{
    explicit Running(const QStringList &options = {})
        : isUp(bench.started("web", client, options))
        , server(bench.process("web"))
    {
        bench.takeEvents();
    }
    bool isUnchanged() const
    {
        return isUp && bench.process("web") == server && isAlive(server)
            && bench.state("web") == "active" && bench.refcount("web") == 1;
    }

    SupervisorBench bench;
    TestClient client;
    bool isUp;
    ProcessId server;
};

} // namespace

void TestRestart::keepsCommandEnvironmentAndClients()
{
    SupervisorBench bench;
    const TestClient first;
    const TestClient second;
    LaunchSpec spec = bench.testServer({"--exit-on-term", "3", "two words", ""});
    spec.environment.append("KEPT=\xff=value");
    QVERIFY(bench.settle(bench.use("web", first, spec)));
    QCOMPARE(bench.use("web", second).word(), "attached");
    const ServerInfo before = bench.info("web");
    bench.clock.advance(1h);
    bench.takeEvents();
    const Answer restart = bench.restart("web");
    QVERIFY(bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QCOMPARE(bench.events, QStringList({"stopped web (restart)", "started web"}));
    const ServerInfo after = bench.info("web");
    QVERIFY(after.record->server != before.record->server);
    QVERIFY(!isAlive(before.record->server));
    QCOMPARE(after.record->command, spec.command);
    QCOMPARE(after.record->gracePeriod, before.record->gracePeriod);
    QVERIFY(after.record->startedAt.time() > before.record->startedAt.time());
    QCOMPARE(after.clients, before.clients);
    // A process that has just begun a program shows no environment for a moment.
    QTRY_VERIFY(environmentOf(after.record->server.pid).contains("KEPT=\xff=value"));
    // On disk, too.
    const auto file = bench.supervisor->store().readClients("web");
    QVERIFY(file && *file);
    QCOMPARE(**file, before.clients);
}

void TestRestart::keepsADirectoryAndAUmask()
{
    SupervisorBench bench;
    const TestClient client;
    const QString dump = bench.world.path("dump");
    LaunchSpec spec = bench.testServer({"--dump", dump});
    spec.workingDirectory = QFile::encodeName(bench.world.path());
    spec.umask = 027;
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    QVERIFY(bench.settle(bench.restart("web")));
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    QVERIFY(text.contains('\0' + spec.workingDirectory + QByteArray("\0", 1) + "27" + '\0'));
}

void TestRestart::keepsTheEnvironmentThroughAdoption()
{
    SupervisorBench bench;
    const TestClient client;
    LaunchSpec spec = bench.testServer();
    spec.environment.append("ONLY_THE_KERNEL_KNOWS=1");
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    QTRY_VERIFY(environmentOf(bench.process("web").pid).contains("ONLY_THE_KERNEL_KNOWS=1"));
    bench.replaceSupervisor();
    const Answer restart = bench.restart("web");
    QVERIFY(bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QTRY_VERIFY(environmentOf(bench.process("web").pid).contains("ONLY_THE_KERNEL_KNOWS=1"));
    QCOMPARE(bench.refcount("web"), 1);
}

void TestRestart::inGraceBeginsGraceAnew()
{
    Running scene;
    scene.bench.unuse("web", scene.client);
    scene.bench.clock.advance(4min);
    QVERIFY(scene.bench.settle(scene.bench.restart("web")));
    QCOMPARE(scene.bench.state("web"), "grace");
    QCOMPARE(scene.bench.info("web").graceRemaining(scene.bench.clock.now()), 300);
    scene.bench.clock.advance(5min);
    QTRY_COMPARE(scene.bench.state("web"), "stopped");
}

void TestRestart::clientsWhoDieDuringItAreNotCounted()
{
    Running scene(kDeaf);
    const TestClient other;
    QCOMPARE(scene.bench.use("web", other).word(), "attached");
    const Answer restart = scene.bench.restart("web", {.timeout = 10s});
    scene.client.kill();
    QTRY_COMPARE(scene.bench.refcount("web"), 1);
    // Somebody's SIGKILL lets the restart go on.
    QCOMPARE(::kill(pid_t(scene.server.pid), SIGKILL), 0);
    QVERIFY(scene.bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QCOMPARE(scene.bench.refcount("web"), 1);
    QVERIFY(scene.bench.info("web").clients.find(other.pid()));
}

void TestRestart::ofAnUnwillingServerFailsAndChangesNothing()
{
    Running scene(kDeaf);
    const Answer restart = scene.bench.restart("web", {.timeout = 10s});
    scene.bench.clock.advance(10s);
    QCOMPARE(restart.word(), "error: timeout");
    QVERIFY(scene.isUnchanged());
    QCOMPARE(scene.bench.events, QStringList());
    // A later end is an end, and no late restart.
    QCOMPARE(::kill(pid_t(scene.server.pid), SIGKILL), 0);
    QTRY_COMPARE(scene.bench.state("web"), "stopped");
    QCOMPARE(restart.count(), 1);
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestart::isNeverByForce()
{
    Running scene(kDeaf);
    const Answer restart = scene.bench.restart("web", {.timeout = 1h});
    scene.bench.clock.advance(1h - 1ms);
    QVERIFY(isAlive(scene.server));
    QCOMPARE(restart.count(), 0);
    scene.bench.clock.advance(1ms);
    QVERIFY(scene.isUnchanged());
}

void TestRestart::aStopDuringItWins()
{
    Running scene(kDeaf);
    const Answer restart = scene.bench.restart("web", {.timeout = 10s});
    scene.bench.clock.advance(1s);
    const Answer stop = scene.bench.stop("web", {.force = true, .timeout = 1s});
    QCOMPARE(restart.word(), "error: conflict");
    scene.bench.clock.advance(1s);
    QTRY_COMPARE(stop.word(), "stopped");
    QCOMPARE(scene.bench.state("web"), "stopped");
    scene.bench.clock.advance(1min);
    QCOMPARE(restart.count(), 1);
    QVERIFY(!scene.bench.events.contains("started web"));
    QCOMPARE(scene.bench.events.last(), "stopped web (stopped)");
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
}

void TestRestart::aStopThatAlsoFailsAnswersBothOnce()
{
    Running scene(kDeaf);
    const Answer restart = scene.bench.restart("web", {.timeout = 10s});
    scene.bench.clock.advance(1s);
    const Answer stop = scene.bench.stop("web", {.timeout = 10s});
    scene.bench.clock.advance(1min);
    QCOMPARE(restart.word(), "error: conflict");
    QCOMPARE(restart.count(), 1);
    QCOMPARE(stop.word(), "error: timeout");
    QCOMPARE(stop.count(), 1);
    QVERIFY(scene.isUnchanged());
    // And the next restart is not disturbed by the old one.
    const Answer again = scene.bench.restart("web", {.timeout = 10s});
    QCOMPARE(again.count(), 0);
    QCOMPARE(::kill(pid_t(scene.server.pid), SIGKILL), 0);
    QVERIFY(scene.bench.settle(again));
    QCOMPARE(again.word(), "started");
}

void TestRestart::aKillDuringItWins()
{
    Running scene(kDeaf);
    const Answer restart = scene.bench.restart("web");
    const Answer kill = scene.bench.kill("web");
    QTRY_COMPARE(kill.word(), "stopped");
    QCOMPARE(restart.word(), "error: conflict");
    QCOMPARE(restart.count(), 1);
    QCOMPARE(scene.bench.state("web"), "stopped");
    QVERIFY(scene.bench.supervisor->isEmpty());
    QCOMPARE(scene.bench.events.last(), "stopped web (killed)"); // there will be no restart
}

void TestRestart::attachDuringItWaits()
{
    Running scene;
    const TestClient other;
    const Answer restart = scene.bench.restart("web");
    const Answer use = scene.bench.use("web", other);
    QCOMPARE(use.count(), 0);
    QVERIFY(scene.bench.settle(restart));
    QTRY_COMPARE(use.word(), "attached");
    QCOMPARE(scene.bench.refcount("web"), 2);
    QVERIFY(scene.bench.process("web") != scene.server);
}

void TestRestart::detachDuringItCounts()
{
    Running scene;
    const Answer restart = scene.bench.restart("web");
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    QVERIFY(scene.bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QCOMPARE(scene.bench.state("web"), "grace");
}

void TestRestart::aSecondOneWaitsForTheFirst()
{
    Running scene;
    const Answer first = scene.bench.restart("web");
    const Answer second = scene.bench.restart("web");
    QVERIFY(scene.bench.settle(first));
    QCOMPARE(first.word(), "started");
    const ProcessId between = scene.bench.process("web");
    QVERIFY(scene.bench.settle(second));
    QCOMPARE(second.word(), "started");
    QVERIFY(scene.bench.process("web") != between);
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestRestart::thatCannotStartLeavesNothing()
{
    SupervisorBench bench;
    const TestClient client;
    const QString copy = bench.world.path("server");
    QVERIFY(QFile::copy(TEST_SERVER, copy));
    LaunchSpec spec = bench.testServer();
    spec.command = {QFile::encodeName(copy)};
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    QVERIFY(QFile::remove(copy));
    bench.takeEvents();
    const Answer restart = bench.restart("web");
    QTRY_COMPARE(restart.word(), "error: cannot_start");
    QCOMPARE(bench.events, QStringList({"stopped web (restart)", "failed web"}));
    QCOMPARE(bench.state("web"), "stopped");
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
    QVERIFY(bench.supervisor->isEmpty());
}

void TestRestart::thatEndsAtOnceLeavesNothing()
{
    SupervisorBench bench;
    const TestClient client;
    const QString script = bench.world.path("server");
    QFile file(script);
    QVERIFY(file.open(QIODevice::WriteOnly));
    // Lives the first time only.
    file.write("#!/bin/sh\ntest -e \"$0.ran\" && exit 4\n: > \"$0.ran\"\nexec sleep 3600\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    LaunchSpec spec = bench.testServer();
    spec.command = {QFile::encodeName(script)};
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    QTRY_VERIFY(QFile::exists(script + ".ran"));
    bench.takeEvents();
    const Answer restart = bench.restart("web");
    QTRY_COMPARE(restart.word(), "error: cannot_start");
    QVERIFY2(restart.message().contains("exit code 4"), qPrintable(restart.message()));
    QCOMPARE(bench.events, QStringList({"stopped web (restart)", "failed web"}));
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
}

QTEST_GUILESS_MAIN(TestRestart)
#include "tst_restart.moc"
