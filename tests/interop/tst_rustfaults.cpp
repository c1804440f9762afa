// A test for each fault that the Rust tool once had and mended, as far as it can come back here.
// Those that its newest version still has are in tst_rustopenfaults; "started" that was told for
// "attached" is in tst_startrace.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>
#include <vector>

#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRustFaults : public QObject
{
    Q_OBJECT
private slots:
    void aRepeatedAttachDoesNotCount();
    void noReferenceIsLostWhileTheClientsFileComesAndGoes();
    void aRecycledPidIsNotTheServer();
    void aRecycledPidIsNotTheWatcher();
    void aZombieIsNotAlive();
    void anOldWatcherLeavesANewServersFilesAlone();
    void aFailedStartLeavesNoProcess();
    void aCorruptFileBreaksNoOtherCommand_data();
    void aCorruptFileBreaksNoOtherCommand();
    void anOrphanedClientsFileIsNoticed();
    void increfCountsTheCallerAndNotItself();
    void thereIsNoMomentWithoutAClientAfterAStart();
    void grandchildrenEndWithTheServer();
    void theCallerIsNotHeldByAPipe();
    void descriptorsAreClosedOnce();
    void durationsDoNotOverflow_data();
    void durationsDoNotOverflow();
    void linesOfTheHistoryAreWhole();
    void nothingIsWrittenOutsideOfTheWorld();
};

namespace {

QStringList useWeb(const TestClient &client, const QString &grace = "5m")
{
    return {"use", "web", "--pid", client.pidText(), "--grace-period", grace, "--", TEST_SERVER};
}

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

void TestRustFaults::aRepeatedAttachDoesNotCount()
{
    const TestWorld world;
    const TestClient client;
    for (int round = 0; round < 3; ++round)
        QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"admin", "incref", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
}

void TestRustFaults::noReferenceIsLostWhileTheClientsFileComesAndGoes()
{
    const TestWorld world;
    const TestClient first;
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    QCOMPARE(run({"unuse", "web", "--pid", first.pidText()}).exitCode, 0);
    // The file is removed and made again all the time, by some; the others must stay in it.
    const TestClient staying[4];
    const TestClient passing[4];
    std::vector<std::unique_ptr<QProcess>> running;
    const auto begin = [&running](const QStringList &arguments) {
        running.push_back(std::make_unique<QProcess>());
        startCommand(running.back().get(), arguments);
    };
    for (size_t i = 0; i < std::size(staying); ++i) {
        begin({"use", "web", "--pid", passing[i].pidText()});
        begin({"unuse", "web", "--pid", passing[i].pidText()});
        begin({"use", "web", "--pid", staying[i].pidText()});
    }
    for (const auto &process : running)
        QCOMPARE(finish(process.get()).exitCode, 0);
    for (const TestClient &client : passing)
        QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 4);
    for (const TestClient &client : staying)
        QVERIFY(world.readLockFile("web.clients.json").contains(client.pidText().toLatin1()));
}

void TestRustFaults::aRecycledPidIsNotTheServer()
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

void TestRustFaults::aRecycledPidIsNotTheWatcher()
{
    const TestWorld world;
    TestClient client;
    QCOMPARE(run(useWeb(client, "50ms")).exitCode, 0);
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

void TestRustFaults::aZombieIsNotAlive()
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

void TestRustFaults::anOldWatcherLeavesANewServersFilesAlone()
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

void TestRustFaults::aFailedStartLeavesNoProcess()
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

void TestRustFaults::aCorruptFileBreaksNoOtherCommand_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut off") << QByteArray("{\"pid\": 12");
    QTest::newRow("no JSON") << QByteArray("\xff\xfe\0", 3);
    QTest::newRow("a list") << QByteArray("[1,2]");
    QTest::newRow("wrong types") << QByteArray(R"({"pid":"x","command":7,"grace_period":[]})");
}

void TestRustFaults::aCorruptFileBreaksNoOtherCommand()
{
    QFETCH(const QByteArray, content);
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    world.writeLockFile("broken.server.json", content);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(run({"check", "broken"}).exitCode, 2);
    const auto listed = run({"list"});
    QCOMPARE(listed.exitCode, 0);
    QVERIFY(listed.output.contains("web") && listed.output.contains("broken"));
    const auto shown = run({"info", "broken"});
    QCOMPARE(shown.exitCode, 1);
    QVERIFY2(shown.errors.contains("broken.server.json"), qPrintable(shown.errors));
    QCOMPARE(run({"use", "broken", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(stateOf("broken"), "active");
    world.writeLockFile("again.server.json", content);
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0);
    QVERIFY(!world.hasLockFile("again.server.json"));
}

void TestRustFaults::anOrphanedClientsFileIsNoticed()
{
    const TestWorld world;
    const TestClient client;
    const QByteArray orphan = R"({"refcount":1,"clients":{")" + client.pidText().toLatin1()
        + R"(":{"attached_at":"2026-01-01T00:00:00Z","metadata":null}}})";
    world.writeLockFile("web.clients.json", orphan);
    QCOMPARE(stateOf("web"), "stopped");
    const auto doctor = run({"admin", "doctor"});
    QVERIFY2(doctor.output.contains("web"), qPrintable(doctor.output));
    QVERIFY(!world.hasLockFile("web.clients.json"));
    // And one that nobody has cleared away is nobody's reference to the next server.
    world.writeLockFile("web.clients.json", orphan);
    const TestClient other;
    QCOMPARE(run(useWeb(other)).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
}

void TestRustFaults::increfCountsTheCallerAndNotItself()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"admin", "incref", "web"}).exitCode, 0);
    QVERIFY(
        world.readLockFile("web.clients.json").contains('"' + QByteArray::number(getpid()) + '"'));
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(run({"admin", "decref", "web"}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
}

void TestRustFaults::thereIsNoMomentWithoutAClientAfterAStart()
{
    const TestWorld world;
    const TestClient client;
    // With a grace period this short any such moment would be its end.
    for (int round = 0; round < 10; ++round) {
        QCOMPARE(run(useWeb(client, "1ms")).exitCode, 0);
        QCOMPARE(stateOf("web"), "active");
        QVERIFY(!world.readLockFile("web.server.json").contains("grace_until"));
        QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
    }
}

void TestRustFaults::grandchildrenEndWithTheServer()
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

void TestRustFaults::theCallerIsNotHeldByAPipe()
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

void TestRustFaults::descriptorsAreClosedOnce()
{
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

void TestRustFaults::durationsDoNotOverflow_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"99999999999999999999h", "9223372036854775807s", "5124095576030432h",
                             "1h99999999999999999999s", "0s", "-1s", "5", "m", "1e9s"})
        QTest::newRow(text) << text;
}

void TestRustFaults::durationsDoNotOverflow()
{
    QFETCH(const QString, text);
    const TestWorld world;
    const TestClient client;
    const auto used =
        run({"use", "web", "--pid", client.pidText(), "--grace-period=" + text, "--", TEST_SERVER});
    QCOMPARE(used.exitCode, 2);
    QVERIFY2(used.errors.contains(text), qPrintable(used.errors));
    QVERIFY(!world.hasLockFile("web.server.json"));
}

void TestRustFaults::linesOfTheHistoryAreWhole()
{
    const TestWorld world;
    const TestClient clients[10];
    QCOMPARE(run(useWeb(clients[0])).exitCode, 0);
    std::vector<std::unique_ptr<QProcess>> running;
    for (const TestClient &client : clients) {
        running.push_back(std::make_unique<QProcess>());
        startCommand(running.back().get(),
                     {"use", "web", "--pid", client.pidText(), "--metadata", QString(5000, 'm')});
    }
    for (const auto &process : running)
        QCOMPARE(finish(process.get()).exitCode, 0);
    const QByteArrayList lines = world.readLockFile("web.invocations.log").split('\n');
    QVERIFY(lines.size() >= 11);
    QCOMPARE(lines.last(), QByteArray());
    for (const QByteArray &line : lines.first(lines.size() - 1)) {
        const QJsonObject entry = QJsonDocument::fromJson(line).object();
        QVERIFY2(!entry.value("timestamp").toString().isEmpty(), line.constData());
        QVERIFY2(entry.value("result").toString() == "success", line.constData());
    }
}

void TestRustFaults::nothingIsWrittenOutsideOfTheWorld()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"admin", "lockdir"}).output.trimmed(), world.lockDirectoryPath());
    const QString log = info("web").value("log_file").toString();
    QVERIFY2(log.startsWith(world.path() + '/'), qPrintable(log));
}

QTEST_GUILESS_MAIN(TestRustFaults)
#include "tst_rustfaults.moc"
