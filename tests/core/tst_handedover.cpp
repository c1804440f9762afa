// What a watcher tells the one that takes its place, and what that one makes of it.

#include "core/control/handover.h"
#include "core/process/processgroup.h"
#include "tests/core/restartscene.h"
#include "tests/support/patience.h"

#include <QFile>
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
    void aStopKeepsItsTimeAndItsForce_data();
    void aStopKeepsItsTimeAndItsForce();
    void aStopThatHadToWaitIsTold();
    void afterItsGraceNobodyIsAttached_data();
    void afterItsGraceNobodyIsAttached();
    void itsExitIsTold();
    void lostFilesAreWrittenFirst();
};

namespace {

/// Its leader ends by a signal, and one of its group goes on; what it was.
ProcessId leaveStraggler(RestartScene *scene, int signal)
{
    const ProcessId server = scene->bench.process("web");
    const bool isComplete = comesTrue([&] { return liveGroupMembers(server).size() == 2; });
    if (!isComplete || ::kill(pid_t(server.pid), signal) != 0)
        return {};
    const auto isEnding = [&] { return scene->bench.clock.hasAlarmWithin(5s); };
    const bool isHalfDead = comesTrue([&] { return !isAlive(server) && isEnding(); });
    return isHalfDead ? server : ProcessId();
}

} // namespace

void TestHandedOver::tellsTheEnvironment()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const auto state = bench.supervisor->handOverState();
    QCOMPARE(state.size(), size_t(1));
    QCOMPARE(state.at("web").spec.environment, bench.testServer().environment);
    QVERIFY(!state.at("web").stop);
    QVERIFY(!bench.world.readLockFile("web.server.json").contains("XDG_STATE_HOME"));
}

void TestHandedOver::itsPartsTellAllOfIt()
{
    const SupervisorBench bench;
    HandOverState told;
    told.servers["web"] = {bench.testServer({"two words"}), ProcessId::self()};
    told.servers["web"].spec.environment.append("LONG=" + QByteArray(500'000, 'x'));
    told.servers["db"] = {bench.testServer(), ProcessId::parent(), StopOptions{true, 6s}, true,
                          ExitStatus{{}, SIGKILL}};
    HandOverState heard;
    const auto parts = told.parts();
    for (const QJsonObject &part : parts)
        heard.add(part);
    QCOMPARE(heard.servers.size(), size_t(2));
    for (const auto &[name, server] : told.servers) {
        QCOMPARE(heard.servers.at(name).spec.toJson(), server.spec.toJson());
        QCOMPARE(heard.servers.at(name).process, server.process);
        QCOMPARE(heard.servers.at(name).stop.has_value(), server.stop.has_value());
        QCOMPARE(heard.servers.at(name).isGraceOver, server.isGraceOver);
        QCOMPARE(heard.servers.at(name).exit.has_value(), server.exit.has_value());
    }
    QVERIFY(heard.servers.at("db").stop->force);
    QCOMPARE(heard.servers.at("db").stop->timeout, 6s);
    QCOMPARE(heard.servers.at("db").exit->signal, SIGKILL);
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
    const ProcessId server = leaveStraggler(&scene, SIGKILL);
    QVERIFY(server.isValid());
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
    QVERIFY(state.at("web").stop);
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
    QVERIFY(!scene.bench.supervisor->handOverState().at("web").stop);
}

void TestHandedOver::aStopKeepsItsTimeAndItsForce_data()
{
    QTest::addColumn<QList<int>>("softSeconds");
    QTest::addColumn<QList<int>>("forceSeconds");
    QTest::addColumn<bool>("isForced");
    QTest::addColumn<int>("secondsLeft");
    QTest::newRow("one") << QList<int>{60} << QList<int>{} << false << 59;
    QTest::newRow("the most patient") << QList<int>{60, 30} << QList<int>{} << false << 59;
    QTest::newRow("by force") << QList<int>{} << QList<int>{6} << true << 5;
    QTest::newRow("the first by force") << QList<int>{3, 60} << QList<int>{6, 20} << true << 5;
}

void TestHandedOver::aStopKeepsItsTimeAndItsForce()
{
    QFETCH(const QList<int>, softSeconds);
    QFETCH(const QList<int>, forceSeconds);
    RestartScene scene(RestartPolicy::Always, {"--ignore-term"});
    QVERIFY(scene.isUp);
    for (const int seconds : softSeconds)
        scene.bench.stop("web", {false, std::chrono::seconds(seconds)});
    for (const int seconds : forceSeconds)
        scene.bench.stop("web", {true, std::chrono::seconds(seconds)});
    scene.bench.clock.advance(1s);
    const auto stop = scene.bench.supervisor->handOverState().at("web").stop;
    QVERIFY(stop);
    QTEST(stop->force, "isForced");
    QTEST(int(std::chrono::duration_cast<std::chrono::seconds>(stop->timeout).count()),
          "secondsLeft");
    scene.bench.replaceSupervisor(scene.bench.supervisor->handOverState());
    QVERIFY(scene.bench.supervisor->handOverState().at("web").stop);
    scene.bench.clock.advance(stop->timeout + 1s);
    if (stop->force)
        QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    else
        QVERIFY(!scene.bench.supervisor->handOverState().at("web").stop);
}

void TestHandedOver::aStopThatHadToWaitIsTold()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer({"--ignore-term"}));
    const Answer stop = bench.stop("web"); // waits for the start to come to its end
    std::optional<HandedOver> told;
    bench.supervisor->whenQuiet([&] { told = bench.supervisor->handOverState().at("web"); });
    QVERIFY(bench.settle(use));
    QTRY_VERIFY(told);
    QVERIFY(told->stop);
}

void TestHandedOver::afterItsGraceNobodyIsAttached_data()
{
    QTest::addColumn<bool>("isStoppedToo");
    QTest::newRow("grace") << false;
    QTest::newRow("and a stop") << true;
}

void TestHandedOver::afterItsGraceNobodyIsAttached()
{
    QFETCH(const bool, isStoppedToo);
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client, {"--ignore-term"}, "1m"));
    const ProcessId server = bench.process("web");
    bench.unuse("web", client);
    bench.clock.advance(1min);
    if (isStoppedToo)
        bench.stop("web", {false, 3s});
    QVERIFY(bench.supervisor->handOverState().at("web").isGraceOver);
    bench.replaceSupervisor(bench.supervisor->handOverState());
    QVERIFY(bench.supervisor->handOverState().at("web").isGraceOver);
    const Answer use = bench.use("web", client, bench.testServer());
    QVERIFY(!use.isThere());
    bench.clock.advance(5s);
    QTRY_VERIFY(!isAlive(server));
    QVERIFY(bench.settle(use));
    QCOMPARE(use.word(), "started");
}

void TestHandedOver::itsExitIsTold()
{
    RestartScene scene(RestartPolicy::OnFailure, {"--stragglers", "1", "--exit-on-term", "0"});
    QVERIFY(scene.isUp);
    const ProcessId server = leaveStraggler(&scene, SIGTERM);
    QVERIFY(server.isValid());
    const auto state = scene.bench.supervisor->handOverState();
    QCOMPARE(state.at("web").exit->exitCode, 0);
    scene.bench.replaceSupervisor(state);
    // That was no failure, so it does not come back.
    QVERIFY(scene.bench.passUntil([&] { return scene.bench.supervisor->isEmpty(); }));
    QVERIFY(liveGroupMembers(server).isEmpty());
}

void TestHandedOver::lostFilesAreWrittenFirst()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    for (const char *file : {"web.server.json", "web.clients.json"})
        QVERIFY(QFile::remove(bench.world.lockFile(file)));
    bench.replaceSupervisor(bench.supervisor->handOverState());
    QCOMPARE(bench.state("web"), "active");
    QCOMPARE(bench.refcount("web"), 1);
}

QTEST_GUILESS_MAIN(TestHandedOver)
#include "tst_handedover.moc"
