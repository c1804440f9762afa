// What another tool does to our servers: one that it has put another in the place of goes, also
// while it is being stopped, and one that its own watcher has left is taken over.

#include "core/process/processgroup.h"
#include "tests/core/lockfilesamples.h"
#include "tests/core/runningserver.h"

#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestReplacedServer : public QObject
{
    Q_OBJECT
private slots:
    void aReplacedServerGoes();
    void aReplacedServerThatIsBeingStoppedGoesToo();
    void aReplacedServerGoesAlsoWhenAStopGivesUp();
    void anUnwillingReplacedServerGoesWithItsWatcher();
    void aRestartLeavesTheFilesToAnother();
    void aFileThatIsSpoiltRightAfterItWasWrittenAgainIsMended();
    void anUnwillingOneThatLostItsOwnWatcherIsAdopted();
};

namespace {

/// What another tool does that starts a server under the same name: its record wins. The server is
/// one of another world.
void replace(const RunningServer &scene, const RunningServer &other)
{
    ServerRecord record = *other.bench.info("web").record;
    record.manager.clear();
    LockfileStore(scene.bench.supervisor->store().directory()).writeServer("web", record);
}

} // namespace

void TestReplacedServer::aReplacedServerGoes()
{
    RunningServer scene;
    RunningServer other;
    scene.bench.takeEvents();
    replace(scene, other);
    QTRY_VERIFY(!isAlive(scene.server));
    QTRY_VERIFY(scene.bench.events.contains("stopped web (replaced)"));
    QVERIFY(isAlive(other.server));
    const auto file = scene.bench.supervisor->store().readServer("web");
    QVERIFY(file && *file);
    QCOMPARE((*file)->server, other.server);
}

void TestReplacedServer::aReplacedServerThatIsBeingStoppedGoesToo()
{
    RunningServer scene({"--stragglers", "2"});
    RunningServer other;
    const Answer stop = scene.bench.stop("web", {.timeout = 1h});
    QTRY_COMPARE(scene.group().size(), 2);
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(5s));
    replace(scene, other);
    scene.bench.supervisor->doctor("web"); // looks at the files at once
    scene.bench.clock.advance(5s);
    QTRY_VERIFY(scene.group().isEmpty());
    QTRY_COMPARE(stop.word(), "stopped");
    QVERIFY(isAlive(other.server));
    QVERIFY(scene.bench.world.hasLockFile("web.server.json"));
}

void TestReplacedServer::aReplacedServerGoesAlsoWhenAStopGivesUp()
{
    RunningServer scene({"--ignore-term"});
    RunningServer other;
    const Answer stop = scene.bench.stop("web", {.timeout = 1s});
    replace(scene, other);
    scene.bench.supervisor->doctor("web");
    scene.bench.clock.advance(5s);
    QTRY_VERIFY(!isAlive(scene.server));
    QCOMPARE(stop.count(), 1);
    QVERIFY(isAlive(other.server));
}

void TestReplacedServer::anUnwillingReplacedServerGoesWithItsWatcher()
{
    RunningServer scene({"--ignore-term"});
    RunningServer other;
    replace(scene, other);
    scene.bench.supervisor->doctor("web");
    scene.bench.supervisor->abandon();
    QTRY_VERIFY(!isAlive(scene.server));
    QVERIFY(isAlive(other.server));
}

void TestReplacedServer::aRestartLeavesTheFilesToAnother()
{
    RunningServer scene;
    RunningServer other;
    // In the last moment before the server is started again.
    connect(scene.bench.supervisor.get(), &Supervisor::serverStopped, this,
            [&scene, &other] { replace(scene, other); });
    const Answer restart = scene.bench.restart("web");
    QTRY_COMPARE(restart.word(), "error: conflict");
    const auto file = scene.bench.supervisor->store().readServer("web");
    QVERIFY(file && *file);
    QCOMPARE((*file)->server, other.server);
    QVERIFY(isAlive(other.server));
    QTRY_COMPARE(scene.bench.world.processCount(TEST_SERVER), 0);
}

void TestReplacedServer::aFileThatIsSpoiltRightAfterItWasWrittenAgainIsMended()
{
    RunningServer scene;
    const QString path = scene.bench.world.lockFile("web.server.json");
    QVERIFY(QFile::remove(path));
    QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(100ms));
    scene.bench.clock.advance(100ms);
    QVERIFY(QFile::exists(path));
    // Before the directory tells of the file that was made.
    overwriteFile(path, "{");
    const auto server = [&scene] {
        const auto read = scene.bench.supervisor->store().readServer("web");
        return read && *read ? (*read)->server : ProcessId();
    };
    QTRY_COMPARE(server(), scene.server);
}

void TestReplacedServer::anUnwillingOneThatLostItsOwnWatcherIsAdopted()
{
    RunningServer scene({"--ignore-term"});
    QVERIFY(scene.isUp);
    ServerRecord record = *scene.bench.info("web").record;
    TestClient itsWatcher;
    record.manager.clear();
    record.watcher = itsWatcher.id();
    scene.bench.supervisor->abandon();
    LockfileStore(scene.bench.supervisor->store().directory()).writeServer("web", record);
    scene.bench.replaceSupervisor();
    const Answer stop = scene.bench.stop("web", {.timeout = 10s});
    itsWatcher.kill();
    QTRY_VERIFY(!isAlive(itsWatcher.id()));
    QCoreApplication::processEvents();
    scene.bench.clock.advance(10s);
    QCOMPARE(stop.word(), "error: timeout");
    QTRY_COMPARE(scene.bench.info("web").record->watcher, ProcessId::self());
    scene.client.kill();
    QTRY_COMPARE(scene.bench.state("web"), "grace");
}

QTEST_GUILESS_MAIN(TestReplacedServer)
#include "tst_replacedserver.moc"
