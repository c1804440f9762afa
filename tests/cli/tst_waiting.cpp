// `use --wait`, `wait` and `run` with a server that takes its time, and one that does not come up.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;

class TestWaiting : public QObject
{
    Q_OBJECT
private slots:
    void useReturnsWhenItIsReady();
    void tenCallersShareOneCheck();
    void theDefinitionSaysHow();
    void anEndIsToldAtOnceWithTheLog();
    void patienceEnds();
    void listAndInfoTell();
    void aKilledWatcherDoesNotEndTheWait();
    void noCheckIsLeftByAKilledWatcher();
    void runWaits();
    void wrongUsage_data();
    void wrongUsage();
    void aServerComesBack();
};

namespace {

/// A server that is ready as soon as somebody has made the file `go`.
QStringList slowServer(const TestWorld &world, const QStringList &options = {})
{
    const QString check = "exec:test -f " + world.path("go");
    return QStringList{"use", "web", "--ready", check} + options + QStringList{"--", TEST_SERVER};
}

void letGo(const TestWorld &world)
{
    QFile go(world.path("go"));
    QVERIFY(go.open(QIODevice::WriteOnly));
}

} // namespace

void TestWaiting::useReturnsWhenItIsReady()
{
    const TestWorld world;
    const TestClient client;
    QProcess use;
    startCommand(&use, slowServer(world, {"--wait", "--pid", client.pidText()}));
    QVERIFY(use.waitForStarted());
    QTRY_COMPARE(stateOf("web"), "active");
    QCOMPARE(use.state(), QProcess::Running);
    QCOMPARE(info("web")["ready"], QJsonValue(false));
    letGo(world);
    const auto result = finish(&use);
    QCOMPARE(result.exitCode, 0);
    QVERIFY(result.output.contains("Started server web"));
    QCOMPARE(info("web")["ready"], QJsonValue(true));
}

void TestWaiting::tenCallersShareOneCheck()
{
    const TestWorld world;
    const TestClient client;
    const QString tries = world.path("tries");
    // Nothing but the fifth try succeeds.
    const QString check = "exec:echo x >> " + tries + "; test $(wc -l < " + tries + ") -eq 5";
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--ready", check, "--", TEST_SERVER})
                 .exitCode,
             0);
    std::vector<std::unique_ptr<QProcess>> callers;
    for (int i = 0; i < 10; ++i) {
        callers.push_back(std::make_unique<QProcess>());
        startCommand(callers.back().get(), {"wait", "web"});
    }
    for (const auto &caller : callers) {
        const auto result = finish(caller.get());
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        QVERIFY(result.output.contains("Server web is ready"));
    }
    QFile file(tries);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "x\nx\nx\nx\nx\n");
}

void TestWaiting::theDefinitionSaysHow()
{
    const TestWorld world;
    const TestClient client;
    QFile file(world.path("servers.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"servers": {"web": {"command": ")" TEST_SERVER R"(", "args": ["--say", "up"],
                   "ready": {"log": "^up$"}, "restart": "always"}}})");
    file.close();
    const auto used =
        run({"use", "web", "--config", file.fileName(), "--wait", "--pid", client.pidText()});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(info("web")["ready"], QJsonValue(true));
    QCOMPARE(info("web")["restart"].toString(), "always");
    // As it is defined: no drift.
    const auto told = run({"info", "web", "--json", "--config", file.fileName()}).json();
    QCOMPARE(told["drift"].toArray(), QJsonArray());
}

void TestWaiting::anEndIsToldAtOnceWithTheLog()
{
    const TestWorld world;
    const TestClient client;
    QProcess use;
    startCommand(&use,
                 {"use", "web", "--wait", "--ready", "exec:false", "--pid", client.pidText(), "--",
                  TEST_SERVER, "--exit-on-term", "9", "--say", "no such table"});
    QTRY_COMPARE(stateOf("web"), "active");
    QTRY_VERIFY(run({"logs", "web"}).output.contains("no such table"));
    QCOMPARE(::kill(pid_t(pidOf("web")), SIGTERM), 0);
    const auto result = finish(&use);
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.errors.contains("before it was ready (exit code 9)"),
             qPrintable(result.errors));
    QVERIFY2(result.errors.contains("no such table"), qPrintable(result.errors));
}

void TestWaiting::patienceEnds()
{
    const TestWorld world;
    const TestClient client;
    const auto used =
        run(slowServer(world, {"--wait", "--timeout", "50ms", "--pid", client.pidText()}));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("not ready after 50ms"), qPrintable(used.errors));
    // It goes on, with its client.
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(refcountOf("web"), 1);
    const auto waited = run({"wait", "web", "--timeout", "50ms"});
    QCOMPARE(waited.exitCode, 1);
    QVERIFY2(waited.errors.contains("not ready after 50ms"), qPrintable(waited.errors));
}

void TestWaiting::listAndInfoTell()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(slowServer(world, {"--pid", client.pidText()})).exitCode, 0);
    QVERIFY(run({"list"}).output.contains("Active, not ready"));
    QVERIFY(run({"check", "web"}).output.contains("not ready yet"));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QVERIFY(run({"info", "web"}).output.contains("not yet: 'test -f"));
    letGo(world);
    QCOMPARE(run({"wait", "web"}).exitCode, 0);
    QVERIFY(!run({"list"}).output.contains("not ready"));
    QVERIFY(run({"info", "web"}).output.contains("Ready:         for "));
}

void TestWaiting::aKilledWatcherDoesNotEndTheWait()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(slowServer(world, {"--pid", client.pidText()})).exitCode, 0);
    const qint64 first = watcherOf("web");
    QProcess wait;
    startCommand(&wait, {"wait", "web"});
    // It may not have asked yet; then it asks the successor at once.
    QCOMPARE(::kill(pid_t(first), SIGKILL), 0);
    QTRY_VERIFY(watcherOf("web") != first);
    letGo(world);
    const auto result = finish(&wait);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
}

void TestWaiting::noCheckIsLeftByAKilledWatcher()
{
    const TestWorld world;
    const TestClient client;
    // One process, and it shows in the list of processes what it is.
    QCOMPARE(run({"use", "web", "--ready", "exec:exec sleep 12321", "--pid", client.pidText(), "--",
                  TEST_SERVER})
                 .exitCode,
             0);
    QTRY_COMPARE(world.processCount("12321"), 1);
    QCOMPARE(::kill(pid_t(watcherOf("web")), SIGKILL), 0);
    QTRY_COMPARE(world.processCount("12321"), 0);
}

void TestWaiting::runWaits()
{
    const TestWorld world;
    QProcess task;
    startCommand(&task,
                 {"run", "web", "--server", TEST_SERVER, "--ready",
                  "exec:test -f " + world.path("go"), "--", "/bin/sh", "-c",
                  "test -f " + world.path("go") + " && exit 42"});
    QVERIFY(task.waitForStarted());
    QTRY_COMPARE(stateOf("web"), "active");
    QVERIFY(task.state() != QProcess::NotRunning);
    letGo(world);
    QCOMPARE(finish(&task).exitCode, 42);
}

void TestWaiting::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const QStringList &arguments, int exitCode,
                        const char *problem) {
        QTest::newRow(name) << arguments << exitCode << problem;
    };
    row("a check of no kind", {"use", "web", "--ready", "8000", "--", "x"}, 2, "must begin with");
    row("no policy", {"use", "web", "--restart", "often", "--", "x"}, 2, "'on-failure'");
    row("a patience without a wait", {"use", "web", "--timeout", "5s", "--", "x"}, 2, "Give both");
    row("no duration", {"wait", "web", "--timeout", "5"}, 2, "not a duration");
    row("no name", {"wait"}, 2, "name");
    row("what does not run", {"wait", "web"}, 1, "not running");
}

void TestWaiting::wrongUsage()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, problem);
    const TestWorld world;
    const auto result = run(arguments);
    QTEST(result.exitCode, "exitCode");
    QVERIFY2(result.errors.contains(problem), qPrintable(result.errors));
    QVERIFY(!world.hasLockFile("web.server.json"));
}

void TestWaiting::aServerComesBack()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(
        run({"use", "web", "--restart", "on-failure", "--pid", client.pidText(), "--", TEST_SERVER})
            .exitCode,
        0);
    const qint64 first = pidOf("web");
    QCOMPARE(::kill(pid_t(first), SIGKILL), 0);
    const auto isBack = [first] {
        const QJsonObject web = info("web");
        return web["state"] == "active" && web["pid"].toInteger() != first;
    };
    QTRY_VERIFY(isBack());
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(info("web")["restarts"].toInt(), 1);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(stateOf("web"), "stopped");
}

QTEST_GUILESS_MAIN(TestWaiting)
#include "tst_waiting.moc"
