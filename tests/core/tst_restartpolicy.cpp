// The restart policy: a server that ends by itself while clients use it is started again, later
// each time, and not for ever.

#include "core/supervisor/restartbackoff.h"
#include "tests/core/supervisorbench.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestRestartPolicy : public QObject
{
    Q_OBJECT
private slots:
    void decidesByTheEnd_data();
    void decidesByTheEnd();
    void pausesLongerEachTime();
    void theCheckOfOneWhoWaitsInThePauseCounts();
    void aLongLifeMakesGood();
    void keepsItsClients();
    void tellsOnDisk();
    void givesUpAfterTooMany();
    void aStopIsNoEndByItself();
    void theLastClientsLeavingEndsThePause();
    void theLastClientsDeathEndsThePause();
    void aUseDuringThePauseStartsIt();
    void aFailedUseDuringThePauseLeavesTheOthers();
    void aRestartDuringThePauseStartsIt();
    void aStopDuringThePauseEndsIt();
    void whatCannotBeExecutedIsTriedAgain();
    void anotherToolsServerWins();
    void aSuccessorGoesOnWithThePause();
    void aCrashedWatchersPauseIsClearedUp();
    void worksAfterAdoption();
    void notForAFirstStartThatFails();
};

namespace {

/// A server with a policy and one client.
struct Running
{
    explicit Running(RestartPolicy policy, const QStringList &options = {})
    {
        LaunchSpec spec = bench.testServer(options);
        spec.restart = policy;
        isUp = bench.settle(bench.use("web", client, spec));
        bench.takeEvents();
    }

    /// The server ends, and all of its end has been seen to.
    bool end(int signal = SIGKILL)
    {
        const ProcessId server = bench.process("web");
        if (!server.isValid() || ::kill(pid_t(server.pid), signal) != 0)
            return false;
        return QTest::qWaitFor([&] { return !bench.process("web").isValid(); }, 30000);
    }
    bool isPausing() const { return bench.info("web").willRestart(); }
    qint64 pauseMs() const
    {
        return bench.clock.now().msecsTo(bench.info("web").record->restartAt->time());
    }
    /// Lets the pause pass, and the new process start.
    bool comeBack()
    {
        bench.clock.advance(std::chrono::milliseconds(pauseMs()));
        const auto isFar = [&] { return bench.clock.hasAlarmWithin(5ms); };
        if (!QTest::qWaitFor(isFar, 30000))
            return false;
        for (int times = 0; times < 20 && !bench.events.contains("started web"); ++times)
            bench.clock.advance(5ms);
        return bench.events.contains("started web");
    }

    SupervisorBench bench;
    TestClient client;
    bool isUp = false;
};

} // namespace

void TestRestartPolicy::decidesByTheEnd_data()
{
    QTest::addColumn<RestartPolicy>("policy");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("signal");
    QTest::addColumn<bool>("comesBack");
    const QStringList success{"--exit-on-term", "0"};
    const QStringList failure{"--exit-on-term", "3"};
    QTest::newRow("never, killed") << RestartPolicy::Never << success << SIGKILL << false;
    QTest::newRow("never, failure") << RestartPolicy::Never << failure << SIGTERM << false;
    QTest::newRow("on-failure, success") << RestartPolicy::OnFailure << success << SIGTERM << false;
    QTest::newRow("on-failure, failure") << RestartPolicy::OnFailure << failure << SIGTERM << true;
    QTest::newRow("on-failure, killed") << RestartPolicy::OnFailure << success << SIGKILL << true;
    QTest::newRow("always, success") << RestartPolicy::Always << success << SIGTERM << true;
    QTest::newRow("always, failure") << RestartPolicy::Always << failure << SIGTERM << true;
}

void TestRestartPolicy::decidesByTheEnd()
{
    QFETCH(const RestartPolicy, policy);
    QFETCH(const QStringList, options);
    QFETCH(const int, signal);
    Running scene(policy, options);
    QVERIFY(scene.isUp);
    const ProcessId before = scene.bench.process("web");
    QVERIFY(scene.end(signal));
    QTRY_VERIFY(!scene.bench.events.isEmpty());
    QTEST(scene.isPausing(), "comesBack");
    if (!scene.isPausing()) {
        QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
        return;
    }
    QVERIFY(scene.comeBack());
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(scene.bench.process("web") != before);
}

void TestRestartPolicy::pausesLongerEachTime()
{
    Running scene(RestartPolicy::Always);
    for (const qint64 pause : {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}) {
        QVERIFY(scene.end());
        QTRY_VERIFY(scene.isPausing());
        QCOMPARE(scene.pauseMs(), pause);
        scene.bench.takeEvents();
        QVERIFY(scene.comeBack());
    }
}

void TestRestartPolicy::aLongLifeMakesGood()
{
    RestartBackoff backoff(RestartBackoff::kMostInARow);
    QVERIFY(!backoff.next(59s));
    QCOMPARE(backoff.next(60s), std::optional(RestartBackoff::kFirstPause));
    QCOMPARE(backoff.inARow(), 1);
    // And of a real one.
    Running scene(RestartPolicy::Always);
    for (int times = 0; times < 3; ++times) {
        QVERIFY(scene.end());
        QTRY_VERIFY(scene.isPausing());
        scene.bench.takeEvents();
        QVERIFY(scene.comeBack());
    }
    QCOMPARE(scene.bench.info("web").record->restarts, 3);
    scene.bench.clock.advance(1min);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.pauseMs(), 500);
}

void TestRestartPolicy::keepsItsClients()
{
    Running scene(RestartPolicy::OnFailure);
    const ClientTable before = scene.bench.info("web").clients;
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.info("web").clients, before);
    QVERIFY(scene.comeBack());
    QCOMPARE(scene.bench.info("web").clients, before);
    const auto file = scene.bench.supervisor->store().readClients("web");
    QVERIFY(file && *file);
    QCOMPARE(**file, before);
}

void TestRestartPolicy::tellsOnDisk()
{
    Running scene(RestartPolicy::OnFailure);
    QVERIFY(scene.end());
    QTRY_COMPARE(scene.bench.events, QStringList{"stopped web (crashed)"});
    const ServerInfo read = readServerInfo(scene.bench.supervisor->store(), "web");
    QCOMPARE(stateWord(read.state), "stopped");
    QVERIFY(read.willRestart());
    QCOMPARE(read.restartRemaining(scene.bench.clock.now()), std::optional<qint64>(1));
    QStringList listed;
    readAllServers(scene.bench.supervisor->store(),
                   [&](const ServerInfo &info) { listed.append(info.name); });
    QCOMPARE(listed, QStringList{"web"});
    QCOMPARE(scene.bench.supervisor->list().size(), 1);
    QVERIFY(scene.comeBack());
    const ServerInfo after = readServerInfo(scene.bench.supervisor->store(), "web");
    QVERIFY(!after.willRestart());
    QCOMPARE(after.record->restart, "on-failure");
    QCOMPARE(after.record->restarts, 1);
}

void TestRestartPolicy::givesUpAfterTooMany()
{
    Running scene(RestartPolicy::Always);
    Error last;
    connect(scene.bench.supervisor.get(), &Supervisor::serverFailed, this,
            [&](const ServerInfo &, const Error &error) { last = error; });
    for (int times = 0; times < RestartBackoff::kMostInARow; ++times) {
        QVERIFY(scene.end());
        QTRY_VERIFY(scene.isPausing());
        scene.bench.takeEvents();
        QVERIFY(scene.comeBack());
    }
    scene.bench.takeEvents();
    QVERIFY(scene.end());
    QTRY_COMPARE(scene.bench.events, QStringList{"failed web"});
    QVERIFY2(last.message.contains("9 times in a row") && last.message.contains("SIGKILL"),
             qPrintable(last.message));
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestartPolicy::aStopIsNoEndByItself()
{
    Running scene(RestartPolicy::Always);
    const Answer stop = scene.bench.stop("web");
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestartPolicy::theLastClientsLeavingEndsThePause()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    QVERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QCOMPARE(scene.bench.events.last(), "stopped web (unused)");
}

void TestRestartPolicy::theLastClientsDeathEndsThePause()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    scene.client.kill();
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
}

void TestRestartPolicy::aUseDuringThePauseStartsIt()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const TestClient second;
    const Answer use = scene.bench.use("web", second);
    QVERIFY(scene.bench.settle(use));
    QCOMPARE(use.word(), "started");
    QCOMPARE(scene.bench.refcount("web"), 2);
    // And is not started a second time when the pause would have been over.
    const ProcessId server = scene.bench.process("web");
    scene.bench.clock.advance(1min);
    QCOMPARE(scene.bench.process("web"), server);
}

void TestRestartPolicy::aFailedUseDuringThePauseLeavesTheOthers()
{
    // The first start works, all later ones do not.
    SupervisorBench bench;
    const QString mark = bench.world.path("started");
    LaunchSpec spec = bench.testServer();
    spec.command = {"/bin/sh", "-c", "test -f \"$0\" && exit 5; touch \"$0\"; exec \"$1\"",
                    QFile::encodeName(mark), TEST_SERVER};
    spec.restart = RestartPolicy::Always;
    const TestClient first;
    QVERIFY(bench.settle(bench.use("web", first, spec)));
    QTRY_VERIFY(QFile::exists(mark));
    QCOMPARE(::kill(pid_t(bench.process("web").pid), SIGKILL), 0);
    QTRY_VERIFY(bench.info("web").willRestart());
    const TestClient second;
    const Answer use = bench.use("web", second);
    QVERIFY(QTest::qWaitFor([&] { return use.isThere(); }, 30000));
    QVERIFY2(use.message().contains("exit code 5"), qPrintable(use.message()));
    QVERIFY(bench.info("web").willRestart());
    QCOMPARE(bench.refcount("web"), 1);
    QVERIFY(bench.info("web").clients.find(first.id().pid));
}

void TestRestartPolicy::aRestartDuringThePauseStartsIt()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const Answer restart = scene.bench.restart("web");
    QVERIFY(scene.bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QCOMPARE(scene.bench.refcount("web"), 1);
    QCOMPARE(scene.bench.info("web").record->restarts, 0);
}

void TestRestartPolicy::aStopDuringThePauseEndsIt()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.stop("web").word(), "stopped");
    QVERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    scene.bench.clock.advance(1min);
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestartPolicy::whatCannotBeExecutedIsTriedAgain()
{
    SupervisorBench bench;
    const QString program = bench.world.path("server");
    QVERIFY(QFile::copy(TEST_SERVER, program));
    LaunchSpec spec = bench.testServer();
    spec.command = {QFile::encodeName(program)};
    spec.restart = RestartPolicy::OnFailure;
    const TestClient client;
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    // It is being built anew, say.
    QVERIFY(QFile::rename(program, program + ".new"));
    QCOMPARE(::kill(pid_t(bench.process("web").pid), SIGKILL), 0);
    QTRY_VERIFY(bench.info("web").willRestart());
    bench.clock.advance(500ms);
    QTRY_COMPARE(bench.info("web").record->restarts, 2);
    QVERIFY(bench.info("web").willRestart());
    QVERIFY(QFile::rename(program + ".new", program));
    bench.clock.advance(1s);
    QTRY_VERIFY(bench.clock.hasAlarmWithin(5ms));
    for (int times = 0; times < 20; ++times)
        bench.clock.advance(5ms);
    QCOMPARE(bench.state("web"), "active");
}

void TestRestartPolicy::anotherToolsServerWins()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const TestClient other; // any live process will do as its server
    ServerRecord record = *scene.bench.info("web").record;
    record.server = other.id();
    record.restartAt.reset();
    record.manager.clear();
    record.watcher.reset();
    LockfileStore store(scene.bench.world.lockDirectory());
    QVERIFY(store.writeServer("web", record));
    scene.bench.clock.advance(std::chrono::milliseconds(scene.pauseMs()));
    QTRY_COMPARE(scene.bench.process("web"), other.id());
}

void TestRestartPolicy::aSuccessorGoesOnWithThePause()
{
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const auto state = scene.bench.supervisor->handOverState();
    scene.bench.supervisor->abandon();
    Supervisor successor(scene.bench.world.lockDirectory(), &scene.bench.clock);
    successor.adoptAll(state);
    QVERIFY(successor.info("web").willRestart());
    scene.bench.clock.advance(500ms);
    const auto isStarted = [&] {
        scene.bench.clock.advance(5ms);
        return successor.info("web").isRunning();
    };
    QVERIFY(QTest::qWaitFor(isStarted, 30000));
    QCOMPARE(successor.info("web").clients.count(), 1);
    successor.abandon();
}

void TestRestartPolicy::aCrashedWatchersPauseIsClearedUp()
{
    // Nobody knows its environment any more, and so nobody can start it as it was.
    Running scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    scene.bench.replaceSupervisor();
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
}

void TestRestartPolicy::worksAfterAdoption()
{
    Running scene(RestartPolicy::OnFailure);
    scene.bench.replaceSupervisor();
    scene.bench.takeEvents();
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QVERIFY(scene.comeBack());
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestRestartPolicy::notForAFirstStartThatFails()
{
    SupervisorBench bench;
    const TestClient client;
    LaunchSpec spec = bench.testServer({"--exit", "3"});
    spec.restart = RestartPolicy::Always;
    // No time passes in which it would count as started.
    const Answer use = bench.use("web", client, spec);
    QTRY_VERIFY_WITH_TIMEOUT(use.isThere(), 30000);
    QVERIFY2(use.message().contains("exit code 3"), qPrintable(use.message()));
    QVERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
}

void TestRestartPolicy::theCheckOfOneWhoWaitsInThePauseCounts()
{
    Running scene(RestartPolicy::OnFailure);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const QString sign = scene.bench.world.path("sign");
    const auto check = ReadyCheck::fromWord(QString("exec:test -e '%1'").arg(sign));
    QVERIFY(check);
    const Answer wait = scene.bench.wait("web", {}, *check);
    QVERIFY(scene.comeBack());
    QVERIFY(!wait.isThere());
    QVERIFY(QFile(sign).open(QIODevice::WriteOnly));
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "ready");
}

QTEST_GUILESS_MAIN(TestRestartPolicy)
#include "tst_restartpolicy.moc"
