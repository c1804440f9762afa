// Whoever floods the control socket is served as far as that costs little, and nobody else is kept
// waiting for it.

#include "tests/core/rawclient.h"
#include "tests/hostility/bystander.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QProcess>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <vector>

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestFloods : public QObject
{
    Q_OBJECT
private slots:
    void aLineOfOneGibibyteIsNeverKept();
    void manyHalfLinesHoldNobodyUp();
    void aSilentCrowdKeepsNobodyOut();
    void aPileOfRequestsIsHandledInTurns();
    void whatWasAskedBeforeHangingUpIsDone_data();
    void whatWasAskedBeforeHangingUpIsDone();
    void clientsThatReadNothingDoNotHoldUpAHandOver();
};

namespace {

constexpr qint64 kMebibyte = 1024 * 1024;
constexpr qsizetype kCrowd = 4200;

/// A watcher with one server.
struct Scene
{
    TestWorld world;
    TestClient user;
    bool isUp = run({"use", "web", "--pid", user.pidText(), "--", TEST_SERVER}).exitCode == 0;
    qint64 watcher = watcherOf("web");

    /// Whether the same watcher serves newcomers, and the server is as it was.
    bool isUnharmed() const
    {
        RawClient newcomer = RawClient::greeted();
        const QJsonObject list = newcomer.ask("list").value("result").toObject();
        return isUp && list.value("servers").toArray().size() == 1 && watcherOf("web") == watcher
            && stateOf("web") == "active";
    }
};

/// As many connections as this process may have, up to `most`, with some room for others.
qsizetype raiseConnections(qsizetype most)
{
    rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    constexpr rlim_t kRoom = 100;
    return qsizetype(std::min<rlim_t>(rlim_t(most), limit.rlim_cur - kRoom));
}

QByteArray request(const QByteArray &method, const QByteArray &params, int id)
{
    return R"({"jsonrpc":"2.0","id":)" + QByteArray::number(id) + R"(,"method":")" + method
        + R"(","params":)" + params + "}\n";
}

} // namespace

void TestFloods::aLineOfOneGibibyteIsNeverKept()
{
    const Scene scene;
    Bystander bystander;
    RawClient client = RawClient::greeted();
    const qint64 before = residentBytes(scene.watcher);
    const QByteArray piece(kMebibyte, 'x');
    qint64 sent = 0;
    while (sent < 1024 * kMebibyte && client.send(piece))
        sent += piece.size();
    const qint64 grown = residentBytes(scene.watcher) - before;
    qInfo() << "taken of the line:" << sent / kMebibyte << "MiB, the watcher has grown by"
            << grown / 1024 << "KiB";
    QVERIFY(sent < 1024 * kMebibyte);
    QVERIFY(client.waitForEnd());
#ifndef __SANITIZE_ADDRESS__ // which keeps what was freed
    QVERIFY2(grown < 16 * kMebibyte, qPrintable(QString::number(grown)));
#endif
    QVERIFY(bystander.wasServed());
    QVERIFY(scene.isUnharmed());
}

void TestFloods::manyHalfLinesHoldNobodyUp()
{
    const Scene scene;
    Bystander bystander;
    std::vector<RawClient> crowd;
    for (int count = 0; count < 50; ++count) {
        crowd.push_back(RawClient::greeted());
        QVERIFY(crowd.back().send(R"({"jsonrpc":"2.0","id":1,"method":"list","params":{"x":")"
                                  + QByteArray(100000, 'x')));
    }
    QVERIFY(bystander.wasServed());
    // Each is as good as any, once it is whole.
    for (RawClient &client : crowd)
        QVERIFY(client.send("\"}}\n") && client.readMessage().contains("result"));
    QVERIFY(scene.isUnharmed());
}

/// More than the watcher takes at once, which are 4000.
void TestFloods::aSilentCrowdKeepsNobodyOut()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("A crowd takes minutes with sanitizers.");
#endif
    const Scene scene;
    const qsizetype most = raiseConnections(kCrowd);
    if (most < kCrowd)
        qInfo() << "This machine allows fewer descriptors than it takes to fill the watcher.";
    Bystander bystander;
    std::vector<RawClient> crowd;
    for (qsizetype count = 0; count < most; ++count)
        crowd.emplace_back();
    const auto connected = std::count_if(
        crowd.begin(), crowd.end(), [](const RawClient &client) { return client.isConnected(); });
    qInfo() << "connected:" << connected << "of" << most;
    QVERIFY(RawClient::greeted().isConnected());
    const TestClient other;
    QCOMPARE(run({"use", "web", "--pid", other.pidText()}).exitCode, 0);
    QVERIFY(bystander.wasServed());
    QVERIFY(scene.isUnharmed());
}

void TestFloods::aPileOfRequestsIsHandledInTurns()
{
    const Scene scene;
    // What takes the watcher longest: the end of a log is read anew for each.
    QByteArray pile;
    int count = 0;
    while (pile.size() < kMebibyte)
        pile += request("logs", R"({"name":"web","lines":1})", ++count);
    Bystander bystander;
    std::vector<RawClient> crowd;
    for (int each = 0; each < 2; ++each) {
        crowd.push_back(RawClient::greeted());
        QVERIFY(crowd.back().send(pile));
    }
    for (RawClient &client : crowd) {
        for (int id = 1; id <= count; ++id)
            QCOMPARE(client.readMessage().value("id").toInt(), id);
    }
    QVERIFY(bystander.wasServed());
    QVERIFY(scene.isUnharmed());
}

void TestFloods::whatWasAskedBeforeHangingUpIsDone_data()
{
    QTest::addColumn<bool>("isStopped");
    QTest::addColumn<bool>("isAnswered");
    QTest::newRow("before the watcher has looked") << true << false;
    QTest::newRow("at once") << false << false;
    QTest::newRow("with answers that nobody has read") << false << true;
}

/// Also where it was so much that it takes several turns.
void TestFloods::whatWasAskedBeforeHangingUpIsDone()
{
    QFETCH(const bool, isStopped);
    QFETCH(const bool, isAnswered);
    const Scene scene;
    const TestClient other;
    const QByteArray pid = QByteArray::number(other.pid());
    QByteArray pile;
    for (int id = 1; id <= 1000; ++id)
        pile += request("logs", R"({"name":"web","lines":1})", id);
    pile += request("use", R"({"name":"web","pid":)" + pid + '}', 1);
    RawClient client = RawClient::greeted();
    if (isStopped)
        kill(pid_t(scene.watcher), SIGSTOP);
    QVERIFY(client.send(pile));
    pollfd answer{client.descriptor(), POLLIN, 0};
    if (isAnswered)
        QCOMPARE(poll(&answer, 1, kPatienceMs), 1);
    client.hangUp();
    kill(pid_t(scene.watcher), SIGCONT);
    QTRY_COMPARE(refcountOf("web"), 2);
    QVERIFY(scene.isUnharmed());
}

void TestFloods::clientsThatReadNothingDoNotHoldUpAHandOver()
{
    const Scene scene;
    // Answers of 300 KiB wait for each of them, more than a socket holds. With a second for each,
    // the successor, who waits for 30 s, would give up.
    QByteArray pile;
    for (int id = 1; id <= 400; ++id)
        pile += request("list", "{}", id);
    std::vector<RawClient> deaf;
    for (int count = 0; count < 40; ++count) {
        deaf.push_back(RawClient::greeted());
        QVERIFY(deaf.back().send(pile));
    }
    QVERIFY(scene.isUnharmed()); // so they have all been answered
    QProcess successor;
    QElapsedTimer timer;
    timer.start();
    startCommand(&successor, {"watch", "--take-over"});
    QTRY_COMPARE_WITH_TIMEOUT(watcherOf("web"), successor.processId(), 40000);
    qInfo() << "handed over in" << timer.elapsed() << "ms";
    QCOMPARE(refcountOf("web"), 1);
    QVERIFY(run({"admin", "stop", "web"}).exitCode == 0);
    successor.terminate();
    QCOMPARE(finish(&successor).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestFloods)
#include "tst_floods.moc"
