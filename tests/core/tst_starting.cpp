// A start takes a while: who comes meanwhile shares what becomes of it, and what is asked for
// meanwhile waits for its end.

#include "tests/core/supervisorbench.h"

#include <QFile>
#include <QTest>

#include <csignal>
#include <vector>

#include <sys/wait.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestStarting : public QObject
{
    Q_OBJECT
private slots:
    void everyoneWhoComesDuringAStartIsAttached();
    void isOnDiskBeforeItRuns();
    void aStopDuringAStartWaits();
    void aKillDuringAStartWaits();
    void aDetachDuringAStartWaits();
    void aRestartDuringAStartWaits();
    void aStartWithoutClientDuringAStartWaits();
    void aStartThatCannotBeExecutedFailsForAll();
    void aServerThatEndsAtOnceFailsForAll();
    void anEndThatIsToldLateIsStillAFailedStart();
    void aServerThatIsStillBusyGetsMoreTime();
    void aStopOfAStartThatFailsFindsNothing();
    void aFreshTryAfterAFailureSucceeds();
    void lettingGoDuringAStartLeavesNoNamelessServer();
};

void TestStarting::everyoneWhoComesDuringAStartIsAttached()
{
    SupervisorBench bench;
    const TestClient first;
    const TestClient clients[3];
    const Answer start = bench.use("web", first, bench.testServer());
    std::vector<Answer> others;
    for (const TestClient &client : clients)
        others.push_back(bench.use("web", client, bench.testServer({"--exit", "1"})));
    const Answer again = bench.use("web", first);
    QVERIFY(bench.settle(start));
    QCOMPARE(start.word(), "started");
    QCOMPARE(again.word(), "attached");
    for (const Answer &other : others)
        QCOMPARE(other.word(), "attached");
    QCOMPARE(bench.refcount("web"), 4);
    QCOMPARE(bench.events.count("started web"), 1);
}

void TestStarting::isOnDiskBeforeItRuns()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer answer = bench.use("web", client, bench.testServer());
    // The child is still held at its gate, at the latest until events are handled.
    const auto record = bench.supervisor->store().readServer("web");
    const auto clients = bench.supervisor->store().readClients("web");
    QVERIFY(record && *record && clients && *clients);
    QCOMPARE((*record)->server, bench.info("web").record->server);
    QCOMPARE((*record)->watcher, ProcessId::self());
    QVERIFY((*clients)->find(client.pid()));
    QCOMPARE(answer.count(), 0);
    QVERIFY(bench.settle(answer));
}

void TestStarting::aStopDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer stop = bench.stop("web");
    QVERIFY(bench.settle(use));
    QCOMPARE(use.word(), "started");
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(bench.supervisor->isEmpty());
    QCOMPARE(bench.events, QStringList({"started web", "stopped web (stopped)"}));
}

void TestStarting::aKillDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer kill = bench.kill("web");
    QVERIFY(bench.settle(use));
    QTRY_COMPARE(kill.word(), "stopped");
    QVERIFY(bench.supervisor->isEmpty());
}

void TestStarting::aDetachDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer unuse = bench.unuse("web", client);
    QCOMPARE(unuse.count(), 0);
    QVERIFY(bench.settle(use));
    QCOMPARE(unuse.word(), "detached");
    QCOMPARE(bench.state("web"), "grace");
}

void TestStarting::aRestartDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const ProcessId first = bench.info("web").record->server;
    const Answer restart = bench.restart("web");
    QVERIFY(bench.settle(use));
    QCOMPARE(use.word(), "started");
    QVERIFY(bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QVERIFY(bench.process("web") != first);
    QVERIFY(!isAlive(first));
}

void TestStarting::aStartWithoutClientDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer start = bench.start("web", bench.testServer());
    QCOMPARE(start.count(), 0);
    QVERIFY(bench.settle(use));
    QCOMPARE(start.word(), "already_running");
    QCOMPARE(bench.refcount("web"), 1);
}

void TestStarting::aStartThatCannotBeExecutedFailsForAll()
{
    SupervisorBench bench;
    const TestClient client;
    const TestClient other;
    // Found and executable, but its interpreter is missing: known only after the fork.
    const QString path = bench.world.path("script");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/nowhere/to/be/found\n");
    file.close();
    file.setPermissions(QFile::ReadOwner | QFile::ExeOwner);
    LaunchSpec spec = bench.testServer();
    spec.command = {QFile::encodeName(path)};
    const Answer first = bench.use("web", client, spec);
    const Answer second = bench.use("web", other, spec);
    QTRY_VERIFY(first.isThere() && second.isThere());
    QCOMPARE(first.word(), "error: cannot_start");
    QCOMPARE(second.word(), "error: cannot_start");
    QVERIFY2(first.message().contains(path), qPrintable(first.message()));
    QVERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
    QCOMPARE(bench.events.count("failed web"), 1);
}

void TestStarting::aServerThatEndsAtOnceFailsForAll()
{
    SupervisorBench bench;
    const TestClient client;
    const TestClient other;
    const Answer first = bench.use("web", client, bench.testServer({"--exit", "5"}));
    const Answer second = bench.use("web", other);
    QTRY_VERIFY(first.isThere() && second.isThere());
    QVERIFY2(first.message().contains("exit code 5"), qPrintable(first.message()));
    QCOMPARE(second.message(), first.message());
    QVERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
    QVERIFY(bench.events.contains("failed web"));
    QVERIFY(!bench.events.contains("started web"));
}

void TestStarting::anEndThatIsToldLateIsStillAFailedStart()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    QTRY_VERIFY(bench.clock.hasAlarmWithin(SupervisorBench::kSettleTime));
    const pid_t server = pid_t(bench.process("web").pid);
    QVERIFY(::kill(server, SIGKILL) == 0);
    siginfo_t ended;
    QVERIFY(waitid(P_PID, id_t(server), &ended, WEXITED | WNOWAIT) == 0);
    // As for a watcher that got no processor meanwhile: the moment is over before it hears of it.
    bench.clock.advance(SupervisorBench::kSettleTime);
    QTRY_VERIFY(use.isThere());
    QCOMPARE(use.word(), "error: cannot_start");
    QVERIFY(!bench.events.contains("started web"));
}

void TestStarting::aServerThatIsStillBusyGetsMoreTime()
{
#ifndef Q_OS_LINUX
    QSKIP("The system does not tell what a process does.");
#endif
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--compute"}));
    QTRY_VERIFY(bench.clock.hasAlarmWithin(SupervisorBench::kSettleTime));
    bench.clock.advance(SupervisorBench::kSettleTime);
    QVERIFY(!use.isThere());
    // The longest it may take: on a loaded machine it has hardly computed at all by now.
    bench.clock.advance(SupervisorBench::kMostSettleTimes * SupervisorBench::kSettleTime);
    QCOMPARE(use.word(), "started");
}

void TestStarting::aStopOfAStartThatFailsFindsNothing()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--exit", "5"}));
    const Answer stop = bench.stop("web");
    const Answer unuse = bench.unuse("web", client);
    const Answer restart = bench.restart("web");
    QTRY_COMPARE(use.word(), "error: cannot_start");
    QCOMPARE(stop.word(), "error: not_running");
    QCOMPARE(unuse.word(), "error: not_running");
    QCOMPARE(restart.word(), "error: not_running");
}

void TestStarting::aFreshTryAfterAFailureSucceeds()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--exit", "5"}));
    QTRY_VERIFY(use.isThere());
    QVERIFY(bench.started("web", client));
    QCOMPARE(bench.refcount("web"), 1);
}

void TestStarting::lettingGoDuringAStartLeavesNoNamelessServer()
{
    SupervisorBench bench;
    const TestClient client;
    const QString ready = bench.world.path("ready");
    const Answer use = bench.use("web", client, bench.testServer({"--dump", ready}));
    const ProcessId child = bench.info("web").record->server;
    bench.supervisor->abandon();
    bench.supervisor.reset();
    QCOMPARE(use.count(), 0);
    // Its gate was opened already, so it may become the server: then its file names it.
    QTRY_VERIFY(!isAlive(child) || QFile::exists(ready));
    QVERIFY(!isAlive(child)
            || bench.world.readLockFile("web.server.json").contains(QByteArray::number(child.pid)));
}

QTEST_GUILESS_MAIN(TestStarting)
#include "tst_starting.moc"
