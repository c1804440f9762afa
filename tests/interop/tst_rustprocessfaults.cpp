// A test for each fault about processes that the Rust tool once had and mended: which process a
// lockfile means, what is left behind of one, and what one holds open.

#include "core/process/processid.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>

#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRustProcessFaults : public QObject
{
    Q_OBJECT
private slots:
    void aRecycledPidIsNotTheServer();
    void aRecycledPidIsNotTheWatcher();
    void aZombieIsNotAlive();
    void anOldWatcherLeavesANewServersFilesAlone();
    void aFailedStartLeavesNoProcess();
    void grandchildrenEndWithTheServer();
    void theCallerIsNotHeldByAPipe();
    void descriptorsAreClosedOnce();
};

namespace {

/// A lockfile of a server that another process has the pid of now.
QByteArray serverFile(qint64 pid, const QByteArray &more)
{
    return R"({"pid":)" + QByteArray::number(pid)
        + R"(,"command":["x"],"grace_period":"5m","started_at":"2020-01-01T00:00:00Z")" + more
        + '}';
}

/// How many descriptors a process has, sockets apart: those of commands that have just ended may
/// not be closed yet.
qsizetype openDescriptors(qint64 pid)
{
    const QFileInfoList all = QDir(QString("/proc/%1/fd").arg(pid))
                                  .entryInfoList(QDir::NoDotAndDotDot | QDir::System | QDir::Files);
    return std::count_if(all.begin(), all.end(), [](const QFileInfo &descriptor) {
        return !descriptor.symLinkTarget().contains("socket:");
    });
}

} // namespace

void TestRustProcessFaults::aRecycledPidIsNotTheServer()
{
    const TestWorld world;
    const TestClient stranger;
    const TestClient client;
    const QByteArray wrongStamp =
        R"(,"watcher_pid":null,"start_time":)" + QByteArray::number(stranger.id().startStamp - 1);
    for (const QByteArray &more : {QByteArray(R"(,"watcher_pid":null)"), wrongStamp}) {
        world.writeLockFile("web.server.json", serverFile(stranger.pid(), more));
        QVERIFY(stateOf("web") != "active" && stateOf("web") != "grace");
        const auto used = run(useWeb(client));
        QVERIFY2(used.output.contains("Started server web"), qPrintable(used.errors));
        QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
        QVERIFY(isAlive(stranger.id()));
    }
}

void TestRustProcessFaults::aRecycledPidIsNotTheWatcher()
{
    const TestWorld world;
    TestClient client;
    QCOMPARE(run(useWeb(client, {"--grace-period", "50ms"})).exitCode, 0);
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    auto stranger = std::make_unique<TestClient>();
    while (stranger->id().startStamp == watcher.startStamp) // both of one tick
        stranger = std::make_unique<TestClient>();
    QCOMPARE(kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
    // Another process has its pid, and looks after nothing.
    QJsonObject record = QJsonDocument::fromJson(world.readLockFile("web.server.json")).object();
    record.insert("watcher_pid", stranger->pid());
    record.remove("manager");
    world.writeLockFile("web.server.json", QJsonDocument(record).toJson());
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QTRY_COMPARE(stateOf("web"), "stopped"); // so somebody keeps the time
    QVERIFY(isAlive(stranger->id()));
}

void TestRustProcessFaults::aZombieIsNotAlive()
{
    const TestWorld world;
    // A server whose parent never reaps: this process.
    const pid_t zombie = fork();
    if (zombie == 0)
        pause();
    const ProcessId server = ProcessId::of(zombie);
    world.writeLockFile(
        "web.server.json",
        serverFile(zombie,
                   R"(,"watcher_pid":null,"start_time":)" + QByteArray::number(server.startStamp)));
    QCOMPARE(kill(zombie, SIGKILL), 0);
    QTRY_COMPARE(livenessOf(server), Liveness::Zombie);
    QVERIFY(run({"check", "web"}).exitCode >= 2);
    const TestClient client;
    const auto used = run(useWeb(client));
    QVERIFY2(used.output.contains("Started server web"), qPrintable(used.errors));
    // And one that becomes a zombie while it is being stopped, because its parent is another one.
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    QCOMPARE(kill(pid_t(watcher.pid), SIGKILL), 0);
    const auto stopped = run({"admin", "stop", "web"});
    QVERIFY2(stopped.exitCode == 0, qPrintable(stopped.errors));
    QCOMPARE(stateOf("web"), "stopped");
}

void TestRustProcessFaults::anOldWatcherLeavesANewServersFilesAlone()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    const ProcessId old = ProcessId::of(pidOf("web"));
    // The watcher sleeps while its server dies and somebody puts another one in its place.
    QCOMPARE(kill(pid_t(watcher.pid), SIGSTOP), 0);
    QCOMPARE(kill(pid_t(old.pid), SIGKILL), 0);
    const TestClient successor;
    const QByteArray record =
        serverFile(successor.pid(),
                   R"(,"watcher_pid":)" + QByteArray::number(getpid()) + R"(,"watcher_start_time":)"
                       + QByteArray::number(ProcessId::self().startStamp) + R"(,"start_time":)"
                       + QByteArray::number(successor.id().startStamp));
    world.writeLockFile("web.server.json", record);
    QCOMPARE(kill(pid_t(watcher.pid), SIGCONT), 0);
    // It has come to its end with the old one as soon as it answers for another name.
    QCOMPARE(run({"admin", "start", "other", "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(pidOf("web"), successor.pid());
    QCOMPARE(world.readLockFile("web.server.json"), record);
    QVERIFY(isAlive(successor.id()));
}

void TestRustProcessFaults::aFailedStartLeavesNoProcess()
{
    const TestWorld world; // whose end fails where a process is left
    const TestClient client;
    const QStringList commands[] = {{"/nowhere/to/be/found"},
                                    {TEST_SERVER, "--exit", "1"},
                                    {"sh", "-c", "sleep 3600 & exit 1"}};
    for (const QStringList &command : commands) {
        const auto used = run(QStringList{"use", "web", "--pid", client.pidText(), "--"} + command);
        QCOMPARE(used.exitCode, 1);
        QVERIFY(!world.hasLockFile("web.server.json"));
        QVERIFY(!world.hasLockFile("web.clients.json"));
    }
}

void TestRustProcessFaults::grandchildrenEndWithTheServer()
{
    const TestWorld world;
    const TestClient client;
    // As `uv run` does: a launcher with the real server below it.
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", "sh", "-c",
                  QString("%1 & echo $! > %2; wait").arg(TEST_SERVER, world.path("pid"))})
                 .exitCode,
             0);
    QFile file(world.path("pid"));
    QTRY_VERIFY(file.size() > 0);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const ProcessId grandchild = ProcessId::of(file.readAll().trimmed().toLongLong());
    QVERIFY(grandchild.isValid());
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QVERIFY(!isAlive(grandchild));
}

void TestRustProcessFaults::theCallerIsNotHeldByAPipe()
{
    const TestWorld world;
    const TestClient client;
    // The shell waits for the end of the pipe, so for all who hold it.
    const QString line = QString("%1 use web --pid %2 -- %3 2>&1 | cat")
                             .arg(QString(programUnderTest()), client.pidText(), TEST_SERVER);
    QProcess shell;
    shell.setStandardInputFile(QProcess::nullDevice());
    shell.start("sh", {"-c", line});
    const auto ended = finish(&shell);
    QCOMPARE(ended.exitCode, 0);
    QVERIFY(ended.output.contains("Started server web"));
    QCOMPARE(stateOf("web"), "active");
}

void TestRustProcessFaults::descriptorsAreClosedOnce()
{
    if (!QFile::exists("/proc/self/fd"))
        QSKIP("Only /proc shows what another process has open.");
    const TestWorld world;
    const TestClient keeper;
    const TestClient client;
    QCOMPARE(run({"use", "keeper", "--pid", keeper.pidText(), "--", TEST_SERVER}).exitCode, 0);
    const qint64 watcher = watcherOf("keeper");
    const auto live = [&] {
        QCOMPARE(run(useWeb(client)).exitCode, 0);
        QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
        QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
    };
    live();
    const qsizetype before = openDescriptors(watcher);
    for (int round = 0; round < 10; ++round)
        live();
    // No growing number. (One of the first round may have been about to be closed when it was
    // counted; one closed twice would be somebody else's, and the watcher would not do its work.)
    QTRY_VERIFY_WITH_TIMEOUT(openDescriptors(watcher) <= before, 20000);
    QCOMPARE(watcherOf("keeper"), watcher);
}

QTEST_GUILESS_MAIN(TestRustProcessFaults)
#include "tst_rustprocessfaults.moc"
