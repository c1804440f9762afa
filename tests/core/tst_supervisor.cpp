// Which server a request means, and in which order requests take effect: during a start above all,
// and after a change of the watcher. Grace, stop and restart have tests of their own.

#include "core/process/processgroup.h"
#include "tests/core/supervisorbench.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestSupervisor : public QObject
{
    Q_OBJECT
private slots:
    void everyoneWhoComesDuringAStartIsAttached();
    void isOnDiskBeforeItRuns();
    void aStopDuringAStartWaits();
    void whatAnotherToolDoesIsToldAsWhatItIs();
    void aKillDuringAStartWaits();
    void aDetachDuringAStartWaits();
    void aRestartDuringAStartWaits();
    void aStartWithoutClientDuringAStartWaits();
    void aStartThatCannotBeExecutedFailsForAll();
    void aServerThatEndsAtOnceFailsForAll();
    void aServerThatIsStillBusyGetsMoreTime();
    void aDamagedClientsFileTakesNoClientWithIt();
    void aStopOfAStartThatFailsFindsNothing();
    void aFreshTryAfterAFailureSucceeds();
    void aDeadClientIsNotAttached();
    void attachingTwiceIsOneReference();
    void aCommandIsOnlyUsedWhereNoneRuns();
    void serversAreIndependent();
    void adoptsWhoIsThere();
    void clearsUpAfterTheDead();
    void endsStragglersOfTheDead();
    void aHandOverTellsTheEnvironment();
    void quietComesAfterStartsAndRestarts();
    void nobodyIsToldAfterItHasLetGo();
    void lettingGoDuringAStartLeavesNoNamelessServer();
};

void TestSupervisor::everyoneWhoComesDuringAStartIsAttached()
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

void TestSupervisor::isOnDiskBeforeItRuns()
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

void TestSupervisor::aStopDuringAStartWaits()
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

void TestSupervisor::aKillDuringAStartWaits()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer kill = bench.kill("web");
    QVERIFY(bench.settle(use));
    QTRY_COMPARE(kill.word(), "stopped");
    QVERIFY(bench.supervisor->isEmpty());
}

void TestSupervisor::aDetachDuringAStartWaits()
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

void TestSupervisor::aRestartDuringAStartWaits()
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

void TestSupervisor::aStartWithoutClientDuringAStartWaits()
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

void TestSupervisor::aStartThatCannotBeExecutedFailsForAll()
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

void TestSupervisor::aServerThatEndsAtOnceFailsForAll()
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

void TestSupervisor::aServerThatIsStillBusyGetsMoreTime()
{
#ifndef Q_OS_LINUX
    QSKIP("The system does not tell what a process does.");
#endif
    constexpr std::chrono::milliseconds kSettleTime{5};
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--compute"}));
    QTRY_VERIFY(bench.clock.hasAlarmWithin(kSettleTime));
    bench.clock.advance(kSettleTime);
    QVERIFY(!use.isThere());
    bench.clock.advance(20 * kSettleTime);
    QCOMPARE(use.word(), "started");
}

void TestSupervisor::aDamagedClientsFileTakesNoClientWithIt()
{
    SupervisorBench bench;
    const TestClient client;
    const TestClient other;
    QVERIFY(bench.started("web", client));
    // Attached before anybody could hear of the damage.
    bench.world.writeLockFile("web.clients.json", "{\"clients\": {");
    QCOMPARE(bench.use("web", other).word(), "attached");
    QCOMPARE(bench.refcount("web"), 2);
}

void TestSupervisor::aStopOfAStartThatFailsFindsNothing()
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

void TestSupervisor::aFreshTryAfterAFailureSucceeds()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--exit", "5"}));
    QTRY_VERIFY(use.isThere());
    QVERIFY(bench.started("web", client));
    QCOMPARE(bench.refcount("web"), 1);
}

void TestSupervisor::aDeadClientIsNotAttached()
{
    SupervisorBench bench;
    const TestClient client;
    TestClient dead;
    QVERIFY(bench.started("web", client));
    dead.kill();
    QCOMPARE(bench.use("web", dead).word(), "error: usage");
    QCOMPARE(bench.refcount("web"), 1);
    // One who dies while he waits for the end of a stop is not attached either.
    TestClient dying;
    const Answer stop = bench.stop("web");
    const Answer use = bench.use("web", dying);
    dying.kill();
    QTRY_COMPARE(stop.word(), "stopped");
    QTRY_COMPARE(use.count(), 1);
    QVERIFY(use.word().startsWith("error"));
}

void TestSupervisor::attachingTwiceIsOneReference()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    QCOMPARE(bench.use("web", client).word(), "attached");
    QCOMPARE(bench.refcount("web"), 1);
    QCOMPARE(bench.events, QStringList({"started web"}));
    QCOMPARE(bench.unuse("web", client).word(), "detached");
    QCOMPARE(bench.state("web"), "grace");
}

void TestSupervisor::aCommandIsOnlyUsedWhereNoneRuns()
{
    SupervisorBench bench;
    const TestClient client;
    const TestClient other;
    QVERIFY(bench.started("web", client));
    const ProcessId server = bench.process("web");
    LaunchSpec spec = bench.testServer();
    spec.command = {"/nowhere/to/be/found"};
    QCOMPARE(bench.use("web", other, spec).word(), "attached");
    QCOMPARE(bench.process("web"), server);
}

void TestSupervisor::serversAreIndependent()
{
    SupervisorBench bench;
    const TestClient client;
    for (const char *name : {"web", "web2", "web.server"})
        QVERIFY(bench.started(name, client));
    QCOMPARE(bench.supervisor->list().size(), 3);
    const Answer stop = bench.stop("web");
    QCOMPARE(bench.unuse("web2", client).word(), "detached");
    QTRY_COMPARE(stop.word(), "stopped");
    QCOMPARE(bench.state("web2"), "grace");
    QCOMPARE(bench.state("web.server"), "active");
}

void TestSupervisor::adoptsWhoIsThere()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const ProcessId server = bench.process("web");
    bench.replaceSupervisor();
    QCOMPARE(bench.process("web"), server);
    QVERIFY(isAlive(server));
    QCOMPARE(bench.use("web", client).word(), "attached");
    const Answer stop = bench.stop("web");
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(!isAlive(server));
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
}

void TestSupervisor::clearsUpAfterTheDead()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const ProcessId server = bench.process("web");
    bench.supervisor->abandon();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server));
    QVERIFY(bench.world.hasLockFile("web.server.json"));
    bench.replaceSupervisor();
    QTRY_VERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
    QVERIFY(bench.started("web", client));
}

void TestSupervisor::endsStragglersOfTheDead()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client, {"--stragglers", "2"}));
    const ProcessId server = bench.process("web");
    bench.supervisor->abandon();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server));
    bench.replaceSupervisor();
    const Answer use = bench.use("web", client, bench.testServer());
    QCOMPARE(liveGroupMembers(server).size(), 2);
    QCOMPARE(use.count(), 0); // a fresh one would fight with them for the port
    bench.clock.advance(5s);
    QTRY_VERIFY(liveGroupMembers(server).isEmpty());
    QVERIFY(bench.settle(use));
    QCOMPARE(use.word(), "started");
}

void TestSupervisor::aHandOverTellsTheEnvironment()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const auto state = bench.supervisor->handOverState();
    QCOMPARE(state.size(), size_t(1));
    const LaunchSpec spec = LaunchSpec::fromJson(state.at("web").toJson());
    QCOMPARE(spec.environment, bench.testServer().environment);
    QCOMPARE(spec.command, state.at("web").command);
    QVERIFY(!bench.world.readLockFile("web.server.json").contains("XDG_STATE_HOME"));
}

void TestSupervisor::quietComesAfterStartsAndRestarts()
{
    SupervisorBench bench;
    const TestClient client;
    int calls = 0;
    const auto count = [&calls] { ++calls; };
    bench.supervisor->whenQuiet(count);
    QCOMPARE(calls, 1);
    const Answer use = bench.use("web", client, bench.testServer());
    bench.supervisor->whenQuiet(count);
    QCOMPARE(calls, 1);
    QVERIFY(bench.settle(use));
    QCOMPARE(calls, 2);
    const Answer restart = bench.restart("web");
    bench.supervisor->whenQuiet(count);
    QCOMPARE(calls, 2);
    QVERIFY(bench.settle(restart));
    QCOMPARE(calls, 3);
}

void TestSupervisor::nobodyIsToldAfterItHasLetGo()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client, {"--ignore-term"}));
    const Answer stop = bench.stop("web");
    bench.takeEvents();
    bench.supervisor->abandon();
    bench.clock.advance(1h);
    QCOMPARE(stop.count(), 0);
    QCOMPARE(bench.events, QStringList());
    QVERIFY(bench.world.hasLockFile("web.server.json"));
    QVERIFY(bench.world.hasLockFile("web.clients.json"));
}

void TestSupervisor::lettingGoDuringAStartLeavesNoNamelessServer()
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

void TestSupervisor::whatAnotherToolDoesIsToldAsWhatItIs()
{
    SupervisorBench bench;
    const TestClient first;
    const TestClient second;
    QVERIFY(bench.started("web", first));
    bench.takeEvents();
    LockfileStore theirs(bench.supervisor->store().directory());
    QVERIFY(theirs.updateClients("web", [&](ClientTable &all) {
        all.attach({.process = second.id(),
                    .attachedAt = Timestamp(bench.clock.now()),
                    .metadata = {},
                    .unknownKeys = {}});
    }));
    QTRY_COMPARE(bench.events, QStringList{"attached web"});
    bench.takeEvents();
    QVERIFY(theirs.updateClients("web", [&](ClientTable &all) { all.detach(first.id()); }));
    QTRY_COMPARE(bench.events, QStringList{"detached web"});
    QCOMPARE(bench.refcount("web"), 1);
}

QTEST_GUILESS_MAIN(TestSupervisor)
#include "tst_supervisor.moc"
