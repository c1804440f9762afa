// A damaged lockfile of a server that runs: every command says so or says the truth, and nothing
// starts a second server beside the first.

#include "core/lockfile/lockfilestore.h"
#include "core/supervisor/rescue.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestDamagedLockfiles : public QObject
{
    Q_OBJECT
private slots:
    void withoutAWatcherDamageIsSaidAndMended_data();
    void withoutAWatcherDamageIsSaidAndMended();
    void useKeepsTheServerWhoseFileIsDamaged_data();
    void useKeepsTheServerWhoseFileIsDamaged();
    void aWatcherKeepsItsServerWhateverItsFileSays_data();
    void aWatcherKeepsItsServerWhateverItsFileSays();
    void killingWithoutAWatcherFindsTheServer_data();
    void killingWithoutAWatcherFindsTheServer();
    void damagedClientsAreSaidAndMended_data();
    void damagedClientsAreSaidAndMended();
    void useStartsAnewInPlaceOfRubbish_data();
    void useStartsAnewInPlaceOfRubbish();
};

namespace {

constexpr quint32 kSeed = 20261123;
constexpr int kSamples = 12;

/// A server that `use` has started, and whose watcher is still there.
class RunningServer
{
public:
    explicit RunningServer(const TestWorld &world)
        : m_world(world)
    {
        const auto used = run({"use", "web", "--pid", m_client.pidText(), "--", TEST_SERVER});
        if (used.exitCode != 0)
            qFatal("%s", qPrintable(used.errors));
        const auto record = LockfileStore(world.lockDirectory()).readServer("web");
        m_id = (*record)->server;
        m_watcher = (*record)->watcher.value_or(ProcessId());
    }

    const TestClient &client() const { return m_client; }
    ProcessId id() const { return m_id; }
    ProcessId watcher() const { return m_watcher; }
    bool killWatcher() const
    {
        kill(pid_t(m_watcher.pid), SIGKILL);
        return QTest::qWaitFor([this] { return !isAlive(m_watcher); }, kPatienceMs);
    }
    void damage(const QByteArray &text) const
    {
        overwriteFile(m_world.lockFile("web.server.json"), text);
    }
    /// Those servers of this world that live now.
    QList<qint64> allServers() const
    {
        QList<qint64> servers;
        const auto processes =
            processesWith("SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(m_world.path()));
        for (const Leftover &process : processes) {
            if (process.command.startsWith(TEST_SERVER))
                servers.append(process.pid);
        }
        return servers;
    }
    bool isTheOnlyOne() const { return allServers() == QList<qint64>{m_id.pid}; }

private:
    const TestWorld &m_world;
    const TestClient m_client;
    ProcessId m_id;
    ProcessId m_watcher;
};

/// Some damages, always the same ones, and those that leave a file readable and make it lie.
void addDamages()
{
    QTest::addColumn<int>("part");
    QTest::addColumn<QString>("key");
    for (int part = 0; part < kSamples; ++part)
        QTest::addRow("part %d", part) << part << QString();
    for (const char *key : {"pid", "start_time", "boot_id", "watcher_pid", "started_at"})
        QTest::addRow("a lie about %s", key) << 0 << QString(key);
}

/// The record with one value of another process, or of another time.
Damage lie(const QByteArray &record, const QString &key)
{
    QJsonObject json = QJsonDocument::fromJson(record).object();
    const QJsonValue value = json.value(key);
    if (value.isDouble())
        json[key] = value.toInteger() + 4000000;
    else if (key == "boot_id")
        json[key] = "of the day before";
    else
        json[key] = "2001-01-01T00:00:00Z";
    return {QJsonDocument(json).toJson(), "a lie about " + key.toLatin1()};
}

/// The damage of this row: a lie, or one damage out of the given part of all of them.
Damage damageOfRow(const QByteArray &record)
{
    QFETCH(const int, part);
    QFETCH(const QString, key);
    if (!key.isEmpty())
        return lie(record, key);
    QRandomGenerator random(kSeed + quint32(part));
    const auto all = damagesOf(record);
    const qsizetype size = all.size() / kSamples;
    return all.at(part * size + random.bounded(int(size)));
}

} // namespace

void TestDamagedLockfiles::withoutAWatcherDamageIsSaidAndMended_data()
{
    addDamages();
}

void TestDamagedLockfiles::withoutAWatcherDamageIsSaidAndMended()
{
    const TestWorld world;
    const RunningServer server(world);
    QVERIFY(server.killWatcher());
    const Damage damage = damageOfRow(world.readLockFile("web.server.json"));
    server.damage(damage.text);
    const bool isReadable = ServerRecord::fromJson(damage.text).has_value();

    const int checked = run({"check", "web"}).exitCode;
    QVERIFY2(checked == 2 || (checked == 0 && isReadable), damage.what);
    if (!isReadable) {
        QCOMPARE(checked, 2);
        const auto info = run({"info", "web"});
        QCOMPARE(info.exitCode, 1);
        QVERIFY2(info.errors.contains(world.lockFile("web.server.json")), qPrintable(info.errors));
        QCOMPARE(run({"info", "web", "--json"}).exitCode, 1);
        const auto list = run({"list"});
        QCOMPARE(list.exitCode, 0);
        QVERIFY2(list.output.contains(world.lockFile("web.server.json")), qPrintable(list.output));
    }
    const auto doctor = run({"admin", "doctor"});
    QVERIFY2(doctor.exitCode == 0, qPrintable(doctor.output + doctor.errors));
    QVERIFY2(server.isTheOnlyOne(), damage.what);
    QVERIFY2(run({"check", "web"}).exitCode == 0, damage.what);
    QCOMPARE(pidOf("web"), server.id().pid);
}

void TestDamagedLockfiles::useKeepsTheServerWhoseFileIsDamaged_data()
{
    addDamages();
}

void TestDamagedLockfiles::useKeepsTheServerWhoseFileIsDamaged()
{
    const TestWorld world;
    const RunningServer server(world);
    QVERIFY(server.killWatcher());
    const Damage damage = damageOfRow(world.readLockFile("web.server.json"));
    server.damage(damage.text);
    const TestClient second;
    const auto used = run({"use", "web", "--pid", second.pidText(), "--", TEST_SERVER});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    const auto servers = server.allServers();
    QVERIFY2(servers == QList<qint64>{pidOf("web")}, damage.what);
}

void TestDamagedLockfiles::aWatcherKeepsItsServerWhateverItsFileSays_data()
{
    addDamages();
}

void TestDamagedLockfiles::aWatcherKeepsItsServerWhateverItsFileSays()
{
    const TestWorld world;
    const RunningServer server(world);
    const Damage damage = damageOfRow(world.readLockFile("web.server.json"));
    server.damage(damage.text);
    const TestClient second;
    const auto used = run({"use", "web", "--pid", second.pidText(), "--", TEST_SERVER});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QVERIFY2(server.isTheOnlyOne(), damage.what);
    const auto doctor = run({"admin", "doctor"});
    QVERIFY2(doctor.exitCode == 0, qPrintable(doctor.output + doctor.errors));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(pidOf("web"), server.id().pid);
    QCOMPARE(refcountOf("web"), 2);
}

void TestDamagedLockfiles::killingWithoutAWatcherFindsTheServer_data()
{
    addDamages();
}

void TestDamagedLockfiles::killingWithoutAWatcherFindsTheServer()
{
    const TestWorld world;
    const RunningServer server(world);
    QVERIFY(server.killWatcher());
    const Damage damage = damageOfRow(world.readLockFile("web.server.json"));
    server.damage(damage.text);
    const auto killed = killWithoutWatcher(world.lockDirectory(), "web");
    QVERIFY2(killed, killed ? "" : qPrintable(killed.error().message + damage.what));
    QVERIFY(!isAlive(server.id()));
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
}

void TestDamagedLockfiles::damagedClientsAreSaidAndMended_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("torn") << QByteArray("{\"refcount\": 1, \"clie");
    QTest::newRow("cut to nothing") << QByteArray();
    QTest::newRow("zeros") << QByteArray(300, '\0');
}

void TestDamagedLockfiles::damagedClientsAreSaidAndMended()
{
    QFETCH(const QByteArray, damage);
    const TestWorld world;
    const RunningServer server(world);
    QVERIFY(server.killWatcher());
    overwriteFile(world.lockFile("web.clients.json"), damage);
    const auto list = run({"list"});
    QCOMPARE(list.exitCode, 0);
    QVERIFY2(list.output.contains(world.lockFile("web.clients.json")), qPrintable(list.output));
    QCOMPARE(run({"check", "web"}).exitCode, 1);
    const auto doctor = run({"admin", "doctor"});
    QVERIFY2(doctor.exitCode == 0, qPrintable(doctor.output + doctor.errors));
    QVERIFY(!run({"list"}).output.contains(world.lockFile("web.clients.json")));
    const TestClient second;
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    QVERIFY(server.isTheOnlyOne());
    QCOMPARE(run({"check", "web"}).exitCode, 0);
}

void TestDamagedLockfiles::useStartsAnewInPlaceOfRubbish_data()
{
    QTest::addColumn<QByteArray>("rubbish");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("white space") << QByteArray(200, ' ');
    QTest::newRow("zeros") << QByteArray(4096, '\0');
    QTest::newRow("an array") << QByteArray("[]");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("no keys") << QByteArray("{}");
    QTest::newRow("half a record") << fixture("v0.6.8/active/web.server.json").left(100);
    QTest::newRow("deep") << QByteArray(100000, '[');
}

void TestDamagedLockfiles::useStartsAnewInPlaceOfRubbish()
{
    QFETCH(const QByteArray, rubbish);
    const TestWorld world;
    const TestClient client;
    world.writeLockFile("web.server.json", rubbish);
    QCOMPARE(run({"check", "web"}).exitCode, 2);
    const auto info = run({"info", "web"});
    QCOMPARE(info.exitCode, 1);
    QVERIFY2(info.errors.contains(world.lockFile("web.server.json")), qPrintable(info.errors));
    const auto list = run({"list"});
    QVERIFY2(list.output.contains("web") && list.output.contains("unreadable"),
             qPrintable(list.output));
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER});
    QVERIFY2(used.output.contains("Started server web"), qPrintable(used.output + used.errors));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestDamagedLockfiles)
#include "tst_damagedlockfiles.moc"
