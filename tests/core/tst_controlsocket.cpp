// The control socket from the outside: whatever a client does wrong costs its own connection at
// the most. What stands at the socket's path is in tst_controlsocketfile, its types in
// tst_requestparams.

#include "core/process/platform.h"
#include "tests/core/rawclient.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <vector>

#include <sys/resource.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestControlSocket : public QObject
{
    Q_OBJECT
private slots:
    void helloTellsWhoTheWatcherIs();
    void nothingIsAnsweredBeforeHello();
    void anUnknownProtocolIsToldTheKnownOne();
    void aSilentClientIsLetGo();
    void whatIsNoObjectEndsTheConnection_data();
    void whatIsNoObjectEndsTheConnection();
    void whatIsNoRequestIsRefused_data();
    void whatIsNoRequestIsRefused();
    void anUnknownMethodIsNamed();
    void aLineMayHaveOneMebibyte();
    void aLogOfControlBytesFitsIntoALine();
    void aLongerLineEndsTheConnection();
    void halfALineDisturbsNobody();
    void bytesMayComeOneByOne();
    void aPeerMayVanishAfterItsRequest();
    void aSubscriberWhoDoesNotReadIsLetGo();
    void aThousandRequestsAtOnceAreAllAnswered();
    void manyConnectionsAtOnceAreServed();
    void aLackOfDescriptorsIsSurvived();
};

namespace {

constexpr qsizetype kMaxLine = 1024 * 1024;

/// A watcher with one server, and somebody who uses the socket as he should.
struct Scene
{
    TestWorld world;
    TestClient user;
    bool isUp = run({"use", "web", "--pid", user.pidText(), "--", TEST_SERVER}).exitCode == 0;
    RawClient bystander = RawClient::greeted();

    /// Whether the bystander is still served, and somebody new too.
    bool isUnharmed()
    {
        const auto sees = [](RawClient &client) {
            const QJsonObject answer = client.ask("list").value("result").toObject();
            const QJsonArray servers = answer.value("servers").toArray();
            return servers.size() == 1 && servers.first()["name"] == QJsonValue("web")
                && servers.first()["state"] == QJsonValue("active");
        };
        RawClient newcomer = RawClient::greeted();
        return isUp && sees(bystander) && sees(newcomer);
    }
};

QByteArray requestOfSize(qsizetype size)
{
    const QByteArray begin = R"({"jsonrpc":"2.0","id":7,"method":"list","params":{"x":")";
    const QByteArray end = "\"}}\n";
    return begin + QByteArray(size - begin.size() - end.size(), 'x') + end;
}

} // namespace

void TestControlSocket::helloTellsWhoTheWatcherIs()
{
    Scene scene;
    RawClient client;
    const QJsonObject answer = client.ask("hello", {{"protocol", 1}, {"client", "a test"}});
    QCOMPARE(answer.value("jsonrpc").toString(), "2.0");
    const QJsonObject result = answer.value("result").toObject();
    QCOMPARE(result.value("protocol").toInt(), 1);
    QCOMPARE(result.value("pid").toInteger(), watcherOf("web"));
    QCOMPARE(result.value("start_time"), info("web").value("watcher_start_time"));
    QCOMPARE(result.value("kind").toString(), "headless");
    QVERIFY(!result.value("version").toString().isEmpty());
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::nothingIsAnsweredBeforeHello()
{
    Scene scene;
    RawClient client;
    for (const char *method : {"list", "shutdown", "handover", "no such method"})
        QCOMPARE(errorCode(client.ask(method)), -32001);
    // It is not too late for manners.
    QVERIFY(client.ask("hello", {{"protocol", 1}}).contains("result"));
    QVERIFY(client.ask("list").contains("result"));
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::anUnknownProtocolIsToldTheKnownOne()
{
    Scene scene;
    RawClient client;
    for (const int version : {0, 2, 1000}) {
        const QJsonObject answer = client.ask("hello", {{"protocol", version}});
        QCOMPARE(errorCode(answer), -32001);
        QVERIFY2(errorMessage(answer).contains("protocol 1"), qPrintable(errorMessage(answer)));
    }
    QCOMPARE(errorCode(client.ask("list")), -32001); // that was no hello
    QVERIFY(client.ask("hello", {{"protocol", 1}}).contains("result"));
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aSilentClientIsLetGo()
{
    Scene scene;
    RawClient silent;
    RawClient slow;
    QVERIFY(slow.send("{\"jsonrpc\":\"2.0\","));
    QVERIFY(silent.waitForEnd());
    QVERIFY(slow.waitForEnd());
    QVERIFY(scene.isUnharmed()); // the bystander has said hello, and may be silent
}

void TestControlSocket::whatIsNoObjectEndsTheConnection_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("a word") << QByteArray("hello\n");
    QTest::newRow("half an object") << QByteArray("{\"jsonrpc\":\"2.0\",\n");
    QTest::newRow("two objects in one line") << QByteArray("{}{}\n");
    QTest::newRow("a number") << QByteArray("7\n");
    QTest::newRow("a string") << QByteArray("\"list\"\n");
    QTest::newRow("null") << QByteArray("null\n");
    QTest::newRow("an empty batch") << QByteArray("[]\n");
    QTest::newRow("a batch") << QByteArray(R"([{"jsonrpc":"2.0","id":1,"method":"list"}])") + '\n';
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QTest::newRow("a NUL") << QByteArray("\0\n", 2);
    QTest::newRow("bytes that are no text") << QByteArray("{\"id\":\"\xff\xfe\"}\n");
    QTest::newRow("very deep") << QByteArray(100000, '[') + '\n';
    QTest::newRow("very deep objects") << QByteArray("{\"a\":").repeated(50000) + '\n';
}

void TestControlSocket::whatIsNoObjectEndsTheConnection()
{
    QFETCH(const QByteArray, line);
    Scene scene;
    RawClient client = RawClient::greeted();
    QVERIFY(client.send(line));
    QCOMPARE(errorCode(client.readMessage()), -32700);
    QVERIFY(client.waitForEnd());
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::whatIsNoRequestIsRefused_data()
{
    QTest::addColumn<QByteArray>("line");
    const auto row = [](const char *name, const char *line) {
        QTest::newRow(name) << QByteArray(line) + '\n';
    };
    row("empty object", "{}");
    row("no jsonrpc", R"({"id":5,"method":"list"})");
    row("jsonrpc 1.0", R"({"jsonrpc":"1.0","id":5,"method":"list"})");
    row("jsonrpc a number", R"({"jsonrpc":2.0,"id":5,"method":"list"})");
    row("no method", R"({"jsonrpc":"2.0","id":5})");
    row("method a number", R"({"jsonrpc":"2.0","id":5,"method":5})");
    row("method null", R"({"jsonrpc":"2.0","id":5,"method":null})");
    row("params a list", R"({"jsonrpc":"2.0","id":5,"method":"list","params":[]})");
    row("params null", R"({"jsonrpc":"2.0","id":5,"method":"list","params":null})");
    row("params a string", R"({"jsonrpc":"2.0","id":5,"method":"list","params":"web"})");
    row("no id", R"({"jsonrpc":"2.0","method":"shutdown","params":{"stop_servers":true}})");
    row("id null", R"({"jsonrpc":"2.0","id":null,"method":"list"})");
    row("id an object", R"({"jsonrpc":"2.0","id":{},"method":"list"})");
    row("id true", R"({"jsonrpc":"2.0","id":true,"method":"list"})");
    row("an answer", R"({"jsonrpc":"2.0","id":5,"result":{}})");
}

void TestControlSocket::whatIsNoRequestIsRefused()
{
    QFETCH(const QByteArray, line);
    Scene scene;
    RawClient client = RawClient::greeted();
    QVERIFY(client.send(line));
    const QJsonObject answer = client.readMessage();
    QCOMPARE(errorCode(answer), -32600);
    const QJsonValue sentId = QJsonDocument::fromJson(line).object().value("id");
    QCOMPARE(answer.value("id"), sentId.isDouble() ? sentId : QJsonValue());
    QVERIFY(client.ask("list").contains("result")); // the next one may be better
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::anUnknownMethodIsNamed()
{
    Scene scene;
    RawClient client = RawClient::greeted();
    for (const char *method : {"restrat", "", "List", "rpc.discover"}) {
        const QJsonObject answer = client.ask(method);
        QCOMPARE(errorCode(answer), -32601);
        QVERIFY(errorMessage(answer).contains(QString("'%1'").arg(method)));
    }
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aLineMayHaveOneMebibyte()
{
    Scene scene;
    RawClient client = RawClient::greeted();
    QVERIFY(client.send(requestOfSize(kMaxLine)));
    const QJsonObject answer = client.readMessage();
    QCOMPARE(answer.value("id").toInt(), 7);
    QVERIFY(answer.contains("result"));
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aLogOfControlBytesFitsIntoALine()
{
    Scene scene;
    QFile log(info("web").value("log_file").toString());
    QVERIFY(log.open(QIODevice::WriteOnly));
    // JSON writes each of these as six.
    log.write((QByteArray(999, '\x01') + '\n').repeated(300));
    log.close();
    RawClient client = RawClient::greeted();
    const QJsonObject answer = client.ask("logs", {{"name", "web"}, {"lines", 10000}});
    QVERIFY(answer.value("result")["lines"].toArray().size() > 100);
    QVERIFY(QJsonDocument(answer).toJson(QJsonDocument::Compact).size() < kMaxLine);
}

void TestControlSocket::aLongerLineEndsTheConnection()
{
    Scene scene;
    for (const qsizetype size : {kMaxLine + 1, kMaxLine + 2, 40 * kMaxLine}) {
        RawClient client = RawClient::greeted();
        client.send(requestOfSize(size)); // may fail half-way, when the other end is closed
        const QJsonObject answer = client.readMessage();
        QVERIFY(!answer.contains("result"));
        if (!answer.isEmpty()) // the reset of the connection can overtake it
            QCOMPARE(errorCode(answer), -32600);
        QVERIFY(client.waitForEnd());
    }
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::halfALineDisturbsNobody()
{
    Scene scene;
    RawClient half = RawClient::greeted();
    const QByteArray line = requestOfSize(100);
    QVERIFY(half.send(line.left(50)));
    QVERIFY(scene.isUnharmed());
    QVERIFY(half.send(line.mid(50)));
    QCOMPARE(half.readMessage().value("id").toInt(), 7);
    // And one that never comes to its end.
    QVERIFY(half.send(line.left(50)));
    half.hangUp();
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::bytesMayComeOneByOne()
{
    Scene scene;
    RawClient client = RawClient::greeted();
    const QByteArray line =
        "\n \r\n{\"jsonrpc\":\"2.0\",\"id\":\"sl\xc3\xb6w\",\"method\":\"list\"}\r\n";
    for (const char byte : line)
        QVERIFY(client.send(QByteArray(1, byte)));
    const QJsonObject answer = client.readMessage();
    QCOMPARE(answer.value("id").toString(), QString::fromUtf8("sl\xc3\xb6w"));
    QVERIFY(answer.contains("result"));
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aPeerMayVanishAfterItsRequest()
{
    Scene scene;
    TestClient other;
    for (int round = 0; round < 20; ++round) {
        RawClient client = RawClient::greeted();
        QVERIFY(client.sendRequest("use", {{"name", "web"}, {"pid", other.pid()}}, 1));
        QVERIFY(client.sendRequest("info", {{"name", "web"}}, 2));
        client.hangUp();
        QVERIFY(scene.isUnharmed());
    }
    QTRY_COMPARE(refcountOf("web"), 2); // what was asked for is done all the same
    // In the middle of a stop that takes its time.
    QCOMPARE(
        run({"use", "deaf", "--pid", other.pidText(), "--", TEST_SERVER, "--ignore-term"}).exitCode,
        0);
    RawClient client = RawClient::greeted();
    const QJsonObject params{{"name", "deaf"}, {"force", true}, {"timeout_ms", 50}};
    QVERIFY(client.sendRequest("stop", params, 1));
    client.hangUp();
    QTRY_COMPARE(stateOf("deaf"), "stopped");
    QTRY_VERIFY(scene.isUnharmed()); // the watcher hears of that end after the kernel
}

void TestControlSocket::aSubscriberWhoDoesNotReadIsLetGo()
{
    Scene scene;
    RawClient deaf = RawClient::greeted();
    QVERIFY(deaf.ask("subscribe").contains("result"));
    // An event of some 200 KiB each: far more than a socket and the watcher's patience hold.
    const QString much(100 * 1024, 'x');
    const QJsonArray loud{TEST_SERVER, "--say", much, "--say", much};
    QElapsedTimer timer;
    qint64 slowest = 0;
    for (int round = 0; round < 80; ++round) {
        const TestClient passing;
        timer.start();
        const QJsonObject used = scene.bystander.ask(
            "use", {{"name", "loud"}, {"pid", passing.pid()}, {"command", loud}});
        slowest = std::max(slowest, timer.elapsed());
        QVERIFY(used.contains("result"));
        QVERIFY(scene.bystander.ask("unuse", {{"name", "loud"}, {"pid", passing.pid()}})
                    .contains("result"));
    }
    QVERIFY(scene.bystander.ask("kill", {{"name", "loud"}}).contains("result"));
    QVERIFY2(slowest < 20000, qPrintable(QString::number(slowest)));
    QVERIFY(deaf.waitForEnd());
#ifndef __SANITIZE_ADDRESS__ // which keeps what was freed
    const auto watcher = platform::inspect(pid_t(watcherOf("web")));
    QVERIFY(watcher && watcher->residentBytes > 0);
    QVERIFY2(watcher->residentBytes < 200 * 1024 * 1024,
             qPrintable(QString::number(watcher->residentBytes)));
#endif
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aThousandRequestsAtOnceAreAllAnswered()
{
    Scene scene;
    RawClient client = RawClient::greeted();
    QByteArray lines;
    for (int id = 1000; id < 2000; ++id) {
        lines += QString(R"({"jsonrpc":"2.0","id":%1,"method":"info","params":{"name":"web"}})")
                     .arg(id)
                     .toLatin1()
            + '\n';
    }
    QVERIFY(client.send(lines));
    QSet<int> answered;
    while (answered.size() < 1000) {
        const QJsonObject answer = client.readMessage();
        QVERIFY(answer.contains("result"));
        answered.insert(answer.value("id").toInt());
    }
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::manyConnectionsAtOnceAreServed()
{
    Scene scene;
    std::vector<RawClient> crowd;
    for (int count = 0; count < 200; ++count) {
        crowd.push_back(RawClient::greeted());
        QVERIFY(crowd.back().isConnected());
    }
    for (RawClient &client : crowd)
        QVERIFY(client.ask("info", {{"name", "web"}}).contains("result"));
    QVERIFY(scene.isUnharmed());
}

void TestControlSocket::aLackOfDescriptorsIsSurvived()
{
#ifndef Q_OS_LINUX
    QSKIP("Only Linux can take another process's descriptors away.");
#else
    Scene scene;
    const auto watcher = pid_t(watcherOf("web"));
    rlimit before;
    QCOMPARE(prlimit(watcher, RLIMIT_NOFILE, nullptr, &before), 0);
    rlim_t open = 0;
    const QStringList numbers = QDir(QString("/proc/%1/fd").arg(watcher)).entryList(QDir::System);
    for (const QString &number : numbers)
        open = std::max(open, rlim_t(number.toULongLong()) + 1);
    const rlimit noMore{open, before.rlim_max};
    QCOMPARE(prlimit(watcher, RLIMIT_NOFILE, &noMore, nullptr), 0);
    std::vector<RawClient> waiting(open); // most of them in the socket's queue
    // Already now: they will all be accepted at once, and each may be silent for a bounded time.
    for (RawClient &client : waiting)
        QVERIFY(client.sendRequest("hello", {{"protocol", 1}}, 1));
    QVERIFY(scene.bystander.ask("list").contains("result"));
    QCOMPARE(prlimit(watcher, RLIMIT_NOFILE, &before, nullptr), 0);
    for (RawClient &client : waiting)
        QVERIFY(client.readMessage().contains("result"));
    QVERIFY(scene.isUnharmed());
    QCOMPARE(watcherOf("web"), watcher);
#endif
}

QTEST_GUILESS_MAIN(TestControlSocket)
#include "tst_controlsocket.moc"
