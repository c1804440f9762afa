// A pid that belongs to another process now is never counted and never signalled.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRecycledPid : public QObject
{
    Q_OBJECT
private slots:
    void aStrangerWithTheServersPidIsNotTheServer_data();
    void aStrangerWithTheServersPidIsNotTheServer();
    void aStrangerWithAClientsPidIsNotCounted();
    void aStrangerWithTheWatchersPidIsNotTheWatcher();
};

namespace {

/// The file of a server "web" that had `process`'s pid before `process` was born.
QJsonObject recordOfAPredecessor(const ProcessId &process)
{
    return {{"pid", process.pid},
            {"start_time", qint64(process.startStamp) - 1},
            {"command", QJsonArray{"sleep", "3600"}},
            {"grace_period", "5m"},
            {"watcher_pid", QJsonValue()},
            {"watcher_start_time", QJsonValue()},
            {"started_at", "2020-01-01T00:00:00Z"}};
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson();
}

} // namespace

void TestRecycledPid::aStrangerWithTheServersPidIsNotTheServer_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<bool>("withStamp");
    const auto add = [](const char *name, const QStringList &command, int exitCode) {
        QTest::addRow("%s", name) << command << exitCode << true;
        QTest::addRow("%s, no stamp on file", name) << command << exitCode << false;
    };
    add("check", {"check", "web"}, 2);
    add("stop", {"admin", "stop", "web"}, 1);
    add("stop --force", {"admin", "stop", "web", "--force"}, 1);
    add("kill", {"admin", "kill", "web"}, 1);
    add("restart", {"admin", "restart", "web"}, 1);
    add("unuse", {"unuse", "web"}, 1);
    add("use", {"use", "web", "--", TEST_SERVER}, 0);
    add("doctor", {"admin", "doctor", "web"}, 0);
}

void TestRecycledPid::aStrangerWithTheServersPidIsNotTheServer()
{
    QFETCH(QStringList, command);
    QFETCH(int, exitCode);
    QFETCH(bool, withStamp);
    const TestWorld world;
    const TestClient stranger;
    QJsonObject record = recordOfAPredecessor(stranger.id());
    if (!withStamp)
        record.remove("start_time");
    world.writeLockFile("web.server.json", json(record));
    const auto result = run(command);
    QVERIFY2(result.exitCode == exitCode,
             qPrintable(QString::number(result.exitCode) + ": " + result.errors));
    QVERIFY(isAlive(stranger.id()));
    QVERIFY(pidOf("web") != stranger.pid());
}

void TestRecycledPid::aStrangerWithAClientsPidIsNotCounted()
{
    const TestWorld world;
    const TestClient client;
    const TestClient stranger;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QJsonObject table = QJsonDocument::fromJson(world.readLockFile("web.clients.json")).object();
    QJsonObject clients = table.value("clients").toObject();
    clients.insert(stranger.pidText(),
                   QJsonObject{{"attached_at", "2020-01-01T00:00:00Z"},
                               {"metadata", QJsonValue()},
                               {"start_time", qint64(stranger.id().startStamp) - 1}});
    table.insert("clients", clients);
    table.insert("refcount", 2);
    world.writeLockFile("web.clients.json", json(table));
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
    QVERIFY(isAlive(stranger.id()));
}

void TestRecycledPid::aStrangerWithTheWatchersPidIsNotTheWatcher()
{
    const TestWorld world;
    const TestClient client;
    const TestClient stranger;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    const qint64 server = pidOf("web");
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    ::kill(pid_t(watcher.pid), SIGKILL);
    QTRY_VERIFY(!isAlive(watcher));
    // As another tool would have written it, so that a live watcher of its would be respected.
    QJsonObject record = QJsonDocument::fromJson(world.readLockFile("web.server.json")).object();
    record.insert("watcher_pid", stranger.pid());
    record.insert("watcher_start_time", qint64(stranger.id().startStamp) - 1);
    record.remove("manager");
    world.writeLockFile("web.server.json", json(record));

    QCOMPARE(run({"use", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(pidOf("web"), server);
    QVERIFY(watcherOf("web") != stranger.pid());
    QVERIFY(isAlive(ProcessId::of(watcherOf("web"))));
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QVERIFY(isAlive(stranger.id()));
}

QTEST_GUILESS_MAIN(TestRecycledPid)
#include "tst_recycledpid.moc"
