// The pause before a server is started again: who asks for the server then, who leaves, and what
// becomes of the pause when the watcher changes.

#include "tests/core/restartscene.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestRestartPause : public QObject
{
    Q_OBJECT
private slots:
    void theCheckOfOneWhoWaitsInThePauseCounts();
    void theLastClientsLeavingEndsThePause();
    void theLastClientsDeathEndsThePause();
    void aUseDuringThePauseStartsIt();
    void aFailedUseDuringThePauseLeavesTheOthers();
    void aRestartDuringThePauseStartsIt();
    void aRestartThatFailsIsTriedAgain();
    void aStopDuringThePauseEndsIt();
    void anotherToolsServerWins();
    void aStopDuringThePauseSparesAnotherToolsClients();
    void aSuccessorGoesOnWithThePause();
    void aCrashedWatchersPauseIsClearedUp();
};

namespace {

/// Another tool writes that it has started this process as the scene's server.
void anotherToolStarts(RestartScene *scene, const ProcessId &server)
{
    ServerRecord record = *scene->bench.info("web").record;
    record.server = server;
    record.restartAt.reset();
    record.manager.clear();
    record.watcher.reset();
    QVERIFY(LockfileStore(scene->bench.world.lockDirectory()).writeServer("web", record));
}

} // namespace

void TestRestartPause::theLastClientsLeavingEndsThePause()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    QVERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QCOMPARE(scene.bench.events.last(), "stopped web (unused)");
}

void TestRestartPause::theLastClientsDeathEndsThePause()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    scene.client.kill();
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
}

void TestRestartPause::aUseDuringThePauseStartsIt()
{
    RestartScene scene(RestartPolicy::Always);
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

void TestRestartPause::aFailedUseDuringThePauseLeavesTheOthers()
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

void TestRestartPause::aRestartDuringThePauseStartsIt()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const Answer restart = scene.bench.restart("web");
    QVERIFY(scene.bench.settle(restart));
    QCOMPARE(restart.word(), "started");
    QCOMPARE(scene.bench.refcount("web"), 1);
    QCOMPARE(scene.bench.info("web").record->restarts, 0);
}

void TestRestartPause::aRestartThatFailsIsTriedAgain()
{
    // Of its starts, the second and the third fail.
    SupervisorBench bench;
    const QString starts = bench.world.path("starts");
    LaunchSpec spec = bench.testServer();
    spec.command = {"/bin/sh", "-c",
                    "for n in 1 2 3 4; do test -e \"$0$n\" || break; done; : > \"$0$n\";"
                    " case $n in 2|3) exit 5;; esac; exec \"$1\"",
                    QFile::encodeName(starts), TEST_SERVER};
    spec.restart = RestartPolicy::OnFailure;
    const TestClient client;
    QVERIFY(bench.settle(bench.use("web", client, spec)));
    QTRY_VERIFY(QFile::exists(starts + '1'));
    const Answer restart = bench.restart("web");
    QTRY_COMPARE(restart.word(), "error: cannot_start");
    QVERIFY2(restart.message().contains("exit code 5"), qPrintable(restart.message()));
    QVERIFY(bench.info("web").willRestart());
    bench.takeEvents();
    QVERIFY(bench.passUntil([&] { return bench.events.contains("started web"); }));
    QCOMPARE(bench.refcount("web"), 1);
    QCOMPARE(bench.info("web").record->restarts, 2);
    QCOMPARE(restart.count(), 1);
    int calls = 0;
    bench.supervisor->whenQuiet([&calls] { ++calls; });
    QCOMPARE(calls, 1);
}

void TestRestartPause::aStopDuringThePauseEndsIt()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    QCOMPARE(scene.bench.stop("web").word(), "stopped");
    QVERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    scene.bench.clock.advance(1min);
    QVERIFY(scene.bench.supervisor->isEmpty());
}

void TestRestartPause::anotherToolsServerWins()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const TestClient other; // any live process will do as its server
    anotherToolStarts(&scene, other.id());
    QTRY_COMPARE(scene.bench.events.last(), "stopped web (replaced)");
    QTRY_VERIFY(!scene.bench.supervisor->isEmpty());
    QCOMPARE(scene.bench.process("web"), other.id());
    scene.bench.clock.advance(1min);
    QCOMPARE(scene.bench.process("web"), other.id());
}

void TestRestartPause::aStopDuringThePauseSparesAnotherToolsClients()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const TestClient other; // any live process will do as its server
    anotherToolStarts(&scene, other.id());
    // Before that is heard of.
    QCOMPARE(scene.bench.stop("web").word(), "stopped");
    QVERIFY(scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(scene.bench.world.hasLockFile("web.clients.json"));
    QTRY_VERIFY(!scene.bench.supervisor->isEmpty());
    QCOMPARE(scene.bench.process("web"), other.id());
    QCOMPARE(scene.bench.refcount("web"), 1);
}

void TestRestartPause::aSuccessorGoesOnWithThePause()
{
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    const auto state = scene.bench.supervisor->handOverState();
    scene.bench.supervisor->abandon();
    Supervisor successor(scene.bench.world.lockDirectory(), &scene.bench.clock);
    const QSignalSpy started(&successor, &Supervisor::serverStarted);
    successor.adoptAll(state);
    QVERIFY(successor.info("web").willRestart());
    scene.bench.clock.advance(500ms);
    const auto isStarted = [&] {
        scene.bench.clock.advance(5ms);
        return started.count() == 1;
    };
    QVERIFY(QTest::qWaitFor(isStarted, 30000));
    QCOMPARE(successor.info("web").clients.count(), 1);
    // As version 0.6.8 does it; the directory tells nothing of it.
    QVERIFY(LockfileStore(scene.bench.world.lockDirectory())
                .updateClients("web", [&](ClientTable &table) { table.detach(scene.client.id()); },
                               {.whenEmpty = WhenEmpty::Keep}));
    QTRY_COMPARE(successor.info("web").clients.count(), 0);
    successor.abandon();
}

void TestRestartPause::aCrashedWatchersPauseIsClearedUp()
{
    // Nobody knows its environment any more, and so nobody can start it as it was.
    RestartScene scene(RestartPolicy::Always);
    QVERIFY(scene.end());
    QTRY_VERIFY(scene.isPausing());
    scene.bench.replaceSupervisor();
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(!scene.bench.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.bench.world.hasLockFile("web.clients.json"));
}

void TestRestartPause::theCheckOfOneWhoWaitsInThePauseCounts()
{
    RestartScene scene(RestartPolicy::OnFailure);
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

QTEST_GUILESS_MAIN(TestRestartPause)
#include "tst_restartpause.moc"
