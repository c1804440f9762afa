// Which server and which client a request means, and what is still known after a change of the
// watcher. Start, grace, stop and restart have tests of their own.

#include "core/process/processgroup.h"
#include "tests/core/supervisorbench.h"

#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestSupervisor : public QObject
{
    Q_OBJECT
private slots:
    void whatAnotherToolDoesIsToldAsWhatItIs();
    void aDamagedClientsFileTakesNoClientWithIt();
    void aDeadClientIsNotAttached();
    void attachingTwiceIsOneReference();
    void aCommandIsOnlyUsedWhereNoneRuns();
    void serversAreIndependent();
    void adoptsWhoIsThere();
    void aFileIsWrittenAgainHoweverSoonItGoes_data();
    void aFileIsWrittenAgainHoweverSoonItGoes();
    void clearsUpAfterTheDead();
    void endsStragglersOfTheDead();
    void whoWasStartedInAnotherBootHasNone_data();
    void whoWasStartedInAnotherBootHasNone();
    void quietComesAfterStartsAndRestarts();
    void nobodyIsToldAfterItHasLetGo();
};

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

void TestSupervisor::aFileIsWrittenAgainHoweverSoonItGoes_data()
{
    QTest::addColumn<QStringList>("lost");
    QTest::newRow("the server's alone") << QStringList{"web.server.json"};
    QTest::newRow("both") << QStringList{"web.server.json", "web.clients.json"};
}

void TestSupervisor::aFileIsWrittenAgainHoweverSoonItGoes()
{
    QFETCH(const QStringList, lost);
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    for (int times = 0; times < 5; ++times) {
        // The second time before anybody could see that it is there again.
        for (const QString &file : lost)
            QVERIFY(QFile::remove(bench.world.lockFile(file)));
        QVERIFY2(bench.passUntil([&] { return bench.world.hasLockFile("web.server.json"); }),
                 qPrintable(QString::number(times)));
    }
    QCOMPARE(bench.info("web").clients.count(), 1);
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

void TestSupervisor::whoWasStartedInAnotherBootHasNone_data()
{
    QTest::addColumn<QString>("bootId");
    QTest::addColumn<QString>("startedAt");
    QTest::newRow("told") << "another" << QString();
    QTest::newRow("long ago, as version 0.6.8 tells it") << QString() << "2020-01-01T00:00:00Z";
}

void TestSupervisor::whoWasStartedInAnotherBootHasNone()
{
    QFETCH(const QString, bootId);
    QFETCH(const QString, startedAt);
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client, {"--stragglers", "2"}));
    ServerRecord record = *bench.info("web").record;
    const ProcessId server = record.server;
    QTRY_COMPARE(liveGroupMembers(server).size(), 3);
    bench.supervisor->abandon();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server));
    const QList<ProcessId> strangers = liveGroupMembers(server);
    QCOMPARE(strangers.size(), 2);
    record.bootId = bootId;
    if (!startedAt.isEmpty())
        record.startedAt = Timestamp(QDateTime::fromString(startedAt, Qt::ISODate));
    QVERIFY(LockfileStore(bench.world.lockDirectory()).writeServer("web", record));
    bench.replaceSupervisor();
    QTRY_VERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    bench.clock.advance(1h);
    QCOMPARE(liveGroupMembers(server), strangers);
    QVERIFY(signalServerGroup(server, SIGKILL));
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
    QTRY_COMPARE(calls, 2);
    const Answer restart = bench.restart("web");
    bench.supervisor->whenQuiet(count);
    QCOMPARE(calls, 2);
    QVERIFY(bench.settle(restart));
    QTRY_COMPARE(calls, 3);
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
