// A test for each fault that the newest version of the Rust tool still has, as far as the core, the
// watcher and the command line could share it. Concurrent starts are in tst_startrace, an attach
// while grace's kill is under way in tst_graceend, the end of stragglers and the bound of logs in
// tst_nastyservers.

#include "core/lockfile/lockedfile.h"
#include "tests/support/commandline.h"
#include "tests/support/environment.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRustOpenFaults : public QObject
{
    Q_OBJECT
private slots:
    void anAttachBeforeTheServerFileIsKept();
    void aRecycledClientPinsNoServer();
    void aKilledWatcherIsReplaced();
    void filesAreWholeWheneverTheyAreRead();
    void aDamagedClientsFileIsNotNobody_data();
    void aDamagedClientsFileIsNotNobody();
    void anIdleWatcherWritesNothing();
    void aCorruptServerFileStopsNoUse();
    void argumentsAreNotJoinedForAShell();
    void aFailedExecIsAFailure_data();
    void aFailedExecIsAFailure();
    void namesAreChecked_data();
    void namesAreChecked();
    void aLockDirectoryThatOthersMayWriteIsRefused();
    void aLockDirectoryThatIsALinkIsRefused();
    void aSecondUnuseInGraceSucceeds();
    void secretsAreInNoArgvAndInNoFile();
    void theExitStatusIsKept_data();
    void theExitStatusIsKept();
};

namespace {

/// Under the file's lock: of two who write at once, the halves could make a table of a third.
bool writeClients(const TestWorld &world, const QByteArray &content)
{
    auto file = LockedFile::open(world.lockDirectory(), "web.clients.json",
                                 FileLock::Mode::Exclusive, std::chrono::seconds(10));
    return file && *file && (*file)->write(content);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

void TestRustOpenFaults::anAttachBeforeTheServerFileIsKept()
{
    const TestWorld world;
    const TestClient starter;
    const TestClient clients[6];
    std::vector<std::unique_ptr<QProcess>> running;
    // Some of them come between the first two writes of the one that starts it.
    for (const TestClient &client : clients) {
        running.push_back(std::make_unique<QProcess>());
        startCommand(running.back().get(), useWeb(client));
    }
    QCOMPARE(run(useWeb(starter)).exitCode, 0);
    for (const auto &process : running)
        QCOMPARE(finish(process.get()).exitCode, 0);
    QCOMPARE(refcountOf("web"), 7);
}

void TestRustOpenFaults::aRecycledClientPinsNoServer()
{
    const TestWorld world;
    const TestClient client;
    const TestClient stranger;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QJsonObject table = QJsonDocument::fromJson(world.readLockFile("web.clients.json")).object();
    QJsonObject entries = table.value("clients").toObject();
    QCOMPARE(entries.value(client.pidText())["start_time"].toInteger(),
             qint64(client.id().startStamp));
    // The client's pid is a stranger's now.
    QJsonObject entry = entries.take(client.pidText()).toObject();
    entry.insert("start_time", qint64(stranger.id().startStamp) - 100);
    entries.insert(stranger.pidText(), entry);
    table.insert("clients", entries);
    QVERIFY(writeClients(world, QJsonDocument(table).toJson()));
    QTRY_VERIFY(!info("web").value("grace_remaining").isNull());
    QCOMPARE(stateOf("web"), "grace");
}

void TestRustOpenFaults::aKilledWatcherIsReplaced()
{
    const TestWorld world;
    TestClient client;
    QCOMPARE(run(useWeb(client, {"--grace-period", "50ms"})).exitCode, 0);
    const ProcessId server = ProcessId::of(pidOf("web"));
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    QCOMPARE(kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
    // The next command of anyone brings reaping and grace back.
    QCOMPARE(run({"admin", "start", "other", "--", TEST_SERVER}).exitCode, 0);
    QVERIFY(watcherOf("web") != watcher.pid);
    client.kill();
    QTRY_VERIFY(!isAlive(server));
    QTRY_COMPARE(stateOf("web"), "stopped");
}

void TestRustOpenFaults::filesAreWholeWheneverTheyAreRead()
{
    const TestWorld world;
    const TestClient client;
    const TestClient other;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    for (int round = 0; round < 10; ++round) {
        QProcess process;
        startCommand(&process, {round % 2 == 0 ? "use" : "unuse", "web", "--pid", other.pidText()});
        // Read as often as there is time for it, under a shared lock, as the Rust tool reads.
        while (process.state() != QProcess::NotRunning) {
            for (const char *name : {"web.server.json", "web.clients.json"}) {
                QFile file(world.lockFile(name));
                QVERIFY(file.open(QIODevice::ReadOnly));
                const auto lock = FileLock::acquire(file.handle(), FileLock::Mode::Shared,
                                                    std::chrono::seconds(10));
                QVERIFY(lock.has_value());
                const QByteArray text = file.readAll();
                QVERIFY2(QJsonDocument::fromJson(text).isObject(), text.constData());
            }
            process.waitForFinished(0);
        }
        QCOMPARE(finish(&process).exitCode, 0);
    }
}

void TestRustOpenFaults::aDamagedClientsFileIsNotNobody_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("cut off") << QByteArray(R"({"refcount":1,"clients":{"12)");
    QTest::newRow("no table") << QByteArray(R"({"refcount":1})");
}

void TestRustOpenFaults::aDamagedClientsFileIsNotNobody()
{
    QFETCH(const QByteArray, content);
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client, {"--grace-period", "1ms"})).exitCode, 0);
    const qint64 server = pidOf("web");
    QVERIFY(writeClients(world, content));
    QTRY_COMPARE(refcountOf("web"), 1); // written again from the watcher's memory
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(pidOf("web"), server);
}

void TestRustOpenFaults::anIdleWatcherWritesNothing()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const auto changes = [&] {
        struct stat clients = {};
        struct stat server = {};
        stat(QFile::encodeName(world.lockFile("web.clients.json")).constData(), &clients);
        stat(QFile::encodeName(world.lockFile("web.server.json")).constData(), &server);
        return QList<qint64>{clients.st_ctim.tv_sec, clients.st_ctim.tv_nsec,
                             qint64(clients.st_ino), server.st_ctim.tv_sec,
                             server.st_ctim.tv_nsec, qint64(server.st_ino)};
    };
    const QList<qint64> before = changes();
    QVERIFY(!QTest::qWaitFor([&] { return changes() != before; }, 1200));
}

void TestRustOpenFaults::aCorruptServerFileStopsNoUse()
{
    const TestWorld world;
    const TestClient client;
    world.writeLockFile("web.server.json", "{\"pid\":");
    QCOMPARE(run({"check", "web"}).exitCode, 2);
    const auto used = run(useWeb(client));
    QVERIFY2(used.output.contains("Started server web"), qPrintable(used.errors));
    QCOMPARE(stateOf("web"), "active");
    // Where the server still runs, it is found again, and no second one started.
    const qint64 server = pidOf("web");
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    QCOMPARE(kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
    world.writeLockFile("web.server.json", "");
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(pidOf("web"), server);
}

void TestRustOpenFaults::argumentsAreNotJoinedForAShell()
{
    const TestWorld world;
    const TestClient client;
    const QString dump = world.path("dump");
    const QString trap = world.path("trap");
    const QStringList nasty{"two words", "$(touch " + trap + ")", "a;b", "'", "\"", "*", "", "-x"};
    QCOMPARE(
        run(QStringList{"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--dump", dump}
            + nasty)
            .exitCode,
        0);
    QTRY_VERIFY(QFile::exists(dump));
    const QByteArrayList seen = contentOf(dump).split('\0');
    for (qsizetype i = 0; i < nasty.size(); ++i)
        QCOMPARE(QString::fromUtf8(seen.at(3 + i)), nasty.at(i));
    QVERIFY(!QFile::exists(trap));
}

void TestRustOpenFaults::aFailedExecIsAFailure_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("no such file") << "/nowhere/to/be/found";
    QTest::newRow("not in PATH") << "no-such-program-anywhere";
    QTest::newRow("a directory") << "/tmp";
    QTest::newRow("not executable") << "/etc/passwd";
    QTest::newRow("empty") << "";
}

void TestRustOpenFaults::aFailedExecIsAFailure()
{
    QFETCH(const QString, command);
    const TestWorld world;
    const TestClient client;
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", command});
    QVERIFY(used.exitCode == 1 || (command.isEmpty() && used.exitCode == 2));
    QVERIFY(!used.output.contains("Started"));
    QCOMPARE(used.errors.count('\n'), 1);
    QVERIFY2(used.errors.contains(command), qPrintable(used.errors));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
}

void TestRustOpenFaults::namesAreChecked_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"../web", "a/b", "/abs", ".hidden", "", "we b", "-x", "a\nb"})
        QTest::addRow("'%s'", name) << name;
    QTest::newRow("too long") << QString(101, 'x');
}

void TestRustOpenFaults::namesAreChecked()
{
    QFETCH(const QString, name);
    const TestWorld world;
    const QList<QStringList> commands{{"use", name, "--", TEST_SERVER},
                                      {"unuse", name},
                                      {"info", name},
                                      {"check", name},
                                      {"admin", "stop", name},
                                      {"admin", "kill", name},
                                      {"admin", "incref", name},
                                      {"admin", "debug", name}};
    for (const QStringList &command : commands) {
        const auto ended = run(command);
        QVERIFY2(ended.exitCode == 2, qPrintable(command.join(' ') + ": " + ended.errors));
    }
    QVERIFY(!QFile::exists(world.lockDirectoryPath()));
    QVERIFY(!QFile::exists(world.path("web.server.json")));
}

void TestRustOpenFaults::aLockDirectoryThatOthersMayWriteIsRefused()
{
    const TestWorld world;
    qunsetenv("SHAREDSERVER_LOCKDIR"); // then it is a place that anyone could have made
    const QString path = world.path("runtime/sharedserver");
    QVERIFY(QDir().mkpath(path));
    QCOMPARE(chmod(QFile::encodeName(path).constData(), 0777), 0);
    const TestClient client;
    for (const QStringList &command : {useWeb(client), {"list"}, {"admin", "doctor"}}) {
        const auto ended = run(command);
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.errors.contains(path) && ended.errors.contains("others"),
                 qPrintable(ended.errors));
    }
    QVERIFY(QDir(path).isEmpty());
}

void TestRustOpenFaults::aLockDirectoryThatIsALinkIsRefused()
{
    const TestWorld world;
    QVERIFY(QDir().mkpath(world.path("elsewhere")));
    QVERIFY(QFile::link(world.path("elsewhere"), world.lockDirectoryPath()));
    const TestClient client;
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("symbolic link"), qPrintable(used.errors));
    QVERIFY(QDir(world.path("elsewhere")).isEmpty());
}

void TestRustOpenFaults::aSecondUnuseInGraceSucceeds()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    for (int round = 0; round < 3; ++round)
        QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
}

void TestRustOpenFaults::secretsAreInNoArgvAndInNoFile()
{
    const TestWorld world;
    const TestClient client;
    const QByteArray secret = "c0rrect-h0rse";
    QCOMPARE(run(useWeb(client, {"--env", "TOKEN=" + secret})).exitCode, 0);
    QVERIFY(environmentOf(pidOf("web")).contains("TOKEN=" + secret));
    const QByteArrayList ofWatcher = environmentOf(watcherOf("web"));
    QVERIFY(!ofWatcher.isEmpty());
    QVERIFY(!ofWatcher.join('\0').contains(secret));
    QCOMPARE(world.processCount("watch"), 1);
    QCOMPARE(world.processCount(TEST_SERVER), 1);
    QCOMPARE(world.processCount(secret), 0); // in their command lines
    QVERIFY(!run({"info", "web", "--json"}).output.contains(secret));
    const QDir directory(world.lockDirectoryPath());
    const QStringList files = directory.entryList(QDir::Files | QDir::Hidden);
    QVERIFY(files.size() >= 3);
    for (const QString &file : files)
        QVERIFY2(!contentOf(directory.filePath(file)).contains(secret), qPrintable(file));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QVERIFY(environmentOf(pidOf("web")).contains("TOKEN=" + secret));
}

void TestRustOpenFaults::theExitStatusIsKept_data()
{
    QTest::addColumn<int>("signal");
    QTest::addColumn<QJsonValue>("exitCode");
    QTest::newRow("exit code") << SIGTERM << QJsonValue(42);
    QTest::newRow("signal") << SIGSEGV << QJsonValue();
}

void TestRustOpenFaults::theExitStatusIsKept()
{
    QFETCH(const int, signal);
    QFETCH(const QJsonValue, exitCode);
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client) + QStringList{"--exit-on-term", "42", "--dump", world.path("up")})
                 .exitCode,
             0);
    QTRY_VERIFY(QFile::exists(world.path("up")));
    QCOMPARE(kill(pid_t(pidOf("web")), signal), 0);
    QTRY_COMPARE(stateOf("web"), "stopped");
    QTRY_COMPARE(info("web").value("exit_code"), exitCode);
    if (exitCode.isNull())
        QCOMPARE(info("web").value("signal").toInt(), signal);
}

QTEST_GUILESS_MAIN(TestRustOpenFaults)
#include "tst_rustopenfaults.moc"
