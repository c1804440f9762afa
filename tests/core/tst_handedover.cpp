// What a watcher tells the one that takes its place, and what that one makes of it.

#include "core/control/handover.h"
#include "core/process/processgroup.h"
#include "tests/core/restartscene.h"

#include <QTest>

#include <chrono>
#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestHandedOver : public QObject
{
    Q_OBJECT
private slots:
    void tellsTheEnvironment();
    void itsPartsTellAllOfIt();
    void whatDiesMeanwhileIsStartedAgain();
    void whatIsBeingStoppedDoesNotComeBack_data();
    void whatIsBeingStoppedDoesNotComeBack();
    void whatCrashedAndIsToBeStoppedDoesNotComeBack();
    void aWishForItsEndIsNotForAnother();
};

void TestHandedOver::tellsTheEnvironment()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const auto state = bench.supervisor->handOverState();
    QCOMPARE(state.size(), size_t(1));
    QCOMPARE(state.at("web").spec.environment, bench.testServer().environment);
    QVERIFY(!state.at("web").isBeingStopped);
    QVERIFY(!bench.world.readLockFile("web.server.json").contains("XDG_STATE_HOME"));
}

void TestHandedOver::itsPartsTellAllOfIt()
{
    const SupervisorBench bench;
    HandOverState told;
    told.servers["web"] = {bench.testServer({"two words"}), ProcessId::self(), false};
    told.servers["web"].spec.environment.append("LONG=" + QByteArray(500'000, 'x'));
    told.servers["db"] = {bench.testServer(), ProcessId::parent(), true};
    HandOverState heard;
    const auto parts = told.parts();
    for (const QJsonObject &part : parts)
        heard.add(part);
    QCOMPARE(heard.servers.size(), size_t(2));
    for (const auto &[name, server] : told.servers) {
        QCOMPARE(heard.servers.at(name).spec.toJson(), server.spec.toJson());
        QCOMPARE(heard.servers.at(name).process, server.process);
        QCOMPARE(heard.servers.at(name).isBeingStopped, server.isBeingStopped);
    }
}

void TestHandedOver::whatDiesMeanwhileIsStartedAgain()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.isUp);
    const ProcessId server = scene.bench.process("web");
    const auto state = scene.bench.supervisor->handOverState();
    scene.bench.supervisor->abandon();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server));
    scene.bench.replaceSupervisor(state);
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.refcount("web"), 1);
    QCOMPARE(scene.bench.info("web").record->watcher, ProcessId::self());
    QVERIFY(scene.comeBack());
}

void TestHandedOver::whatIsBeingStoppedDoesNotComeBack_data()
{
    QTest::addColumn<bool>("endsMeanwhile");
    QTest::newRow("ends meanwhile") << true;
    QTest::newRow("ends later") << false;
}

void TestHandedOver::whatIsBeingStoppedDoesNotComeBack()
{
    QFETCH(const bool, endsMeanwhile);
    RestartScene scene(RestartPolicy::Always, {"--ignore-term"});
    QVERIFY(scene.isUp);
    const ProcessId server = scene.bench.process("web");
    const Answer stop = scene.bench.stop("web");
    const auto state = scene.bench.supervisor->handOverState();
    scene.bench.supervisor->abandon();
    const auto end = [&] {
        QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
        QTRY_VERIFY(!isAlive(server));
    };
    if (endsMeanwhile)
        end();
    scene.bench.replaceSupervisor(state);
    if (!endsMeanwhile)
        end();
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
    QVERIFY(!stop.isThere());
}

void TestHandedOver::whatCrashedAndIsToBeStoppedDoesNotComeBack()
{
    RestartScene scene(RestartPolicy::Always, {"--stragglers", "1"});
    QVERIFY(scene.isUp);
    const ProcessId server = scene.bench.process("web");
    QTRY_COMPARE(liveGroupMembers(server).size(), 2);
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    // Its straggler is waited for.
    const auto isEnding = [&] { return scene.bench.clock.hasAlarmWithin(5s); };
    QTRY_VERIFY(!isAlive(server) && isEnding());
    const Answer stop = scene.bench.stop("web");
    QVERIFY(!stop.isThere());
    const auto state = scene.bench.supervisor->handOverState();
    scene.bench.supervisor->abandon();
    scene.bench.replaceSupervisor(state);
    QVERIFY(scene.bench.passUntil([&] { return scene.bench.supervisor->isEmpty(); }));
    QVERIFY(liveGroupMembers(server).isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
}

void TestHandedOver::aWishForItsEndIsNotForAnother()
{
    RestartScene scene(RestartPolicy::Never, {"--ignore-term"});
    QVERIFY(scene.isUp);
    const ProcessId server = scene.bench.process("web");
    const Answer stop = scene.bench.stop("web");
    const auto state = scene.bench.supervisor->handOverState();
    QVERIFY(state.at("web").isBeingStopped);
    ServerRecord record = *scene.bench.info("web").record;
    scene.bench.supervisor->abandon();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server));
    const TestClient other; // any live process will do as another tool's server
    record.server = other.id();
    record.manager.clear();
    record.watcher.reset();
    QVERIFY(LockfileStore(scene.bench.world.lockDirectory()).writeServer("web", record));
    scene.bench.replaceSupervisor(state);
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(!scene.bench.supervisor->handOverState().at("web").isBeingStopped);
}

QTEST_GUILESS_MAIN(TestHandedOver)
#include "tst_handedover.moc"
