// The restart policy: a server that ends by itself while clients use it is started again, later
// each time, and not for ever.

#include "core/supervisor/restartbackoff.h"
#include "tests/core/restartscene.h"

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
    void aLongLifeMakesGood();
    void keepsItsClients();
    void tellsOnDisk();
    void givesUpAfterTooMany();
    void aStopIsNoEndByItself();
    void whatCannotBeExecutedIsTriedAgain();
    void ofWhatNeverCanBeExecutedOneFailureIsTold();
    void aRestartByHandThatFailsIsTriedAgain();
    void worksAfterAdoption();
    void notForAFirstStartThatFails();
};

namespace {

/// A server whose program is built anew now and then, and is not there meanwhile.
struct BuiltServer
{
    BuiltServer()
    {
        LaunchSpec spec = bench.testServer();
        spec.command = {QFile::encodeName(program)};
        spec.restart = RestartPolicy::OnFailure;
        isUp = QFile::copy(TEST_SERVER, program) && bench.settle(bench.use("web", client, spec));
    }
    bool vanish() const { return QFile::rename(program, program + ".new"); }
    bool comeBack() const { return QFile::rename(program + ".new", program); }

    SupervisorBench bench;
    TestClient client;
    const QString program = bench.world.path("server");
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
    RestartScene scene(policy, options);
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
    RestartScene scene(RestartPolicy::Always);
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
    RestartScene scene(RestartPolicy::Always);
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
    RestartScene scene(RestartPolicy::OnFailure);
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
    RestartScene scene(RestartPolicy::OnFailure);
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
    RestartScene scene(RestartPolicy::Always);
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
    RestartScene scene(RestartPolicy::Always);
    const Answer stop = scene.bench.stop("web");
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestartPolicy::whatCannotBeExecutedIsTriedAgain()
{
    BuiltServer server;
    QVERIFY(server.isUp);
    SupervisorBench &bench = server.bench;
    QVERIFY(server.vanish());
    QCOMPARE(::kill(pid_t(bench.process("web").pid), SIGKILL), 0);
    QTRY_VERIFY(bench.info("web").willRestart());
    bench.clock.advance(500ms);
    QTRY_COMPARE(bench.info("web").record->restarts, 2);
    QVERIFY(bench.info("web").willRestart());
    QVERIFY(server.comeBack());
    bench.clock.advance(1s);
    QTRY_VERIFY(bench.clock.hasAlarmWithin(5ms));
    for (int times = 0; times < 20; ++times)
        bench.clock.advance(5ms);
    QCOMPARE(bench.state("web"), "active");
}

void TestRestartPolicy::ofWhatNeverCanBeExecutedOneFailureIsTold()
{
    BuiltServer server;
    QVERIFY(server.isUp);
    SupervisorBench &bench = server.bench;
    QVERIFY(server.vanish());
    QCOMPARE(::kill(pid_t(bench.process("web").pid), SIGKILL), 0);
    QTRY_VERIFY(bench.info("web").willRestart());
    bench.clock.advance(10min);
    QVERIFY(bench.supervisor->isEmpty());
    QCOMPARE(bench.events.count("failed web"), 1);
}

void TestRestartPolicy::aRestartByHandThatFailsIsTriedAgain()
{
    BuiltServer server;
    QVERIFY(server.isUp);
    SupervisorBench &bench = server.bench;
    QVERIFY(server.vanish());
    const Answer restart = bench.restart("web");
    QTRY_COMPARE(restart.word(), "error: cannot_start");
    QVERIFY(bench.info("web").willRestart());
    QVERIFY(server.comeBack());
    bench.takeEvents();
    QVERIFY(bench.passUntil([&] { return bench.events.contains("started web"); }));
    QCOMPARE(bench.refcount("web"), 1);
}

void TestRestartPolicy::worksAfterAdoption()
{
    RestartScene scene(RestartPolicy::OnFailure);
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
    QTRY_VERIFY(use.isThere());
    QVERIFY2(use.message().contains("exit code 3"), qPrintable(use.message()));
    QVERIFY(bench.supervisor->isEmpty());
    QVERIFY(!bench.world.hasLockFile("web.server.json"));
    QVERIFY(!bench.world.hasLockFile("web.clients.json"));
}

QTEST_GUILESS_MAIN(TestRestartPolicy)
#include "tst_restartpolicy.moc"
