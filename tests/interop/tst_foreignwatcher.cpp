// Servers of the Rust tool: shown, shared and stopped like our own, but their watcher keeps the
// time, for as long as it lives.

#include "core/lockfile/filelock.h"
#include "tests/interop/foreigntool.h"
#include "tests/support/patience.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestForeignWatcher : public QObject
{
    Q_OBJECT
private slots:
    void itsServersAreShown_data() { addVersions(); }
    void itsServersAreShown();
    void attachingLeavesItsFileAlone_data() { addVersions(); }
    void attachingLeavesItsFileAlone();
    void detachingLeavesTheFileAsItsVersionDoes_data() { addVersions(); }
    void detachingLeavesTheFileAsItsVersionDoes();
    void aClientOfOursKeepsItsServer_data() { addVersions(); }
    void aClientOfOursKeepsItsServer();
    void attachingDuringItsGraceRescues_data() { addVersions(); }
    void attachingDuringItsGraceRescues();
    void itsGraceEndIsItsOwn_data() { addVersions(); }
    void itsGraceEndIsItsOwn();
    void itsServersAreStoppedOnRequest_data() { addVersions(); }
    void itsServersAreStoppedOnRequest();
    void itsServersAreKilledOnRequest_data() { addVersions(); }
    void itsServersAreKilledOnRequest();
    void aRestartMakesTheServerOurs_data() { addVersions(); }
    void aRestartMakesTheServerOurs();
    void aServerThatDiesIsClearedUpByIt_data() { addVersions(); }
    void aServerThatDiesIsClearedUpByIt();
    void aUseRightAfterThatWaitsForIt_data() { addVersions(); }
    void aUseRightAfterThatWaitsForIt();
    void aClientsFileThatIsRemovedIsNotOursToRestore_data() { addVersions(); }
    void aClientsFileThatIsRemovedIsNotOursToRestore();
    void aFileThatIsWrittenOnlyAfterItWasMadeIsSeen();
    void afterItsDeathWeAdopt_data() { addVersions(); }
    void afterItsDeathWeAdopt();
    void oneThatWeAdoptedIsStoppedOnRequest_data() { addVersions(); }
    void oneThatWeAdoptedIsStoppedOnRequest();
    void afterItsDeathTheNextCommandAdopts_data() { addVersions(); }
    void afterItsDeathTheNextCommandAdopts();
    void aGraceThatItLeftBehindEnds_data() { addVersions(); }
    void aGraceThatItLeftBehindEnds();
    void afterBothDeathsUseStartsAnew_data() { addVersions(); }
    void afterBothDeathsUseStartsAnew();
};

namespace {

/// A server `web` of the Rust tool, with one client.
struct Scene
{
    explicit Scene(const QString &grace = "1h", const QStringList &options = {})
    {
        QFETCH(const QString, version);
        tool = ForeignTool(version);
        world.lockDirectory();
        isUp = tool.start("web", grace, user, QStringList{TEST_SERVER} + options);
    }
    ~Scene() { world.stopEverything(); }

    QByteArray serverFile() const { return world.readLockFile("web.server.json"); }
    /// Under its lock: the other tool's watcher empties the file for a moment to write it.
    QByteArray clientsFile() const
    {
        QFile file(world.lockDirectoryPath() + "/web.clients.json");
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const auto lock = FileLock::acquire(file.handle(), FileLock::Mode::Shared,
                                            std::chrono::milliseconds(kPatienceMs));
        return lock ? file.readAll() : QByteArray();
    }
    bool isClient(const TestClient &client) const
    {
        return clientsFile().contains('"' + client.pidText().toLatin1() + '"');
    }
    CommandResult use(const TestClient &client) const
    {
        return run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER});
    }
    CommandResult unuse(const TestClient &client) const
    {
        return run({"unuse", "web", "--pid", client.pidText()});
    }
    bool isGone() const { return !isAlive(tool.server()) && stateOf("web") == "stopped"; }
    bool isOurs() const { return info("web").value("manager").toString() == "sharedserver-qt"; }

    TestWorld world;
    TestClient user;
    ForeignTool tool{"0.4.4"};
    bool isUp = false;
};

} // namespace

void TestForeignWatcher::itsServersAreShown()
{
    Scene scene;
    QVERIFY(scene.isUp);
    for (const bool withOurWatcher : {false, true}) {
        const QJsonObject shown = info("web");
        QCOMPARE(shown.value("state").toString(), "active");
        QCOMPARE(shown.value("pid").toInteger(), scene.tool.server().pid);
        QCOMPARE(shown.value("watcher_pid").toInteger(), scene.tool.watcher().pid);
        QCOMPARE(shown.value("refcount").toInt(), 1);
        QCOMPARE(shown.value("grace_period").toString(), "1h");
        QVERIFY(shown.value("grace_remaining").isNull());
        QVERIFY(!shown.contains("manager"));
        QCOMPARE(run({"check", "web"}).exitCode, 0);
        QCOMPARE(run({"list", "--json"}).jsonArray().size(), withOurWatcher ? 2 : 1);
        // A watcher of ours that looks on changes nothing of it.
        if (!withOurWatcher)
            QCOMPARE(run({"admin", "start", "other", "--", TEST_SERVER}).exitCode, 0);
    }
}

void TestForeignWatcher::attachingLeavesItsFileAlone()
{
    Scene scene;
    const TestClient other;
    const QByteArray before = scene.serverFile();
    const auto used = scene.use(other);
    QVERIFY2(used.output.contains("Attached to server web"), qPrintable(used.output));
    QCOMPARE(pidOf("web"), scene.tool.server().pid);
    QCOMPARE(scene.serverFile(), before);
    QVERIFY(scene.isClient(scene.user));
    QVERIFY(scene.isClient(other));
    QCOMPARE(scene.tool.read("web"), QString("%1 2").arg(scene.tool.server().pid));
    QCOMPARE(scene.use(other).exitCode, 0);
    QCOMPARE(refcountOf("web"), 2);
    QVERIFY(isAlive(scene.tool.watcher()));
}

void TestForeignWatcher::detachingLeavesTheFileAsItsVersionDoes()
{
    QFETCH(const QString, version);
    Scene scene;
    const TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QCOMPARE(scene.unuse(other).exitCode, 0);
    QVERIFY(!scene.isClient(other));
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QCOMPARE(run({"check", "web"}).exitCode, 1);
    QCOMPARE(scene.world.hasLockFile("web.clients.json"), version != "0.4.4");
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"grace"}));
    QCOMPARE(scene.unuse(scene.user).exitCode, 0); // once more does no harm
    QVERIFY(isAlive(scene.tool.server()));
    QVERIFY(!scene.isOurs());
    QVERIFY(!scene.serverFile().contains("grace_until"));
}

void TestForeignWatcher::aClientOfOursKeepsItsServer()
{
    Scene scene;
    TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(scene.tool.read("web"), QString("%1 1").arg(scene.tool.server().pid));
    other.kill(); // and its watcher, which counts it, notices the death
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"grace"}));
    QCOMPARE(stateOf("web"), "grace");
}

void TestForeignWatcher::attachingDuringItsGraceRescues()
{
    Scene scene;
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"grace"}));
    const auto rescued = scene.use(scene.user);
    QVERIFY2(rescued.output.contains("Rescued server web from grace period"),
             qPrintable(rescued.output));
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"grace", "active"}));
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(pidOf("web"), scene.tool.server().pid);
}

void TestForeignWatcher::itsGraceEndIsItsOwn()
{
    Scene scene("1s");
    const TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0); // our watcher looks on
    QVERIFY(scene.tool.decref("web", scene.user));
    QVERIFY(scene.tool.decref("web", other));
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"grace", "ending", "gone"}));
    QTRY_VERIFY(scene.isGone());
    QVERIFY(!scene.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.world.hasLockFile("web.clients.json"));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
}

void TestForeignWatcher::itsServersAreStoppedOnRequest()
{
    Scene scene;
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QVERIFY(scene.isGone());
    QVERIFY(!scene.world.hasLockFile("web.server.json"));
    QVERIFY(!scene.world.hasLockFile("web.clients.json"));
    QTRY_VERIFY(!isAlive(scene.tool.watcher()));
    QVERIFY(!ForeignTool::history("web").contains("ending"));
}

void TestForeignWatcher::itsServersAreKilledOnRequest()
{
    Scene scene("1h", {"--ignore-term", "--stragglers", "1"});
    QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
    QVERIFY(scene.isGone());
    QTRY_VERIFY(!isAlive(scene.tool.watcher()));
    QVERIFY(!scene.world.hasLockFile("web.server.json"));
}

void TestForeignWatcher::aRestartMakesTheServerOurs()
{
    Scene scene;
    const auto restarted = run({"admin", "restart", "web"});
    QVERIFY2(restarted.exitCode == 0, qPrintable(restarted.errors));
    QVERIFY(!isAlive(scene.tool.server()));
    // Its watcher clears up after its own server, and must not take ours along for good.
    QTRY_VERIFY(!isAlive(scene.tool.watcher()));
    QTRY_COMPARE(stateOf("web"), "active");
    QTRY_VERIFY(scene.isOurs());
    QTRY_COMPARE(refcountOf("web"), 1);
    QVERIFY(isAlive(ProcessId::of(pidOf("web"))));
}

void TestForeignWatcher::aServerThatDiesIsClearedUpByIt()
{
    Scene scene;
    const TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QCOMPARE(::kill(pid_t(scene.tool.server().pid), SIGKILL), 0);
    QTRY_COMPARE(ForeignTool::history("web"), QStringList({"gone"}));
    QTRY_COMPARE(run({"check", "web"}).exitCode, 2);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 0);
    const auto again = scene.use(other);
    QVERIFY2(again.output.contains("Started server web"), qPrintable(again.output));
    QVERIFY(scene.isOurs());
}

void TestForeignWatcher::aUseRightAfterThatWaitsForIt()
{
    Scene scene;
    QVERIFY(scene.isUp);
    const TestClient other;
    QCOMPARE(run({"list"}).exitCode, 0); // our watcher need not be started first
    const ProcessId server = scene.tool.server();
    QCOMPARE(::kill(pid_t(server.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(server)); // a busy machine takes its time for that, too
    const auto again = scene.use(other);
    QVERIFY2(again.output.contains("Started server web"), qPrintable(again.output + again.errors));
    QVERIFY(scene.isOurs());
    QVERIFY(scene.isClient(other));
}

// Its watcher does that when the server has died, and we may hear of it before the death.
void TestForeignWatcher::aClientsFileThatIsRemovedIsNotOursToRestore()
{
    Scene scene;
    QVERIFY(scene.isUp);
    const TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QVERIFY(QFile::remove(scene.world.lockFile("web.clients.json")));
    QCOMPARE(run({"admin", "doctor", "web"}).exitCode, 0); // our watcher has looked by then
    QVERIFY(!scene.isClient(other));
    QCOMPARE(stateOf("web"), "grace");
}

// The other tool makes an empty file first; our watcher may look in between.
void TestForeignWatcher::aFileThatIsWrittenOnlyAfterItWasMadeIsSeen()
{
    const TestWorld world;
    TestClient client;
    const QString pid = client.pidText();
    QCOMPARE(run({"admin", "start", "first", "--", TEST_SERVER}).exitCode, 0);
    world.writeLockFile("web.server.json", {});
    // It has looked, and is at rest again.
    for (const char *known : {"first", "first"})
        QCOMPARE(run({"admin", "doctor", known}).exitCode, 0);
    client.kill();
    world.writeLockFile("web.server.json",
                        R"({"pid": )" + pid.toLatin1()
                            + R"(, "command": ["x"], "grace_period": "1h", "watcher_pid": null,
                                "started_at": "2026-01-01T00:00:00Z"})");
    // Cleaned up after a dead one.
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
    world.stopEverything();
}

void TestForeignWatcher::afterItsDeathWeAdopt()
{
    Scene scene;
    TestClient other;
    QCOMPARE(scene.use(other).exitCode, 0);
    QVERIFY(!scene.isOurs());
    QVERIFY(scene.tool.killWatcher());
    QTRY_VERIFY(scene.isOurs());
    QVERIFY(watcherOf("web") != scene.tool.watcher().pid);
    QCOMPARE(pidOf("web"), scene.tool.server().pid);
    QCOMPARE(refcountOf("web"), 2);
    // From now on we look after the clients.
    other.kill();
    const QByteArray entry = '"' + other.pidText().toLatin1() + '"';
    QTRY_VERIFY(!scene.isClient(other));
    scene.user.kill();
    QTRY_VERIFY(!info("web").value("grace_remaining").isNull());
}

void TestForeignWatcher::oneThatWeAdoptedIsStoppedOnRequest()
{
    Scene scene;
    QVERIFY(scene.isUp);
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0); // our watcher looks on
    QVERIFY(scene.tool.killWatcher());
    QTRY_VERIFY(scene.isOurs());
    QCOMPARE(run({"admin", "stop", "web", "--timeout", "20s"}).exitCode, 0);
    QVERIFY(scene.isGone());
}

void TestForeignWatcher::afterItsDeathTheNextCommandAdopts()
{
    Scene scene;
    const TestClient other;
    QVERIFY(scene.tool.killWatcher());
    QCOMPARE(stateOf("web"), "active"); // nobody looks after it, but it runs
    QCOMPARE(scene.use(other).exitCode, 0);
    QVERIFY(scene.isOurs());
    QCOMPARE(pidOf("web"), scene.tool.server().pid);
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(scene.unuse(other).exitCode, 0);
    QCOMPARE(scene.unuse(scene.user).exitCode, 0);
    QVERIFY(info("web").value("grace_remaining").toInt() > 3500);
}

void TestForeignWatcher::aGraceThatItLeftBehindEnds()
{
    Scene scene("1s");
    QVERIFY(scene.tool.killWatcher());
    QVERIFY(scene.tool.decref("web", scene.user)); // in grace, and nobody keeps the time
    QCOMPARE(stateOf("web"), "grace");
    QCOMPARE(run({"admin", "doctor"}).exitCode, 0);
    QTRY_VERIFY(scene.isGone());
    QTRY_VERIFY(!scene.world.hasLockFile("web.server.json"));
    QTRY_VERIFY(!scene.world.hasLockFile("web.clients.json"));
}

void TestForeignWatcher::afterBothDeathsUseStartsAnew()
{
    Scene scene;
    QVERIFY(scene.tool.killWatcher());
    QCOMPARE(::kill(pid_t(scene.tool.server().pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(scene.tool.server()));
    const TestClient other;
    const auto used = scene.use(other);
    QVERIFY2(used.output.contains("Started server web"), qPrintable(used.output));
    QCOMPARE(refcountOf("web"), 1); // those who were attached to the dead one are not counted
    QVERIFY(scene.isOurs());
}

QTEST_GUILESS_MAIN(TestForeignWatcher)
#include "tst_foreignwatcher.moc"
