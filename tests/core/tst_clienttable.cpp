// Who is attached: one process is one reference, and a dead one is none.

#include "core/lockfile/clienttable.h"
#include "tests/core/childprocess.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"

#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestClientTable : public QObject
{
    Q_OBJECT
private slots:
    void whatIsWrittenReadsTheSame();
    void anEmptyTableIsWrittenAsTheyDo();
    void aWrongRefcountDoesNotCount_data();
    void aWrongRefcountDoesNotCount();
    void unknownKeysAreKept();
    void whatIsNoTableIsCorrupt_data();
    void whatIsNoTableIsCorrupt();
    void oddMetadataIsNone();
    void attachingTwiceIsOneReference();
    void attachingAgainRenewsTheMetadata();
    void attachingAgainGivesAStamp();
    void aSuccessorOfThePidReplacesTheDead();
    void detachingTakesOnlyTheSameProcess_data();
    void detachingTakesOnlyTheSameProcess();
    void onlyTheLiveAreKept();
    void whoIsWatchedNeedsNoLook();
    void aZombieIsDead();
    void missingStampsAreFilledIn();
    void aProcessYoungerThanItsEntryIsAnother();
};

namespace {

QJsonObject jsonOf(const ClientTable &table)
{
    return QJsonDocument::fromJson(table.toJson()).object();
}

ClientTable tableFrom(const QByteArray &json)
{
    const auto table = ClientTable::fromJson(json);
    if (!table)
        qFatal("%s", qPrintable(table.error().message));
    return *table;
}

} // namespace

void TestClientTable::whatIsWrittenReadsTheSame()
{
    ClientTable table;
    table.attach(clientOf({30, 7}, "nvim \"x\"\n\u2603"));
    table.attach(clientOf({4, 0}));
    table.attach(clientOf({200, 9}, ""));
    QCOMPARE(tableFrom(table.toJson()), table);
    QVERIFY(table.toJson().endsWith("}\n"));
    const QJsonObject json = jsonOf(table);
    QCOMPARE(json.value("refcount").toInt(), 3);
    QVERIFY(json["clients"]["4"]["metadata"].isNull());
    QVERIFY(json["clients"]["4"]["start_time"].isUndefined());
    QCOMPARE(json["clients"]["30"]["start_time"].toInt(), 7);
    QCOMPARE(json["clients"]["200"]["metadata"], QJsonValue(""));
    const auto clients = table.clients();
    QCOMPARE(clients.first().process.pid, 4); // by number, not by text
    QCOMPARE(clients.last().process.pid, 200);
}

void TestClientTable::anEmptyTableIsWrittenAsTheyDo()
{
    const QJsonObject empty{{"refcount", 0}, {"clients", QJsonObject()}};
    QCOMPARE(jsonOf(ClientTable()), empty);
    QVERIFY(tableFrom("{\"refcount\":0,\"clients\":{}}").isEmpty());
}

void TestClientTable::aWrongRefcountDoesNotCount_data()
{
    QTest::addColumn<QByteArray>("refcount");
    for (const char *refcount : {"0", "2", "-1", "null", "\"x\"", "1e300", "{}"})
        QTest::newRow(refcount) << QByteArray(refcount);
}

void TestClientTable::aWrongRefcountDoesNotCount()
{
    QFETCH(const QByteArray, refcount);
    const ClientTable table = tableFrom("{\"refcount\":" + refcount
                                        + ",\"clients\":{\"12\":{\"attached_at\":"
                                          "\"2026-11-23T08:18:07Z\",\"metadata\":null}}}");
    QCOMPARE(table.count(), 1);
    QCOMPARE(jsonOf(table).value("refcount").toInt(), 1);
}

void TestClientTable::unknownKeysAreKept()
{
    const QByteArray text = R"({"refcount":1,"version":3,"clients":{"12":{"host":{"a":[1]},
        "attached_at":"2026-11-23T08:18:07.469403589Z","metadata":null}}})";
    ClientTable table = tableFrom(text);
    QCOMPARE(jsonOf(table), QJsonDocument::fromJson(text).object());
    table.attach(clientOf({13}));
    table.detach({13});
    QCOMPARE(jsonOf(table), QJsonDocument::fromJson(text).object());
}

void TestClientTable::whatIsNoTableIsCorrupt_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("white space") << QByteArray("  \n");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("no clients") << QByteArray("{\"refcount\":0}");
    QTest::newRow("clients null") << QByteArray("{\"clients\":null}");
    QTest::newRow("clients array") << QByteArray("{\"clients\":[]}");
    QTest::newRow("two objects") << QByteArray("{\"clients\":{}}{\"clients\":{}}");
    const auto add = [](const char *row, const QByteArray &pid, const QByteArray &entry) {
        QTest::newRow(row) << "{\"clients\":{\"" + pid + "\":" + entry + "}}";
    };
    const QByteArray good = "{\"attached_at\":\"2026-11-23T08:18:07Z\",\"metadata\":null}";
    for (const char *pid :
         {"", "0", "-5", "x", "12x", "1.5", "4294967297", "99999999999999999999", "0x1f"})
        add(pid, pid, good);
    add("entry null", "12", "null");
    add("entry text", "12", "\"nvim\"");
    add("no time", "12", "{\"metadata\":null}");
    add("bad time", "12", "{\"attached_at\":\"now\"}");
    add("time a number", "12", "{\"attached_at\":5}");
    add("bad stamp", "12", "{\"attached_at\":\"2026-11-23T08:18:07Z\",\"start_time\":\"5\"}");
}

void TestClientTable::whatIsNoTableIsCorrupt()
{
    QFETCH(const QByteArray, text);
    const auto table = ClientTable::fromJson(text);
    QVERIFY(!table);
    QCOMPARE(table.error().kind, Error::Kind::Corrupt);
}

void TestClientTable::oddMetadataIsNone()
{
    for (const char *metadata : {"null", "5", "{}", "[\"a\"]", "true"}) {
        const ClientTable table = tableFrom(QByteArray("{\"clients\":{\"12\":{\"attached_at\":"
                                                       "\"2026-11-23T08:18:07Z\",\"metadata\":")
                                            + metadata + "}}}");
        QVERIFY(!table.find(12)->metadata);
    }
}

void TestClientTable::attachingTwiceIsOneReference()
{
    ClientTable table;
    QVERIFY(table.attach(clientOf({12, 5})));
    QVERIFY(!table.attach(clientOf({12, 5})));
    QCOMPARE(table.count(), 1);
}

void TestClientTable::attachingAgainRenewsTheMetadata()
{
    ClientTable table;
    table.attach(clientOf({12, 5}, "first"));
    const QString since = table.find(12)->attachedAt.text();
    table.attach(clientOf({12, 5}));
    QCOMPARE(table.find(12)->metadata.value_or(""), "first");
    table.attach(clientOf({12, 5}, "second"));
    QCOMPARE(table.find(12)->metadata.value_or(""), "second");
    QCOMPARE(table.find(12)->attachedAt.text(), since);
}

void TestClientTable::attachingAgainGivesAStamp()
{
    ClientTable table;
    table.attach(clientOf({12}, "theirs"));
    QVERIFY(!table.attach(clientOf({12, 5})));
    QCOMPARE(table.find(12)->process, (ProcessId{12, 5}));
    QCOMPARE(table.find(12)->metadata.value_or(""), "theirs");
}

void TestClientTable::aSuccessorOfThePidReplacesTheDead()
{
    ClientTable table;
    table.attach(clientOf({12, 5}, "dead"));
    QVERIFY(table.attach(clientOf({12, 6})));
    QCOMPARE(table.count(), 1);
    QCOMPARE(table.find(12)->process, (ProcessId{12, 6}));
    QVERIFY(!table.find(12)->metadata);
}

void TestClientTable::detachingTakesOnlyTheSameProcess_data()
{
    QTest::addColumn<quint64>("recorded");
    QTest::addColumn<quint64>("asked");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("same") << quint64(5) << quint64(5) << true;
    QTest::newRow("another") << quint64(5) << quint64(6) << false;
    QTest::newRow("not recorded") << quint64(0) << quint64(5) << true;
    QTest::newRow("not known") << quint64(5) << quint64(0) << true;
}

void TestClientTable::detachingTakesOnlyTheSameProcess()
{
    QFETCH(const quint64, recorded);
    QFETCH(const quint64, asked);
    QFETCH(const bool, isTaken);
    ClientTable table = tableOf({{12, recorded}});
    QCOMPARE(table.detach({12, asked}), isTaken);
    QCOMPARE(table.isEmpty(), isTaken);
    QVERIFY(!table.detach({13, asked}));
}

void TestClientTable::onlyTheLiveAreKept()
{
    const TestClient live;
    TestClient dead;
    TestClient recycled;
    ClientTable table = tableOf({live.id(), dead.id()});
    table.attach(clientOf({recycled.pid(), recycled.id().startStamp + 1}));
    dead.kill();
    QVERIFY(table.keepLiveOnly());
    QCOMPARE(table, tableFrom(table.toJson()));
    QCOMPARE(table.count(), 1);
    QVERIFY(table.find(live.pid()));
    QVERIFY(!table.keepLiveOnly());
}

void TestClientTable::whoIsWatchedNeedsNoLook()
{
    TestClient watched;
    TestClient stranger;
    ClientTable table = tableOf({watched.id(), stranger.id()});
    const ClientTable known =
        tableOf({watched.id(), {stranger.pid(), stranger.id().startStamp + 1}});
    const ProcessId id = watched.id();
    watched.kill();
    stranger.kill();
    // Whoever watches it will tell; that of the other is another process.
    QVERIFY(table.keepLiveOnly(known));
    QCOMPARE(table.count(), 1);
    QVERIFY(table.find(id.pid));
    QVERIFY(table.keepLiveOnly());
    QVERIFY(table.isEmpty());
}

void TestClientTable::aZombieIsDead()
{
    ChildProcess client(liveForEver);
    ClientTable table = tableOf({client.id()});
    QVERIFY(!table.keepLiveOnly());
    ::kill(client.pid(), SIGKILL);
    QVERIFY(client.becomesZombie());
    QVERIFY(table.keepLiveOnly());
    QVERIFY(table.isEmpty());
}

void TestClientTable::missingStampsAreFilledIn()
{
    const TestClient client;
    ClientTable table = tableOf({{client.pid()}});
    QVERIFY(table.keepLiveOnly());
    QCOMPARE(table.find(client.pid())->process, client.id());
    QVERIFY(!table.keepLiveOnly());
}

void TestClientTable::aProcessYoungerThanItsEntryIsAnother()
{
    const TestClient client;
    ClientRecord record = clientOf({client.pid()});
    record.attachedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-3600));
    QVERIFY(!record.liveProcess());
    record.attachedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(3600));
    QVERIFY(record.liveProcess()); // it attached long after its start
}

QTEST_GUILESS_MAIN(TestClientTable)
#include "tst_clienttable.moc"
