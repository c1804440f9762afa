// What the Rust tool wrote is read rightly, and no damage to it makes a dead server live.

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

class TestLockfileFixtures : public QObject
{
    Q_OBJECT
private slots:
    void serverFilesSayWhatTheySay_data();
    void serverFilesSayWhatTheySay();
    void clientsFilesSayWhatTheySay_data();
    void clientsFilesSayWhatTheySay();
    void historiesSayWhatTheySay_data();
    void historiesSayWhatTheySay();
    void rewritingLosesNothing_data();
    void rewritingLosesNothing();
    void deadServersAreStopped_data();
    void deadServersAreStopped();
    void ourInfoHasAllTheirKeys_data();
    void ourInfoHasAllTheirKeys();
    void damageNeverMakesADeadServerLive_data();
    void damageNeverMakesADeadServerLive();
    void damageNeverTakesAnotherProcessForTheServer_data();
    void damageNeverTakesAnotherProcessForTheServer();
    void damageNeverInventsAClient_data();
    void damageNeverInventsAClient();
};

namespace {

struct Sample
{
    const char *folder;
    qint64 server;
    qint64 watcher;
    quint64 stamp; ///< of server and watcher: both started in one tick
    const char *startedAt;
    qint64 startedAtUnix;
};

constexpr Sample kOld{"v0.4.4", 13814, 13813, 0, "2026-11-23T08:17:59.552068717Z", 1795421879};
constexpr Sample kNew{"v0.6.8", 13878, 13877, 650876, "2026-11-23T08:18:07.468418790Z", 1795421887};

const QByteArrayList kCommand{"python3", "-m", "http.server", "8000", "--bind", "127.0.0.1"};

void addSamples()
{
    QTest::addColumn<QString>("folder");
    for (const char *version : {"v0.4.4", "v0.6.8"}) {
        for (const char *state : {"active", "grace"}) {
            const QString folder = QString("%1/%2").arg(version, state);
            QTest::newRow(qPrintable(folder)) << folder;
        }
    }
}

Sample sampleOf(const QString &folder)
{
    return folder.startsWith(kOld.folder) ? kOld : kNew;
}

QJsonObject objectOf(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

bool hasClientsFile(const QString &folder)
{
    return folder != "v0.4.4/grace";
}

/// What is wrong with the keys of `ours` against `theirs`; empty where nothing is.
QString difference(const QJsonObject &ours, const QJsonObject &theirs)
{
    for (auto member = theirs.begin(); member != theirs.end(); ++member) {
        if (!ours.contains(member.key()))
            return "no " + member.key();
        if (ours.value(member.key()).type() != member.value().type())
            return member.key() + " is of another type";
    }
    return {};
}

} // namespace

void TestLockfileFixtures::serverFilesSayWhatTheySay_data()
{
    addSamples();
}

void TestLockfileFixtures::serverFilesSayWhatTheySay()
{
    QFETCH(const QString, folder);
    const Sample sample = sampleOf(folder);
    const auto record = ServerRecord::fromJson(fixture(folder + "/web.server.json"));
    QVERIFY2(record, record ? "" : qPrintable(record.error().message));
    QCOMPARE(record->server, (ProcessId{sample.server, sample.stamp}));
    QVERIFY(record->watcher);
    QCOMPARE(*record->watcher, (ProcessId{sample.watcher, sample.stamp}));
    QCOMPARE(record->command, kCommand);
    QCOMPARE(record->gracePeriod, "2h30m");
    QCOMPARE(record->startedAt.text(), sample.startedAt);
    QCOMPARE(record->startedAt.time().toSecsSinceEpoch(), sample.startedAtUnix);
    QCOMPARE(record->manager, QString());
    QCOMPARE(record->unknownKeys, QJsonObject());
}

void TestLockfileFixtures::clientsFilesSayWhatTheySay_data()
{
    addSamples();
}

void TestLockfileFixtures::clientsFilesSayWhatTheySay()
{
    QFETCH(const QString, folder);
    if (!hasClientsFile(folder))
        return;
    const auto table = ClientTable::fromJson(fixture(folder + "/web.clients.json"));
    QVERIFY2(table, table ? "" : qPrintable(table.error().message));
    if (folder.endsWith("grace")) {
        QVERIFY(table->isEmpty());
        return;
    }
    const qint64 first = folder.startsWith(kOld.folder) ? 13810 : 13874;
    QCOMPARE(table->count(), 2);
    const ClientRecord *editor = table->find(first);
    const ClientRecord *script = table->find(first + 1);
    QVERIFY(editor && script);
    QCOMPARE(editor->process, ProcessId{first});
    QCOMPARE(editor->metadata.value_or(QString()), QString("nvim-%1").arg(first));
    QVERIFY(!script->metadata);
    QCOMPARE(editor->attachedAt.text(),
             folder.startsWith(kOld.folder) ? "2026-11-23T08:17:59.552840889Z"
                                            : "2026-11-23T08:18:07.469403589Z");
}

void TestLockfileFixtures::historiesSayWhatTheySay_data()
{
    addSamples();
}

void TestLockfileFixtures::historiesSayWhatTheySay()
{
    QFETCH(const QString, folder);
    const TestWorld world;
    world.writeLockFile("web.invocations.log", fixture(folder + "/web.invocations.log"));
    const auto history = InvocationLog(world.lockDirectory(), "web").last(10);
    QStringList commands;
    for (const Invocation &entry : history) {
        commands.append(entry.command);
        QCOMPARE(entry.args, QStringList("web"));
        QVERIFY(!entry.error);
        QVERIFY(Timestamp::parse(entry.timestamp));
    }
    QCOMPARE(commands,
             folder.endsWith("grace") ? QStringList({"start", "incref", "decref", "decref"})
                                      : QStringList({"start", "incref"}));
    const Sample sample = sampleOf(folder);
    QCOMPARE(history.first().metadata.value("server_pid").toInteger(), sample.server);
    QCOMPARE(history.last().metadata.value("new_refcount").toInt(-1),
             folder.endsWith("grace") ? 0 : 2);
}

void TestLockfileFixtures::rewritingLosesNothing_data()
{
    addSamples();
}

void TestLockfileFixtures::rewritingLosesNothing()
{
    QFETCH(const QString, folder);
    const QByteArray server = fixture(folder + "/web.server.json");
    QCOMPARE(objectOf(ServerRecord::fromJson(server)->toJson()), objectOf(server));
    if (!hasClientsFile(folder))
        return;
    const QByteArray clients = fixture(folder + "/web.clients.json");
    QCOMPARE(objectOf(ClientTable::fromJson(clients)->toJson()), objectOf(clients));
}

void TestLockfileFixtures::deadServersAreStopped_data()
{
    addSamples();
}

void TestLockfileFixtures::deadServersAreStopped()
{
    QFETCH(const QString, folder);
    const TestWorld world;
    world.writeLockFile("web.server.json", fixture(folder + "/web.server.json"));
    if (hasClientsFile(folder))
        world.writeLockFile("web.clients.json", fixture(folder + "/web.clients.json"));
    const ServerInfo info = readServerInfo(LockfileStore(world.lockDirectory()), "web");
    QCOMPARE(info.state, ServerState::Stopped);
    QCOMPARE(info.problem, QString());
    const QJsonObject stopped{{"name", "web"}, {"state", "stopped"}};
    QCOMPARE(info.toJson(QDateTime::currentDateTimeUtc()), stopped);
}

void TestLockfileFixtures::ourInfoHasAllTheirKeys_data()
{
    addSamples();
}

void TestLockfileFixtures::ourInfoHasAllTheirKeys()
{
    QFETCH(const QString, folder);
    const TestWorld world;
    const TestClient server;
    const TestClient client;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json",
                        meaning(server.id(), fixture(folder + "/web.server.json")));
    if (folder.endsWith("active")) {
        const auto attach = [&](ClientTable &table) {
            table.attach(clientOf(client.id(), "nvim"));
        };
        QVERIFY(store.updateClients("web", attach));
    }
    const QJsonObject ours = readServerInfo(store, "web").toJson(QDateTime::currentDateTimeUtc());
    const QJsonObject theirs = objectOf(fixture(folder + "/info.stdout.json"));
    QCOMPARE(difference(ours, theirs), QString());
    QCOMPARE(ours.value("state"), theirs.value("state"));
    QCOMPARE(ours.value("command"), theirs.value("command"));
    QCOMPARE(ours.value("grace_period"), theirs.value("grace_period"));
    QCOMPARE(ours.value("watcher_pid"), theirs.value("watcher_pid"));
    const QJsonArray theirClients = theirs.value("clients").toArray();
    for (const QJsonValue &theirClient : theirClients) {
        if (theirClient["metadata"].isString())
            QCOMPARE(difference(ours["clients"][0].toObject(), theirClient.toObject()), QString());
    }
}

void TestLockfileFixtures::damageNeverMakesADeadServerLive_data()
{
    addSamples();
}

void TestLockfileFixtures::damageNeverMakesADeadServerLive()
{
    QFETCH(const QString, folder);
    const TestWorld world;
    const LockfileStore store(world.lockDirectory());
    const auto damages = damagesOf(fixture(folder + "/web.server.json"));
    for (const Damage &damage : damages) {
        overwriteFile(world.lockFile("web.server.json"), damage.text);
        const ServerInfo info = readServerInfo(store, "web");
        QVERIFY2(!info.isRunning(), damage.what.constData());
        QVERIFY2(info.record || info.problem.contains(world.lockFile("web.server.json")),
                 damage.what.constData());
    }
}

void TestLockfileFixtures::damageNeverTakesAnotherProcessForTheServer_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("0.4.4") << fixture("v0.4.4/active/web.server.json");
    QTest::newRow("0.6.8") << fixture("v0.6.8/active/web.server.json");
    QTest::newRow("ours") << recordOf(ProcessId::self()).toJson();
}

void TestLockfileFixtures::damageNeverTakesAnotherProcessForTheServer()
{
    QFETCH(const QByteArray, text);
    const TestWorld world;
    const TestClient server;
    const LockfileStore store(world.lockDirectory());
    const QByteArray right = meaning(server.id(), text);
    const bool hasStamp = right.contains("start_time");
    world.writeLockFile("web.server.json", right);
    QCOMPARE(readServerInfo(store, "web").state, ServerState::Grace);
    int stillRight = 0;
    const auto damages = damagesOf(right);
    for (const Damage &damage : damages) {
        overwriteFile(world.lockFile("web.server.json"), damage.text);
        const ServerInfo info = readServerInfo(store, "web");
        if (!info.isRunning())
            continue;
        ++stillRight;
        // Where neither file nor damaged file has a stamp, the pid of any process of the same
        // minute will do; and where only the stamp's key is damaged, the time decides. Another
        // process of the very same tick has the right stamp.
        const ProcessId found = info.record->server;
        const bool isSameTick = found.startStamp == server.id().startStamp;
        QVERIFY2(isSameTick || found == ProcessId{server.pid()} || !hasStamp,
                 damage.what.constData());
    }
    QVERIFY(stillRight > 0); // such as damage in the command
}

void TestLockfileFixtures::damageNeverInventsAClient_data()
{
    QTest::addColumn<bool>("hasStamp");
    QTest::newRow("another tool's") << false;
    QTest::newRow("ours") << true;
}

void TestLockfileFixtures::damageNeverInventsAClient()
{
    QFETCH(const bool, hasStamp);
    const TestWorld world;
    const TestClient server;
    TestClient client;
    const LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    const ProcessId recorded = hasStamp ? client.id() : ProcessId{client.pid()};
    const QByteArray right = tableOf({recorded}).toJson();
    world.writeLockFile("web.clients.json", right);
    QCOMPARE(readServerInfo(store, "web").state, ServerState::Active);
    int stillRight = 0;
    const auto damages = damagesOf(right);
    for (const Damage &damage : damages) {
        overwriteFile(world.lockFile("web.clients.json"), damage.text);
        const ServerInfo info = readServerInfo(store, "web");
        QVERIFY2(info.isRunning(), damage.what.constData());
        if (info.state != ServerState::Active)
            continue;
        const bool isRight = info.clients.count() == 1 && info.clients.find(client.pid());
        // Another process of the very same tick has the right stamp. Without one, any older process
        // may be meant.
        const bool isSameTick =
            info.clients.clients().constFirst().process.startStamp == client.id().startStamp;
        QVERIFY2(isRight || isSameTick || !hasStamp, damage.what.constData());
        stillRight += isRight;
    }
    QVERIFY(stillRight > 0);
}

QTEST_GUILESS_MAIN(TestLockfileFixtures)
#include "tst_lockfilefixtures.moc"
