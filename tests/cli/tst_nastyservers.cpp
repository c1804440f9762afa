// Servers that misbehave: each is started, reported and stopped all the same.

#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestNastyServers : public QObject
{
    Q_OBJECT
private slots:
    void oneThatIgnoresSigtermStaysWithoutForce();
    void oneThatIgnoresSigtermIsKilledWithForce();
    void grandchildrenAreStoppedWithIt();
    void grandchildrenThatOutliveItAreStopped();
    void oneThatExitsAtOnceIsReported_data();
    void oneThatExitsAtOnceIsReported();
    void oneThatCannotBeExecutedIsAnError_data();
    void oneThatCannotBeExecutedIsAnError();
    void oneThatClosesItsOutputRuns();
    void oneThatPrintsMegabytesIsBounded();
    void oneThatCrashesLaterIsNoticed();
};

namespace {

/// A server "web" that ignores SIGTERM by the time that this is true.
bool useDeaf(const TestWorld &world, const TestClient &client)
{
    const QString deaf = world.path("deaf");
    return run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--ignore-term",
                "--dump", deaf})
               .exitCode
        == 0
        && QTest::qWaitFor([&] { return QFile::exists(deaf); }, kPatienceMs);
}

} // namespace

void TestNastyServers::oneThatIgnoresSigtermStaysWithoutForce()
{
    const TestWorld world;
    const TestClient client;
    QVERIFY(useDeaf(world, client));
    const QByteArray before = world.readLockFile("web.server.json");
    const auto stopped = run({"admin", "stop", "web", "--timeout", "200ms"});
    QCOMPARE(stopped.exitCode, 1);
    QVERIFY2(stopped.errors.contains("--force"), qPrintable(stopped.errors));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(world.readLockFile("web.server.json"), before);
}

void TestNastyServers::oneThatIgnoresSigtermIsKilledWithForce()
{
    const TestWorld world;
    const TestClient client;
    QVERIFY(useDeaf(world, client));
    const ProcessId server = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"admin", "stop", "web", "--force", "--timeout", "200ms"}).exitCode, 0);
    QVERIFY(!isAlive(server));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
}

void TestNastyServers::grandchildrenAreStoppedWithIt()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", "/bin/sh", "-c",
                  "'" TEST_SERVER "' & '" TEST_SERVER "' & wait"})
                 .exitCode,
             0);
    QTRY_COMPARE(world.processCount("testserver"), 3);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(world.processCount("testserver"), 0);
}

void TestNastyServers::grandchildrenThatOutliveItAreStopped()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--stragglers", "3"})
                 .exitCode,
             0);
    QTRY_COMPARE(world.processCount("--stragglers"), 4);
    // Its leader dies, they ignore SIGTERM: nothing of it may be left when the name is free.
    const ProcessId leader = ProcessId::of(pidOf("web"));
    ::kill(pid_t(leader.pid), SIGKILL);
    QTRY_VERIFY(!isAlive(leader));
    const auto used =
        run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--print", "1"});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QVERIFY2(used.output.contains("Started server"), qPrintable(used.output));
    QCOMPARE(world.processCount("--stragglers"), 0);
}

void TestNastyServers::oneThatExitsAtOnceIsReported_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("reason");
    QTest::newRow("exit code") << QStringList{"--exit", "42"} << "42";
    QTest::newRow("no error") << QStringList{"--exit", "0"} << "0";
}

void TestNastyServers::oneThatExitsAtOnceIsReported()
{
    QFETCH(QStringList, options);
    QFETCH(QString, reason);
    const TestWorld world;
    const TestClient client;
    const auto used = run(QStringList{"use", "web", "--pid", client.pidText(), "--", TEST_SERVER,
                                      "--say", "no such database"}
                          + options);
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains(reason), qPrintable(used.errors));
    QVERIFY2(used.errors.contains("no such database"), qPrintable(used.errors));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
}

void TestNastyServers::oneThatCannotBeExecutedIsAnError_data()
{
    QTest::addColumn<QString>("command");
    QTest::newRow("no such file") << "/nowhere/server";
    QTest::newRow("not in PATH") << "no-such-program";
    QTest::newRow("a directory") << "/tmp";
    QTest::newRow("not executable") << "/etc/passwd";
    QTest::newRow("empty") << "";
}

void TestNastyServers::oneThatCannotBeExecutedIsAnError()
{
    QFETCH(QString, command);
    const TestWorld world;
    const TestClient client;
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", command});
    QVERIFY2(used.exitCode == 1 || (used.exitCode == 2 && command.isEmpty()),
             qPrintable(QString::number(used.exitCode)));
    QVERIFY2(used.errors.contains(command) && !used.errors.isEmpty(), qPrintable(used.errors));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
}

void TestNastyServers::oneThatClosesItsOutputRuns()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--close-output"})
                 .exitCode,
             0);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
}

void TestNastyServers::oneThatPrintsMegabytesIsBounded()
{
    const TestWorld world;
    const TestClient client;
    const QString done = world.path("done");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--print", "60000000",
                  "--dump", done})
                 .exitCode,
             0);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(done), 60000);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    // 10 MiB and one old file of it, with what a writer adds before the watcher has looked.
    const QDir logs(world.path("state/sharedserver/logs"));
    const auto totalSize = [&logs] {
        qint64 total = 0;
        const QFileInfoList files = logs.entryInfoList(QDir::Files);
        for (const QFileInfo &file : files)
            total += file.size();
        return total;
    };
    QTRY_VERIFY2(totalSize() < 64000000, qPrintable(QString::number(totalSize())));
    const auto others = [&logs] {
        QStringList names = logs.entryList(QDir::Files);
        names.removeIf([](const QString &name) {
            return QStringList{"web.log", "web.log.1", "web.log.times"}.contains(name);
        });
        return names;
    };
    // The copy under way of a cut is another one, for as long as that takes.
    QTRY_COMPARE(others(), QStringList());
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
}

void TestNastyServers::oneThatCrashesLaterIsNoticed()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    ::kill(pid_t(pidOf("web")), SIGSEGV);
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
    const QJsonObject stopped = info("web");
    QCOMPARE(stopped.value("state").toString(), "stopped");
    QCOMPARE(stopped.value("signal").toInt(), SIGSEGV);
}

QTEST_GUILESS_MAIN(TestNastyServers)
#include "tst_nastyservers.moc"
