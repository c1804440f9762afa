// The Rust tool on our servers: it adds and removes clients by the files alone, and we follow.

#include "tests/interop/foreigntool.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestForeignClients : public QObject
{
    Q_OBJECT
private slots:
    void itReadsOurFiles_data() { addVersions(); }
    void itReadsOurFiles();
    void oneThatItAddsIsCounted_data() { addVersions(); }
    void oneThatItAddsIsCounted();
    void oneThatItAddsIsWatched_data() { addVersions(); }
    void oneThatItAddsIsWatched();
    void oneThatItRemovesIsGone_data() { addVersions(); }
    void oneThatItRemovesIsGone();
    void theLastThatItRemovesBeginsGrace_data() { addVersions(); }
    void theLastThatItRemovesBeginsGrace();
    void theGraceThatItBeganEnds_data() { addVersions(); }
    void theGraceThatItBeganEnds();
    void oneThatItAddsInGraceRescues_data() { addVersions(); }
    void oneThatItAddsInGraceRescues();
    void oneThatItAddsWhileNobodyWatchesEndsGrace_data() { addVersions(); }
    void oneThatItAddsWhileNobodyWatchesEndsGrace();
    void aServerFileThatWasWrittenAgainIsStillWatched_data() { addVersions(); }
    void aServerFileThatWasWrittenAgainIsStillWatched();
    void aServerFileThatWasExchangedIsStillWatched_data() { addVersions(); }
    void aServerFileThatWasExchangedIsStillWatched();
    void itsChangesAreKeptBesideOurs_data() { addVersions(); }
    void itsChangesAreKeptBesideOurs();
    void manyChangesOfBothAtOnce_data() { addVersions(); }
    void manyChangesOfBothAtOnce();
};

namespace {

/// A server `web` of ours, with one client.
struct Scene
{
    explicit Scene(const QString &grace = "1h")
    {
        QFETCH(const QString, version);
        tool = ForeignTool(version);
        isUp =
            run({"use", "web", "--pid", user.pidText(), "--grace-period", grace, "--", TEST_SERVER})
                .exitCode
            == 0;
    }
    CommandResult use(const TestClient &client) const
    {
        return run({"use", "web", "--pid", client.pidText()});
    }
    CommandResult unuse(const TestClient &client) const
    {
        return run({"unuse", "web", "--pid", client.pidText()});
    }
    /// Only our watcher writes this: it has noticed.
    bool isGraceRunning() const
    {
        return world.readLockFile("web.server.json").contains("\"grace_until\"");
    }
    bool isClient(const TestClient &client) const
    {
        return world.readLockFile("web.clients.json")
            .contains('"' + client.pidText().toLatin1() + '"');
    }

    TestWorld world;
    TestClient user;
    ForeignTool tool{"0.4.4"};
    bool isUp = false;
};

} // namespace

void TestForeignClients::itReadsOurFiles()
{
    Scene scene;
    QVERIFY(scene.isUp);
    const TestClient other;
    const qint64 server = pidOf("web");
    QCOMPARE(scene.tool.read("web"), QString("%1 1").arg(server));
    QCOMPARE(
        run({"use", "web", "--pid", other.pidText(), "--metadata", "line\n\"quoted\""}).exitCode,
        0);
    QCOMPARE(scene.tool.read("web"), QString("%1 2").arg(server));
    QCOMPARE(scene.unuse(other).exitCode, 0);
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QCOMPARE(scene.tool.read("web"), QString("%1 0").arg(server));
}

void TestForeignClients::oneThatItAddsIsCounted()
{
    Scene scene;
    const TestClient other;
    QVERIFY(scene.tool.incref("web", other));
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QCOMPARE(stateOf("web"), "active");
    QVERIFY(!scene.isGraceRunning());
    QCOMPARE(scene.unuse(other).exitCode, 0); // and ours may remove it
    QCOMPARE(stateOf("web"), "grace");
}

void TestForeignClients::oneThatItAddsIsWatched()
{
    Scene scene;
    TestClient other;
    QVERIFY(scene.tool.incref("web", other));
    other.kill();
    QTRY_VERIFY(!scene.isClient(other));
    QCOMPARE(refcountOf("web"), 1);
    QVERIFY(!scene.isGraceRunning());
}

void TestForeignClients::oneThatItRemovesIsGone()
{
    Scene scene;
    const TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QVERIFY(scene.tool.decref("web", scene.user));
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(scene.unuse(other).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
    QVERIFY(scene.isGraceRunning());
}

void TestForeignClients::theLastThatItRemovesBeginsGrace()
{
    Scene scene;
    QVERIFY(scene.tool.decref("web", scene.user));
    QCOMPARE(stateOf("web"), "grace");
    QTRY_VERIFY(scene.isGraceRunning());
}

void TestForeignClients::theGraceThatItBeganEnds()
{
    Scene scene("50ms");
    QVERIFY(scene.isUp);
    const ProcessId server = ProcessId::of(pidOf("web"));
    QVERIFY(isAlive(server));
    QVERIFY(scene.tool.decref("web", scene.user));
    QTRY_VERIFY(!isAlive(server));
    QTRY_VERIFY(!scene.world.hasLockFile("web.server.json"));
    QTRY_VERIFY(!scene.world.hasLockFile("web.clients.json"));
}

void TestForeignClients::oneThatItAddsInGraceRescues()
{
    Scene scene;
    const TestClient other;
    for (int round = 0; round < 3; ++round) {
        QCOMPARE(scene.unuse(round == 0 ? scene.user : other).exitCode, 0);
        QVERIFY(scene.isGraceRunning());
        QVERIFY(scene.tool.incref("web", other));
        QTRY_VERIFY(!scene.isGraceRunning());
        QCOMPARE(stateOf("web"), "active");
        QCOMPARE(refcountOf("web"), 1);
    }
}

// Else the rest of that grace period would be all that follows the next leaving.
void TestForeignClients::oneThatItAddsWhileNobodyWatchesEndsGrace()
{
    Scene scene;
    const TestClient other;
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QVERIFY(scene.isGraceRunning());
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    QCOMPARE(::kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
    QVERIFY(scene.tool.incref("web", other));
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0); // a new watcher has adopted
    QVERIFY(!scene.isGraceRunning());
    QCOMPARE(stateOf("web"), "active");
}

// Version 0.4.4 clears away what stands there when a server of its own has ended, ours too.
void TestForeignClients::aServerFileThatWasWrittenAgainIsStillWatched()
{
    Scene scene;
    QVERIFY(QFile::remove(scene.world.lockFile("web.server.json")));
    QTRY_COMPARE(stateOf("web"), "active");
    scene.world.writeLockFile("web.server.json", "{");
    QTRY_COMPARE(stateOf("web"), "active");
}

// Removed and made again before our watcher could look.
void TestForeignClients::aServerFileThatWasExchangedIsStillWatched()
{
    Scene scene;
    const QByteArray content = scene.world.readLockFile("web.server.json");
    const auto watcher = pid_t(watcherOf("web"));
    QCOMPARE(::kill(watcher, SIGSTOP), 0);
    QVERIFY(QFile::remove(scene.world.lockFile("web.server.json")));
    scene.world.writeLockFile("web.server.json", content);
    QCOMPARE(::kill(watcher, SIGCONT), 0);
    QCOMPARE(run({"admin", "doctor", "web"}).exitCode, 0); // it has looked
    scene.world.writeLockFile("web.server.json", "{");
    QTRY_COMPARE(stateOf("web"), "active");
}

void TestForeignClients::itsChangesAreKeptBesideOurs()
{
    Scene scene;
    const TestClient theirs;
    const TestClient ours;
    QVERIFY(scene.tool.incref("web", theirs));
    QCOMPARE(scene.use(ours).exitCode, 0);
    QVERIFY(scene.isClient(theirs) && scene.isClient(ours) && scene.isClient(scene.user));
    QVERIFY(scene.tool.decref("web", ours));
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QVERIFY(scene.isClient(theirs));
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(scene.tool.read("web"), QString("%1 1").arg(pidOf("web")));
}

void TestForeignClients::manyChangesOfBothAtOnce()
{
    QFETCH(const QString, version);
    Scene scene;
    const TestClient clients[12];
    std::vector<std::unique_ptr<QProcess>> running;
    for (size_t i = 0; i < std::size(clients); ++i) {
        running.push_back(std::make_unique<QProcess>());
        const QString pid = clients[i].pidText();
        if (i % 2 == 0)
            startCommand(running.back().get(), {"use", "web", "--pid", pid});
        else
            running.back()->start("python3", {FOREIGN_TOOL, version, "incref", "web", pid});
    }
    for (const auto &process : running)
        QCOMPARE(finish(process.get()).exitCode, 0);
    for (const TestClient &client : clients)
        QVERIFY(scene.isClient(client));
    QCOMPARE(refcountOf("web"), 13);
    QTRY_COMPARE(scene.tool.read("web"), QString("%1 13").arg(pidOf("web")));
}

QTEST_GUILESS_MAIN(TestForeignClients)
#include "tst_foreignclients.moc"
