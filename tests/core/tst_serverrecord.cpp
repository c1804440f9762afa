// What a server file says, and which process it means.

#include "core/lockfile/serverrecord.h"
#include "tests/core/childprocess.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestServerRecord : public QObject
{
    Q_OBJECT
private slots:
    void whatIsWrittenReadsTheSame();
    void whatIsNotTextSurvives();
    void unknownKeysAreKept();
    void whatIsNotKnownIsNotWritten();
    void keysOfTheContractHaveTheirTypes();
    void onlyFourKeysAreNeeded();
    void anUnusableValueIsCorrupt_data();
    void anUnusableValueIsCorrupt();
    void anOddValueOfOursIsPassedOver_data();
    void anOddValueOfOursIsPassedOver();
    void noPlaceInALogIsBeforeItsBegin();
    void theExactProcessIsLive();
    void aReapedProcessIsGone();
    void aZombieIsNotLive();
    void withoutAStampTheTimeDecides_data();
    void withoutAStampTheTimeDecides();
    void aRecordOfAnotherBootMeansNobody();
    void theWatcherIsTheOneOfItsStamp();
};

namespace {

QJsonObject sample()
{
    return {{"pid", 4711},
            {"start_time", 123456},
            {"command", QJsonArray{"redis-server", "--port", "6379"}},
            {"grace_period", "2h30m"},
            {"watcher_pid", 4710},
            {"watcher_start_time", 123450},
            {"started_at", "2026-11-23T08:18:07.468418790Z"},
            {"manager", kManager},
            {"boot_id", "0e6c"},
            {"log_file", "/var/log/web.log"},
            {"working_dir", "/srv"},
            {"umask", 18},
            {"grace_until", "2026-11-23T10:18:07.468Z"}};
}

Result<ServerRecord> recordFrom(const QJsonObject &json)
{
    return ServerRecord::fromJson(QJsonDocument(json).toJson());
}

QJsonObject jsonOf(const ServerRecord &record)
{
    return QJsonDocument::fromJson(record.toJson()).object();
}

} // namespace

void TestServerRecord::whatIsWrittenReadsTheSame()
{
    const auto record = recordFrom(sample());
    QVERIFY(record);
    QCOMPARE(record->server, (ProcessId{4711, 123456}));
    QCOMPARE(record->watcher, (std::optional<ProcessId>{{4710, 123450}}));
    QCOMPARE(record->command, (QByteArrayList{"redis-server", "--port", "6379"}));
    QCOMPARE(record->logFile, "/var/log/web.log");
    QCOMPARE(record->workingDir, "/srv");
    QCOMPARE(record->umask, std::optional<int>(022));
    QCOMPARE(record->graceUntil->text(), "2026-11-23T10:18:07.468Z");
    QCOMPARE(jsonOf(*record), sample());
    QVERIFY(record->toJson().endsWith("}\n"));
}

void TestServerRecord::whatIsNotTextSurvives()
{
    ServerRecord record = recordOf({4711, 5});
    record.command = {"run", "caf\xe9", "", "\xf0\x9f\x90\xa7", "a\nb\"c\\d"};
    record.workingDir = "/srv/\xff\xfe";
    record.logFile = "/srv/\xe9.log";
    const auto again = ServerRecord::fromJson(record.toJson());
    QVERIFY(again);
    QCOMPARE(again->command, record.command);
    QCOMPARE(again->workingDir, record.workingDir);
    QCOMPARE(again->logFile, record.logFile);
    QCOMPARE(again->toJson(), record.toJson());
    QCOMPARE(jsonOf(record).value("command").toArray().size(), record.command.size());
}

void TestServerRecord::unknownKeysAreKept()
{
    QJsonObject json = sample();
    json.insert("their_new_key", QJsonObject{{"deep", QJsonArray{1, "two", QJsonValue()}}});
    const auto record = recordFrom(json);
    QVERIFY(record);
    QCOMPARE(record->unknownKeys.keys(), QStringList("their_new_key"));
    QCOMPARE(jsonOf(*record), json);
}

void TestServerRecord::whatIsNotKnownIsNotWritten()
{
    ServerRecord record;
    record.server.pid = 4711;
    record.command = {"a"};
    record.gracePeriod = "5m";
    record.startedAt = *Timestamp::parse("2026-11-23T08:18:07Z");
    const QStringList keys = {"command", "grace_period", "pid", "started_at", "watcher_pid"};
    QCOMPARE(jsonOf(record).keys(), keys);
    QVERIFY(jsonOf(record).value("watcher_pid").isNull());
}

void TestServerRecord::keysOfTheContractHaveTheirTypes()
{
    ServerRecord record = recordOf({4711, 123456});
    record.watcher = ProcessId{4710, 123450};
    const QByteArray text = record.toJson();
    // The Rust tool reads whole numbers only: no exponent, no fraction.
    QVERIFY(text.contains("\"pid\": 4711,"));
    QVERIFY(text.contains("\"start_time\": 123456,"));
    QVERIFY(text.contains("\"watcher_start_time\": 123450,"));
    const QJsonObject json = jsonOf(record);
    QVERIFY(json.value("command").isArray());
    QVERIFY(json.value("grace_period").isString());
    QVERIFY(json.value("started_at").toString().endsWith('Z'));
    record.server.startStamp = quint64(1) << 53;
    QVERIFY(record.toJson().contains("\"start_time\": 9007199254740992,"));
    QCOMPARE(ServerRecord::fromJson(record.toJson())->server.startStamp, quint64(1) << 53);
}

void TestServerRecord::onlyFourKeysAreNeeded()
{
    const auto record = recordFrom({{"pid", 4711},
                                    {"command", QJsonArray{"a"}},
                                    {"grace_period", QJsonValue()},
                                    {"started_at", "2026-11-23T08:18:07+01:00"}});
    QVERIFY(record);
    QCOMPARE(record->gracePeriod, "5m");
    QVERIFY(!record->watcher);
    QCOMPARE(record->server.startStamp, quint64(0));
    QVERIFY(record->manager.isEmpty());
    QVERIFY(!record->umask);
    QVERIFY(!record->graceUntil);
}

void TestServerRecord::anUnusableValueIsCorrupt_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    const auto add = [](const char *key, const char *row, const QJsonValue &value) {
        QTest::addRow("%s %s", key, row) << QString(key) << value;
    };
    for (const char *key : {"pid", "command", "started_at"}) {
        add(key, "missing", QJsonValue::Undefined);
        add(key, "null", QJsonValue());
        add(key, "object", QJsonObject());
        add(key, "true", true);
    }
    for (const char *key : {"pid", "watcher_pid"}) {
        add(key, "zero", 0);
        add(key, "negative", -1);
        add(key, "text", "4711");
        add(key, "fraction", 4711.5);
        add(key, "too large", qint64(1) << 31);
        add(key, "2^32 + 1", (qint64(1) << 32) + 1);
        add(key, "huge", 1e300);
    }
    for (const char *key : {"start_time", "watcher_start_time"}) {
        add(key, "negative", -1);
        add(key, "text", "5");
        add(key, "fraction", 0.5);
        add(key, "huge", 1e300);
        add(key, "true", true);
    }
    add("command", "empty", QJsonArray());
    add("command", "of numbers", QJsonArray{1});
    add("command", "text", "redis-server");
    add("grace_period", "number", 5);
    add("grace_period", "no unit", "5");
    add("grace_period", "zero", "0s");
    add("started_at", "text", "yesterday");
    add("started_at", "number", 1795421887);
    add("started_at", "no day", "2026-02-30T00:00:00Z");
}

void TestServerRecord::anUnusableValueIsCorrupt()
{
    QFETCH(const QString, key);
    QFETCH(const QJsonValue, value);
    QJsonObject json = sample();
    json.insert(key, value);
    const auto record = recordFrom(json);
    QVERIFY(!record);
    QCOMPARE(record.error().kind, Error::Kind::Corrupt);
    const QString named = key == "watcher_start_time" ? "watcher_pid" : key;
    QVERIFY2(record.error().message.contains("'" + named + "'"),
             qPrintable(record.error().message));
}

void TestServerRecord::anOddValueOfOursIsPassedOver_data()
{
    QTest::addColumn<QString>("key");
    for (const char *key : {"manager", "boot_id", "log_file", "working_dir", "umask", "grace_until",
                            "command_base64", "log_file_base64"})
        QTest::newRow(key) << QString(key);
}

void TestServerRecord::anOddValueOfOursIsPassedOver()
{
    QFETCH(const QString, key);
    const QJsonValue odd[] = {QJsonValue(), QJsonArray{1, 2}, QJsonObject{{"a", 1}}, true};
    for (const QJsonValue &value : odd) {
        QJsonObject json = sample();
        json.insert(key, value);
        const auto record = recordFrom(json);
        QVERIFY2(record, record ? "" : qPrintable(record.error().message));
        QCOMPARE(record->server, (ProcessId{4711, 123456}));
        QCOMPARE(record->command, (QByteArrayList{"redis-server", "--port", "6379"}));
    }
}

void TestServerRecord::noPlaceInALogIsBeforeItsBegin()
{
    QJsonObject json = sample();
    json.insert("log_offset", -1);
    const auto record = recordFrom(json);
    QVERIFY(record);
    QCOMPARE(record->logOffset, 0);
}

void TestServerRecord::theExactProcessIsLive()
{
    const TestClient server;
    ServerRecord record = recordOf(server.id());
    QCOMPARE(record.liveServer(), std::make_optional(server.id()));
    QCOMPARE(record.serverLiveness(), Liveness::Alive);
    record.server.startStamp += 1;
    QVERIFY(!record.liveServer());
    QCOMPARE(record.serverLiveness(), Liveness::Gone);
}

void TestServerRecord::aReapedProcessIsGone()
{
    TestClient server;
    const ServerRecord record = recordOf(server.id());
    server.kill();
    QVERIFY(!record.liveServer());
    QCOMPARE(record.serverLiveness(), Liveness::Gone);
}

void TestServerRecord::aZombieIsNotLive()
{
    ChildProcess server(liveForEver);
    ServerRecord record = recordOf(server.id());
    QVERIFY(record.liveServer());
    ::kill(server.pid(), SIGKILL);
    QVERIFY(server.becomesZombie());
    QVERIFY(!record.liveServer());
    QCOMPARE(record.serverLiveness(), Liveness::Zombie);
    record.server.startStamp = 0; // whose zombie it is, nobody can tell
    QCOMPARE(record.serverLiveness(), Liveness::Gone);
}

void TestServerRecord::withoutAStampTheTimeDecides_data()
{
    QTest::addColumn<int>("secondsBefore");
    QTest::addColumn<bool>("isLive");
    QTest::newRow("now") << 0 << true;
    QTest::newRow("half a minute ago") << 30 << true;
    QTest::newRow("two minutes ago") << 120 << false;
    QTest::newRow("in two minutes") << -120 << false;
    QTest::newRow("a year ago") << 365 * 24 * 3600 << false;
}

void TestServerRecord::withoutAStampTheTimeDecides()
{
    QFETCH(const int, secondsBefore);
    QFETCH(const bool, isLive);
    const TestClient server;
    ServerRecord record = recordOf(ProcessId{server.pid()});
    record.startedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-secondsBefore));
    QCOMPARE(record.liveServer(), isLive ? std::make_optional(server.id()) : std::nullopt);
    // With a stamp the time does not matter: clocks are set.
    record.server = server.id();
    QVERIFY(record.liveServer());
}

void TestServerRecord::aRecordOfAnotherBootMeansNobody()
{
    const TestClient server;
    ServerRecord record = recordOf(server.id());
    record.bootId = "another";
    QVERIFY(!record.liveServer());
    record.bootId.clear(); // other tools do not write it
    QVERIFY(record.liveServer());
}

void TestServerRecord::theWatcherIsTheOneOfItsStamp()
{
    const TestClient watcher;
    ServerRecord record = recordOf({4711, 5});
    QVERIFY(!record.liveWatcher());
    record.watcher = watcher.id();
    QCOMPARE(record.liveWatcher(), std::make_optional(watcher.id()));
    record.watcher->startStamp += 1;
    QVERIFY(!record.liveWatcher());
    // Of another tool's without a stamp, the start of its server tells.
    record.watcher = ProcessId{watcher.pid()};
    record.manager.clear();
    QVERIFY(record.liveWatcher());
    record.startedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-3600));
    QVERIFY(!record.liveWatcher());
}

QTEST_GUILESS_MAIN(TestServerRecord)
#include "tst_serverrecord.moc"
