// Readiness: how it is seen, who is told, and what ends a wait for it.

#include "core/base/bytes.h"
#include "tests/core/supervisorbench.h"
#include "tests/support/patience.h"

#include <QFile>
#include <QJsonDocument>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestReadiness : public QObject
{
    Q_OBJECT
private slots:
    void aPortThatOpens();
    void aUrl_data();
    void aUrl();
    void aUrlThatSendsNoEnd();
    void aLineOfTheLog();
    void aPromptOfTheLog();
    void linesOfAnEarlierServerDoNotCount();
    void aCommandThatSucceeds();
    void aCommandRunsInTheServersWorld();
    void aCommandThatHangsIsBegunAnew();
    void allWhoWaitShareOneProbe();
    void withoutACheckItIsReady();
    void theChecksOfWaitersCountWhereItHasNone();
    void itsEndEndsTheWait();
    void aStopEndsTheWait();
    void aRestartDoesNotEndTheWait();
    void theChecksTimeEndsTheWait();
    void theCallersPatienceIsHisOwn();
    void aWaitForWhatDoesNotRunFails();
    void isToldOnceAndKeptThroughAdoption();
    void isSoughtAfterAdoption();
    void nothingIsLeftOfAProbe();
};

namespace {

ReadyCheck checkOf(const QByteArray &json)
{
    const auto check = ReadyCheck::fromJson(QJsonDocument::fromJson(json).object());
    return check ? *check : ReadyCheck();
}

/// A check that runs a line of shell.
ReadyCheck shellCheck(const QString &line)
{
    return ReadyCheck::fromWord("exec:" + line).value_or(ReadyCheck());
}

struct Scene
{
    bool start(const ReadyCheck &check, const QStringList &options = {})
    {
        LaunchSpec spec = bench.testServer(options);
        spec.ready = check;
        return bench.settle(bench.use("web", client, spec));
    }
    bool isReady() const { return bench.info("web").isReady() == true; }

    SupervisorBench bench;
    TestClient client;
};

/// Answers every request with these bytes.
class HttpServer : public QTcpServer
{
public:
    explicit HttpServer(const QByteArray &answer, bool hangsUp = true)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, answer, hangsUp] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer, hangsUp] {
                socket->readAll();
                socket->write(answer);
                if (hangsUp)
                    socket->disconnectFromHost();
            });
        });
    }
    ReadyCheck check() const
    {
        return *ReadyCheck::fromWord(QString("http://127.0.0.1:%1/health").arg(serverPort()));
    }
};

} // namespace

void TestReadiness::aPortThatOpens()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const quint16 port = server.serverPort();
    server.close();
    Scene scene;
    QVERIFY(scene.start(ReadyCheck::fromWord(QString("tcp:%1").arg(port)).value()));
    const Answer wait = scene.bench.wait("web");
    QCOMPARE(scene.bench.info("web").isReady(), std::optional(false));
    int looks = 0;
    QVERIFY(scene.bench.passUntil([&] { return ++looks > 10; }, 200ms));
    QVERIFY(!wait.isThere());
    QVERIFY(server.listen(QHostAddress::LocalHost, port));
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "ready");
    QVERIFY(scene.isReady());
}

void TestReadiness::aUrl_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<bool>("isReady");
    QTest::newRow("200") << QByteArray("200 OK") << true;
    QTest::newRow("204") << QByteArray("204 No Content") << true;
    QTest::newRow("302") << QByteArray("302 Found\r\nLocation: http://127.0.0.1:1/") << true;
    QTest::newRow("404") << QByteArray("404 Not Found") << false;
    QTest::newRow("503") << QByteArray("503 Service Unavailable") << false;
    QTest::newRow("no HTTP at all") << QByteArray() << false;
}

void TestReadiness::aUrl()
{
    QFETCH(const QByteArray, status);
    QFETCH(const bool, isReady);
    const HttpServer server(status.isEmpty()
                                ? QByteArray("hello\r\n\r\n")
                                : "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
    Scene scene;
    QVERIFY(scene.start(server.check()));
    const Answer wait = scene.bench.wait("web", 30s);
    const auto step = isReady ? 20ms : 200ms; // nothing is missed where the time is to end
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }, step));
    QCOMPARE(wait.word(), isReady ? "ready" : "error: timeout");
}

void TestReadiness::aUrlThatSendsNoEnd()
{
    const HttpServer server("HTTP/1.1 200 OK\r\n\r\nand so on", false);
    Scene scene;
    QVERIFY(scene.start(server.check()));
    // Its head says it all: no time needs to pass.
    QTRY_VERIFY(scene.isReady());
}

void TestReadiness::aLineOfTheLog()
{
    Scene scene;
    const QString script = "echo 'not yet'; until test -f " + scene.bench.world.path("go")
        + "; do sleep 0.01; done; echo 'listening on 8000'; exec sleep 1000";
    LaunchSpec spec = scene.bench.testServer();
    spec.command = {"/bin/sh", "-c", QFile::encodeName(script)};
    spec.ready = checkOf(R"({"log": "listening on \\d+$"})");
    QVERIFY(scene.bench.settle(scene.bench.use("web", scene.client, spec)));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(!wait.isThere());
    QFile go(scene.bench.world.path("go"));
    QVERIFY(go.open(QIODevice::WriteOnly));
    QTRY_COMPARE(wait.word(), "ready");
}

void TestReadiness::aPromptOfTheLog()
{
    Scene scene;
    LaunchSpec spec = scene.bench.testServer();
    spec.command = {"/bin/sh", "-c", "printf 'ready> '; exec sleep 1000"};
    spec.ready = checkOf(R"({"log": "^ready> $"})");
    QVERIFY(scene.bench.settle(scene.bench.use("web", scene.client, spec)));
    const Answer wait = scene.bench.wait("web");
    QTRY_COMPARE(wait.word(), "ready");
}

void TestReadiness::linesOfAnEarlierServerDoNotCount()
{
    Scene scene;
    QVERIFY(scene.start(checkOf(R"({"log": "^up"})"), {"--say", "up"}));
    QTRY_VERIFY(scene.isReady());
    QTRY_COMPARE(scene.bench.stop("web").count(), 1);
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QVERIFY(scene.start(checkOf(R"({"log": "^up"})"), {"--say", "down"}));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }, 10s));
    QCOMPARE(wait.word(), "error: timeout");
}

void TestReadiness::aCommandThatSucceeds()
{
    Scene scene;
    const QString mark = scene.bench.world.path("ready");
    QVERIFY(scene.start(shellCheck("test -f " + mark)));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(QTest::qWaitFor([&] { return scene.bench.clock.hasAlarmWithin(200ms); }, kPatienceMs));
    QVERIFY(!wait.isThere());
    QFile file(mark);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "ready");
}

void TestReadiness::aCommandRunsInTheServersWorld()
{
    Scene scene;
    LaunchSpec spec = scene.bench.testServer();
    spec.environment.append("SECRET=42");
    spec.workingDirectory = QFile::encodeName(scene.bench.world.path());
    spec.ready = shellCheck("echo $SECRET > seen");
    QVERIFY(scene.bench.settle(scene.bench.use("web", scene.client, spec)));
    QTRY_VERIFY(scene.isReady());
    QFile seen(scene.bench.world.path("seen"));
    QVERIFY(seen.open(QIODevice::ReadOnly));
    QCOMPARE(seen.readAll(), "42\n");
}

void TestReadiness::aCommandThatHangsIsBegunAnew()
{
    Scene scene;
    const QString mark = scene.bench.world.path("tried");
    QVERIFY(
        scene.start(shellCheck("test -f " + mark + " || { touch " + mark + "; sleep 12321; }")));
    QTRY_VERIFY(QFile::exists(mark));
    scene.bench.clock.advance(9s);
    QVERIFY(!scene.isReady());
    scene.bench.clock.advance(1s);
    QTRY_VERIFY(scene.isReady());
    QTRY_COMPARE(scene.bench.world.processCount("12321"), 0);
}

void TestReadiness::allWhoWaitShareOneProbe()
{
    Scene scene;
    const QString tries = scene.bench.world.path("tries");
    QVERIFY(
        scene.start(shellCheck("echo x >> " + tries + "; test $(wc -l < " + tries + ") -ge 5")));
    std::vector<Answer> waits;
    for (int caller = 0; caller < 10; ++caller)
        waits.push_back(scene.bench.wait("web"));
    // The next try only when one has ended: one whose time is over would be begun anew.
    for (int failed = 0; failed < 4; ++failed) {
        QTRY_VERIFY(scene.bench.clock.hasAlarmWithin(200ms));
        scene.bench.clock.advance(200ms);
    }
    QTRY_VERIFY(waits.back().isThere());
    for (const Answer &wait : waits)
        QCOMPARE(wait.word(), "ready");
    QFile file(tries);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "x\nx\nx\nx\nx\n");
    QCOMPARE(scene.bench.events.count("ready web"), 1);
}

void TestReadiness::withoutACheckItIsReady()
{
    SupervisorBench bench;
    const TestClient client;
    const Answer use = bench.use("web", client, bench.testServer());
    const Answer early = bench.wait("web"); // while it is still starting
    QVERIFY(bench.settle(use));
    QCOMPARE(early.word(), "ready");
    QCOMPARE(bench.wait("web").word(), "ready");
    QVERIFY(!bench.info("web").isReady());
    QVERIFY(!bench.events.contains("ready web"));
}

void TestReadiness::theChecksOfWaitersCountWhereItHasNone()
{
    SupervisorBench bench;
    const TestClient client;
    QVERIFY(bench.started("web", client));
    const Answer wait = bench.wait("web", {}, shellCheck("true"));
    QTRY_COMPARE(wait.word(), "ready");
    QCOMPARE(bench.info("web").isReady(), std::optional(true));
    // The first one counts.
    QCOMPARE(bench.wait("web", {}, shellCheck("false")).word(), "ready");
}

void TestReadiness::itsEndEndsTheWait()
{
    Scene scene;
    QVERIFY(scene.start(shellCheck("false"), {"--exit-on-term", "7", "--say", "out of luck"}));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(!wait.isThere());
    const QString log = displayText(scene.bench.info("web").record->logFile);
    QTRY_VERIFY(QFile(log).size() > 0);
    QCOMPARE(::kill(pid_t(scene.bench.process("web").pid), SIGTERM), 0);
    QTRY_VERIFY(wait.isThere());
    QCOMPARE(wait.word(), "error: cannot_start");
    QVERIFY2(wait.message().contains("before it was ready (exit code 7)"),
             qPrintable(wait.message()));
    QCOMPARE(wait.logTail(), QStringList{"out of luck"});
}

void TestReadiness::aStopEndsTheWait()
{
    Scene scene;
    QVERIFY(scene.start(shellCheck("false")));
    const Answer wait = scene.bench.wait("web");
    const Answer stop = scene.bench.stop("web");
    QTRY_COMPARE(stop.word(), "stopped");
    QCOMPARE(wait.count(), 1);
    QCOMPARE(wait.word(), "error: cannot_start");
}

void TestReadiness::aRestartDoesNotEndTheWait()
{
    Scene scene;
    const QString mark = scene.bench.world.path("ready");
    QVERIFY(scene.start(shellCheck("test -f " + mark)));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(scene.bench.settle(scene.bench.restart("web")));
    QVERIFY(!wait.isThere());
    QFile file(mark);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "ready");
}

void TestReadiness::theChecksTimeEndsTheWait()
{
    Scene scene;
    QVERIFY(scene.start(checkOf(R"({"exec": ["false"], "timeout": "3s"})")));
    const Answer wait = scene.bench.wait("web");
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "error: timeout");
    QVERIFY2(wait.message().contains("after 3s") && wait.message().contains("'false'"),
             qPrintable(wait.message()));
    QCOMPARE(scene.bench.state("web"), "active");
    QVERIFY(!scene.bench.clock.hasAlarmWithin(1h)); // nothing goes on for nobody
    // Whoever waits next, tries anew.
    const Answer again = scene.bench.wait("web");
    QVERIFY(!again.isThere());
    QVERIFY(scene.bench.passUntil([&] { return again.isThere(); }));
    QCOMPARE(again.word(), "error: timeout");
}

void TestReadiness::theCallersPatienceIsHisOwn()
{
    Scene scene;
    QVERIFY(scene.start(shellCheck("false")));
    const Answer hasty = scene.bench.wait("web", 1s);
    const Answer patient = scene.bench.wait("web", 10s);
    scene.bench.clock.advance(1s);
    QCOMPARE(hasty.word(), "error: timeout");
    QVERIFY2(hasty.message().contains("after 1s"), qPrintable(hasty.message()));
    QVERIFY(!patient.isThere());
    scene.bench.clock.advance(9s);
    QCOMPARE(patient.word(), "error: timeout");
}

void TestReadiness::aWaitForWhatDoesNotRunFails()
{
    SupervisorBench bench;
    QCOMPARE(bench.wait("web").word(), "error: not_running");
}

void TestReadiness::isToldOnceAndKeptThroughAdoption()
{
    Scene scene;
    QVERIFY(scene.start(shellCheck("true")));
    QTRY_VERIFY(scene.isReady());
    QCOMPARE(scene.bench.events.count("ready web"), 1);
    scene.bench.replaceSupervisor();
    QVERIFY(scene.isReady());
    QCOMPARE(scene.bench.wait("web").word(), "ready");
    QCOMPARE(scene.bench.events.count("ready web"), 1);
}

void TestReadiness::isSoughtAfterAdoption()
{
    Scene scene;
    const QString mark = scene.bench.world.path("ready");
    QVERIFY(scene.start(shellCheck("test -f " + mark)));
    scene.bench.replaceSupervisor();
    QVERIFY(!scene.isReady());
    QFile file(mark);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(scene.bench.passUntil([&] { return scene.isReady(); }));
    QCOMPARE(scene.bench.events.count("ready web"), 1);
}

void TestReadiness::nothingIsLeftOfAProbe()
{
    Scene scene;
    const QString mark = scene.bench.world.path("tried");
    QVERIFY(scene.start(shellCheck("touch " + mark + "; sleep 12321")));
    QTRY_VERIFY(QFile::exists(mark));
    QTRY_COMPARE(scene.bench.stop("web").count(), 1);
    QTRY_VERIFY(scene.bench.supervisor->isEmpty());
    QTRY_COMPARE(scene.bench.world.processCount("12321"), 0);
}

QTEST_GUILESS_MAIN(TestReadiness)
#include "tst_readiness.moc"
