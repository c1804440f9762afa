// What is told of a server, from its files and processes: its clients, its end, its JSON. Its state
// has a test of its own.

#include "core/base/jsonwriter.h"
#include "core/lockfile/invocationlog.h"
#include "core/lockfile/serverinfo.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestServerInfo : public QObject
{
    Q_OBJECT
private slots:
    void onlyLiveClientsCount();
    void unreadableFilesAreAProblem();
    void readingChangesNothing();
    void clientsAreNullInGrace();
    void aMessageNamesAsManyClientsAsFit_data();
    void aMessageNamesAsManyClientsAsFit();
    void theRestOfGraceIsRoundedUp_data();
    void theRestOfGraceIsRoundedUp();
    void theLastExitComesFromTheHistory_data();
    void theLastExitComesFromTheHistory();
    void resourcesAreToldWhereTheyAreAskedFor();
    void allServersAreThoseThatRunOrHaveAProblem();
};

namespace {

QDateTime now()
{
    return QDateTime::currentDateTimeUtc();
}

Invocation entry(const QString &command, const QJsonObject &metadata,
                 const std::optional<QString> &error = {})
{
    return {.timestamp = {}, .command = command, .args = {}, .error = error, .metadata = metadata};
}

} // namespace

void TestServerInfo::onlyLiveClientsCount()
{
    const TestWorld world;
    const TestClient server;
    const TestClient live;
    TestClient dead;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    world.writeLockFile("web.clients.json", tableOf({live.id(), dead.id()}).toJson());
    dead.kill();
    const ServerInfo info = readServerInfo(LockfileStore(world.lockDirectory()), "web");
    QCOMPARE(info.state, ServerState::Active);
    const QJsonObject json = info.toJson(now());
    QCOMPARE(json.value("refcount").toInt(), 1);
    QCOMPARE(json["clients"][0]["pid"].toInteger(), live.pid());
    QVERIFY(json["clients"][0]["metadata"].isNull());
}

void TestServerInfo::unreadableFilesAreAProblem()
{
    const TestWorld world;
    const TestClient server;
    const LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", "{");
    ServerInfo info = readServerInfo(store, "web");
    QCOMPARE(info.state, ServerState::Stopped);
    QVERIFY(info.problem.contains(world.lockFile("web.server.json")));
    QCOMPARE(info.toJson(now()).value("problem").toString(), info.problem);
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    world.writeLockFile("web.clients.json", "{");
    info = readServerInfo(store, "web");
    QCOMPARE(info.state, ServerState::Grace); // alive, and nobody is known to use it
    QVERIFY(info.problem.contains(world.lockFile("web.clients.json")));
}

void TestServerInfo::readingChangesNothing()
{
    const TestWorld world;
    TestClient dead;
    const QByteArray server = recordOf({dead.pid()}).toJson();
    const QByteArray clients = tableOf({{dead.pid()}}).toJson();
    dead.kill();
    world.writeLockFile("web.server.json", server);
    world.writeLockFile("web.clients.json", clients);
    const LockfileStore store(world.lockDirectory());
    readServerInfo(store, "web", {.withResources = true, .withHistory = true});
    readAllServers(store, [](const ServerInfo &) {});
    QCOMPARE(world.readLockFile("web.server.json"), server);
    QCOMPARE(world.readLockFile("web.clients.json"), clients);
}

void TestServerInfo::clientsAreNullInGrace()
{
    const TestWorld world;
    const TestClient server;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    const QJsonObject json =
        readServerInfo(LockfileStore(world.lockDirectory()), "web").toJson(now());
    QVERIFY(json.value("clients").isNull());
    QCOMPARE(json.value("refcount").toInt(-1), 0);
    QCOMPARE(json.value("start_time").toInteger(), qint64(server.id().startStamp));
    QVERIFY(json.value("watcher_pid").isNull());
    QVERIFY(json.value("watcher_start_time").isNull());
    QVERIFY(json.value("started_at").isDouble());
}

void TestServerInfo::aMessageNamesAsManyClientsAsFit_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("metadataSize");
    QTest::addColumn<bool>("allFit");
    QTest::newRow("a few") << 3 << 20 << true;
    QTest::newRow("a thousand") << 1000 << 0 << true;
    QTest::newRow("ten thousand") << 10000 << 0 << false;
    QTest::newRow("talkative ones") << 100 << 1000 << false;
    QTest::newRow("one who says too much") << 1 << 1000000 << false;
}

void TestServerInfo::aMessageNamesAsManyClientsAsFit()
{
    QFETCH(const int, count);
    QFETCH(const int, metadataSize);
    QFETCH(const bool, allFit);
    ServerInfo info;
    info.state = ServerState::Active;
    info.record = recordOf(ProcessId::self());
    for (qint64 pid = 1; pid <= count; ++pid)
        info.clients.attach(clientOf({pid, 5}, QString(metadataSize, QChar(1))));
    const QJsonObject json = info.toJson(now());
    const qsizetype named = json.value("clients").toArray().size();
    QCOMPARE(json.value("refcount").toInt(), count);
    QCOMPARE(named + json.value("clients_omitted").toInt(), qsizetype(count));
    QCOMPARE(named == count, allFit);
    QVERIFY(QJsonDocument(json).toJson(QJsonDocument::Compact).size() < 140 * 1024);

    JsonWriter whole;
    info.write(whole, now());
    const QJsonObject all = QJsonDocument::fromJson(whole.take()).object();
    QCOMPARE(all.value("clients").toArray().size(), qsizetype(count));
    QVERIFY(!all.contains("clients_omitted"));
}

void TestServerInfo::theRestOfGraceIsRoundedUp_data()
{
    QTest::addColumn<int>("milliseconds");
    QTest::addColumn<int>("seconds");
    QTest::newRow("whole") << 5000 << 5;
    QTest::newRow("rounded up") << 4001 << 5;
    QTest::newRow("nearly over") << 1 << 1;
    QTest::newRow("over") << 0 << 0;
    QTest::newRow("long over") << -60000 << 0;
}

void TestServerInfo::theRestOfGraceIsRoundedUp()
{
    QFETCH(const int, milliseconds);
    QFETCH(const int, seconds);
    ServerInfo info;
    info.state = ServerState::Grace;
    info.record = recordOf({4711, 5});
    QVERIFY(!info.graceRemaining(now())); // another tool's watcher keeps the time
    info.record->graceUntil = Timestamp::parse("2026-11-23T08:18:07.000Z");
    const QDateTime end = info.record->graceUntil->time();
    QCOMPARE(info.graceRemaining(end.addMSecs(-milliseconds)), std::make_optional(qint64(seconds)));
    info.state = ServerState::Active;
    QVERIFY(!info.graceRemaining(end));
}

void TestServerInfo::theLastExitComesFromTheHistory_data()
{
    QTest::addColumn<QList<Invocation>>("history");
    QTest::addColumn<QJsonObject>("expected");
    const QJsonObject none;
    const QJsonObject code{{"exit_code", 3}, {"signal", QJsonValue()}};
    const QJsonObject signal{{"exit_code", QJsonValue()}, {"signal", 9}};
    const Invocation start = entry("start", {{"server_pid", 5}});
    QTest::newRow("none") << QList<Invocation>() << none;
    QTest::newRow("code") << QList{start, entry("exit", {{"exit_code", 3}})} << code;
    QTest::newRow("signal") << QList{start, entry("exit", {{"signal", 9}})} << signal;
    QTest::newRow("unknown") << QList{start, entry("exit", {{"exit_code", QJsonValue()}})} << none;
    QTest::newRow("started again") << QList{entry("exit", {{"exit_code", 3}}), start} << none;
    QTest::newRow("failed to start again")
        << QList{entry("exit", {{"exit_code", 3}}), entry("start", {}, "No such file.")} << code;
    QTest::newRow("others after it")
        << QList{entry("exit", {{"exit_code", 3}}), entry("unuse", {}), entry("use", {}, "No.")}
        << code;
}

void TestServerInfo::theLastExitComesFromTheHistory()
{
    QFETCH(const QList<Invocation>, history);
    QFETCH(const QJsonObject, expected);
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    for (const Invocation &each : history)
        QVERIFY(log.append(each));
    const LockfileStore store(world.lockDirectory());
    QJsonObject json = readServerInfo(store, "web", {.withHistory = true}).toJson(now());
    QCOMPARE(json.take("state"), QJsonValue("stopped"));
    QCOMPARE(json.take("name"), QJsonValue("web"));
    QCOMPARE(json, expected);
}

void TestServerInfo::resourcesAreToldWhereTheyAreAskedFor()
{
    const TestWorld world;
    const TestClient server;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    const LockfileStore store(world.lockDirectory());
    QVERIFY(!readServerInfo(store, "web").toJson(now()).contains("rss_bytes"));
    const QJsonObject json = readServerInfo(store, "web", {.withResources = true}).toJson(now());
    QVERIFY(json.value("rss_bytes").isDouble());
    QVERIFY(json.value("cpu_percent").isDouble());
}

void TestServerInfo::allServersAreThoseThatRunOrHaveAProblem()
{
    const TestWorld world;
    const TestClient live;
    TestClient dead;
    world.writeLockFile("b.server.json", recordOf(live.id()).toJson());
    world.writeLockFile("a.server.json", "{");
    world.writeLockFile("dead.server.json", recordOf(dead.id()).toJson());
    world.writeLockFile("orphan.clients.json", tableOf({live.id()}).toJson());
    dead.kill();
    QStringList seen;
    const LockfileStore store(world.lockDirectory());
    readAllServers(store, [&](const ServerInfo &info) {
        seen.append(info.name + ' ' + stateWord(info.state));
    });
    QCOMPARE(seen, (QStringList{"a stopped", "b grace"}));
}

QTEST_GUILESS_MAIN(TestServerInfo)
#include "tst_serverinfo.moc"
