// A test for each fault that the Rust tool once had and mended, as far as it can come back here.
// Those about processes are in tst_rustprocessfaults, those that its newest version still has in
// tst_rustopenfaults; "started" that was told for "attached" is in tst_startrace.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

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
    void aCorruptFileBreaksNoOtherCommand_data();
    void aCorruptFileBreaksNoOtherCommand();
    void anOrphanedClientsFileIsNoticed();
    void increfCountsTheCallerAndNotItself();
    void thereIsNoMomentWithoutAClientAfterAStart();
    void durationsDoNotOverflow_data();
    void durationsDoNotOverflow();
    void linesOfTheHistoryAreWhole();
    void nothingIsWrittenOutsideOfTheWorld();
};

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
        QCOMPARE(run(useWeb(client, {"--grace-period", "1ms"})).exitCode, 0);
        QCOMPARE(stateOf("web"), "active");
        QVERIFY(!world.readLockFile("web.server.json").contains("grace_until"));
        QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
    }
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
