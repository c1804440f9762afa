// The lock directory disappears, or is exchanged, while servers run.

#include "core/lockfile/watcherlock.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestLostDirectory : public QObject
{
    Q_OBJECT
private slots:
    void aRemovedDirectoryIsWrittenAgain();
    void removedFilesAreWrittenAgain();
    void aRemovedSocketIsMadeAgainOrReplaced();
    void aRemovedLockIsMadeAgain();
    void aWatcherWithoutALockIsNotAlone();
    void aDeadSocketIsReplaced();
    void aNameThatIsTakenMeanwhileIsLeftToTheOther_data();
    void aNameThatIsTakenMeanwhileIsLeftToTheOther();
    void aCommandRightAfterTheRemovalSucceeds();
    void theWatcherStaysUntilItsDirectoryCanBeMadeAgain();
};

namespace {

/// Two servers, one active and one in grace.
void startTwo(const TestClient &client)
{
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(run({"admin", "start", "idle", "--", TEST_SERVER}).exitCode, 0);
}

/// Holds the watcher still, so that what goes meanwhile goes at once for it, however long that
/// takes here: file by file, it could look like another tool's detach for a while.
class HeldStill
{
public:
    explicit HeldStill(qint64 watcher)
        : m_watcher(pid_t(watcher))
    {
        ::kill(m_watcher, SIGSTOP);
    }
    ~HeldStill() { ::kill(m_watcher, SIGCONT); }
    HeldStill(const HeldStill &) = delete;
    HeldStill &operator=(const HeldStill &) = delete;

private:
    pid_t m_watcher;
};

/// Removes a directory into which its watcher may still be writing: what appears or goes between
/// the look and the removal is one more try, as it is for whoever runs `rm -r` twice.
bool removeWhole(const QString &path)
{
    return comesTrue([&path] { return QDir(path).removeRecursively(); });
}

} // namespace

void TestLostDirectory::aRemovedDirectoryIsWrittenAgain()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const qint64 web = pidOf("web");
    const qint64 idle = pidOf("idle");
    {
        const HeldStill watcher(watcherOf("web"));
        QVERIFY(removeWhole(world.lockDirectoryPath()));
    }
    QTRY_COMPARE(pidOf("web"), web);
    QTRY_COMPARE(pidOf("idle"), idle);
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(stateOf("idle"), "grace");
    QCOMPARE(QFileInfo(world.lockDirectoryPath()).permissions() & QFile::Permissions(0x77), 0);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(run({"admin", "stop", "idle"}).exitCode, 0);
}

void TestLostDirectory::removedFilesAreWrittenAgain()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const qint64 web = pidOf("web");
    {
        const HeldStill watcher(watcherOf("web"));
        QVERIFY(QFile::remove(world.lockFile("web.server.json")));
        QVERIFY(QFile::remove(world.lockFile("web.clients.json")));
    }
    QTRY_COMPARE(pidOf("web"), web);
    QTRY_COMPARE(stateOf("web"), "active");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(pidOf("web"), web);
}

void TestLostDirectory::aRemovedSocketIsMadeAgainOrReplaced()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const qint64 web = pidOf("web");
    QVERIFY(QFile::remove(world.lockFile("control.sock")));
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(pidOf("web"), web);
}

void TestLostDirectory::aRemovedLockIsMadeAgain()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const qint64 watcher = watcherOf("web");
    QVERIFY(QFile::remove(world.lockFile("watcher.lock")));
    QTRY_VERIFY(WatcherLock::isHeld(world.lockDirectory()));
    QCOMPARE(run({"watch"}).exitCode, 1);
    QCOMPARE(watcherOf("web"), watcher);
    QCOMPARE(refcountOf("web"), 1);
}

/// Held still, it cannot make its lock again, and whoever wants to be a watcher gets one.
void TestLostDirectory::aWatcherWithoutALockIsNotAlone()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const ProcessId first = ProcessId::of(watcherOf("web"));
    {
        const HeldStill watcher(first.pid);
        QVERIFY(QFile::remove(world.lockFile("watcher.lock")));
        const auto refused = run({"watch"});
        QVERIFY2(refused.exitCode == 1 && refused.errors.contains("--take-over"),
                 qPrintable(refused.errors));
        QVERIFY(QFile::remove(world.lockFile("control.sock")));
        QCOMPARE(run({"use", "new", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    }
    // It leaves, and the other one adopts its servers with their clients.
    QTRY_VERIFY(!isAlive(first));
    const qint64 second = watcherOf("new");
    QTRY_COMPARE(watcherOf("web"), second);
    QTRY_COMPARE(watcherOf("idle"), second);
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(world.processCount("watch"), 1);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(stateOf("web"), "stopped");
}

/// Another watcher has been there meanwhile, and was killed.
void TestLostDirectory::aDeadSocketIsReplaced()
{
    const TestWorld world;
    const TestClient client;
    startTwo(client);
    const ProcessId first = ProcessId::of(watcherOf("web"));
    {
        const HeldStill watcher(first.pid);
        for (const char *name : {"watcher.lock", "control.sock"})
            QVERIFY(QFile::remove(world.lockFile(name)));
        QCOMPARE(run({"use", "new", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
        const ProcessId second = ProcessId::of(watcherOf("new"));
        QCOMPARE(::kill(pid_t(second.pid), SIGKILL), 0);
        QTRY_VERIFY(!isAlive(second));
    }
    QTRY_VERIFY(WatcherLock::isHeld(world.lockDirectory()));
    for (const char *name : {"web", "new"}) {
        const auto stopped = run({"admin", "stop", name});
        QVERIFY2(stopped.exitCode == 0, qPrintable(stopped.errors));
    }
    QCOMPARE(world.processCount("watch"), 1);
}

void TestLostDirectory::aNameThatIsTakenMeanwhileIsLeftToTheOther_data()
{
    QTest::addColumn<bool>("hasClient");
    QTest::newRow("with a client") << true;
    QTest::newRow("without") << false;
}

void TestLostDirectory::aNameThatIsTakenMeanwhileIsLeftToTheOther()
{
    QFETCH(const bool, hasClient);
    const TestWorld world;
    const TestClient client;
    const QStringList use{"use", "web", "--pid", client.pidText(), "--", TEST_SERVER};
    QCOMPARE(run(use).exitCode, 0);
    const ProcessId first = ProcessId::of(watcherOf("web"));
    const ProcessId server = ProcessId::of(pidOf("web"));
    {
        const HeldStill watcher(first.pid);
        for (const char *name : {"watcher.lock", "control.sock", "web.server.json",
                                 "web.clients.json", "web.invocations.log"})
            QVERIFY(QFile::remove(world.lockFile(name)));
        const QStringList start{"admin", "start", "web", "--", TEST_SERVER};
        QCOMPARE(run(hasClient ? use : start).exitCode, 0);
    }
    QTRY_VERIFY(!isAlive(first));
    QTRY_VERIFY(!isAlive(server));
    QCOMPARE(world.processCount(TEST_SERVER), 1);
    QCOMPARE(refcountOf("web"), hasClient ? 1 : 0);
}

void TestLostDirectory::aCommandRightAfterTheRemovalSucceeds()
{
    const TestWorld world;
    const TestClient client;
    const TestClient second;
    startTwo(client);
    const QString away = world.path("away");
    for (int round = 0; round < 10; ++round) {
        // At once: file by file, it could look like another tool's detach for a while.
        QVERIFY(QFile::rename(world.lockDirectoryPath(), away));
        QVERIFY(removeWhole(away));
        const auto used = run({"use", "web", "--pid", second.pidText(), "--", TEST_SERVER});
        QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
        // Whichever watcher was faster, the old one in restoring or a new one in starting.
        QTRY_COMPARE(world.processCount(TEST_SERVER), 2);
        QTRY_COMPARE(world.processCount("watch"), 1);
        QTRY_COMPARE(refcountOf("web"), 2);
        QCOMPARE(run({"unuse", "web", "--pid", second.pidText()}).exitCode, 0);
    }
}

void TestLostDirectory::theWatcherStaysUntilItsDirectoryCanBeMadeAgain()
{
    const TestWorld world;
    const TestClient client;
    const QString above = world.path("above");
    QVERIFY(QDir().mkpath(above));
    qputenv("SHAREDSERVER_LOCKDIR", QFile::encodeName(above + "/lock"));
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    const qint64 web = pidOf("web");
    const qint64 watcher = watcherOf("web");
    QVERIFY(QFile::rename(above, above + ".away"));
    QVERIFY(QFile(above).open(QIODevice::WriteOnly)); // no folder can be made there
    // Each of these is another sign of the loss.
    for (int i = 0; i < 5; ++i) {
        QFile sign(above + ".away/lock/sign" + QString::number(i));
        QVERIFY(sign.open(QIODevice::WriteOnly));
    }
    QVERIFY(removeWhole(above + ".away"));
    QVERIFY(QFile::remove(above));
    QTRY_COMPARE(pidOf("web"), web);
    QTRY_COMPARE(watcherOf("web"), watcher);
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(watcherOf("web"), watcher);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
}

QTEST_GUILESS_MAIN(TestLostDirectory)
#include "tst_lostdirectory.moc"
