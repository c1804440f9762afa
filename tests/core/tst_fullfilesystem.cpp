// A lock directory on a file system that is full, or that nobody can write: what cannot be written
// is said, and nothing is torn, lost, or left running.

#include "core/lockfile/lockfilestore.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <cerrno>
#include <csignal>

#include <sys/mount.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestFullFileSystem : public QObject
{
    Q_OBJECT
private slots:
    void aFailedWriteLosesNothing();
    void useOnAFullOneFailsAndLeavesNothing();
    void useWithoutRoomForFilesFailsAndLeavesNothing();
    void attachingOnAFullOneFailsAndLosesNobody();
    void detachingAndStoppingNeedNoRoom();
    void aReadOnlyOneCanBeRead();
    void useOnAReadOnlyOneFailsAndLeavesNothing();
};

namespace {

/// A small file system of its own, at the place of the lock directory.
class SmallFileSystem
{
public:
    SmallFileSystem(const TestWorld &world, const char *options)
        : m_path(QFile::encodeName(world.lockDirectoryPath()))
    {
        world.lockDirectory();
        m_isMounted = mount("tmpfs", m_path.constData(), "tmpfs", 0, options) == 0;
    }
    ~SmallFileSystem()
    {
        if (m_isMounted)
            umount2(m_path.constData(), MNT_DETACH);
    }
    SmallFileSystem(const SmallFileSystem &) = delete;
    SmallFileSystem &operator=(const SmallFileSystem &) = delete;

    bool isMounted() const { return m_isMounted; }
    bool makeReadOnly() const
    {
        return mount(nullptr, m_path.constData(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
    }
    /// Takes all room that is left.
    void fill() const
    {
        QFile file(m_path + "/filler");
        if (!file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
            qFatal("Cannot fill");
        for (int size = 4096; size > 0; size /= 2) {
            while (file.write(QByteArray(size, 'x')) == size) {
            }
        }
    }
    void makeRoom() const { QFile::remove(m_path + "/filler"); }

private:
    QByteArray m_path;
    bool m_isMounted = false;
};

constexpr char kSmall[] = "size=64k,mode=0700";

int serversOf(const TestWorld &world)
{
    const auto all = processesWith("SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(world.path()));
    return int(std::count_if(all.begin(), all.end(), [](const Leftover &process) {
        return process.command.startsWith(TEST_SERVER);
    }));
}

bool killWatcher(const TestWorld &world)
{
    const auto record = LockfileStore(world.lockDirectory()).readServer("web");
    const ProcessId watcher =
        record && *record ? (*record)->watcher.value_or(ProcessId()) : ProcessId();
    ::kill(pid_t(watcher.pid), SIGKILL);
    return QTest::qWaitFor([&] { return !isAlive(watcher); }, kPatienceMs);
}

} // namespace

void TestFullFileSystem::aFailedWriteLosesNothing()
{
    const TestWorld world;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    LockfileStore store(world.lockDirectory());
    const ClientTable before = tableOf({{1001, 5}, {1002, 6}});
    QVERIFY(store.updateClients("web", [&](ClientTable &table) { table = before; }));
    small.fill();
    for (const int size : {5000, 20000}) { // over a page, where the file must grow
        const auto attached = store.updateClients("web", [&](ClientTable &table) {
            table.attach(clientOf({1003, 7}, QString(size, 'x')));
        });
        QVERIFY(!attached);
        const QString message = attached.error().message;
        QVERIFY2(message.contains("No space left") && message.contains("web.clients.json"),
                 qPrintable(message));
        const auto table = store.readClients("web");
        QVERIFY(table && *table);
        QCOMPARE(**table, before);
    }
    QVERIFY(!store.createServer("web", recordOf({4711, 5})));
    const QStringList files = QDir(world.lockDirectoryPath()).entryList(QDir::Files | QDir::Hidden);
    QCOMPARE(files, (QStringList{"filler", "web.clients.json"}));
    small.makeRoom();
    QVERIFY(store.createServer("web", recordOf({4711, 5})));
}

void TestFullFileSystem::useOnAFullOneFailsAndLeavesNothing()
{
    const TestWorld world;
    const TestClient client;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    small.fill();
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("No space left"), qPrintable(said(used)));
    QVERIFY2(used.errors.contains(world.lockDirectoryPath()), qPrintable(said(used)));
    QTRY_COMPARE(serversOf(world), 0);
    QVERIFY(!world.hasLockFile("web.server.json"));
    QVERIFY(!world.hasLockFile("web.clients.json"));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
    QCOMPARE(run({"list"}).exitCode, 0);
    small.makeRoom();
    const auto again = run(useWeb(client));
    QVERIFY2(again.exitCode == 0, qPrintable(said(again)));
    world.stopEverything();
}

void TestFullFileSystem::useWithoutRoomForFilesFailsAndLeavesNothing()
{
    const TestWorld world;
    const TestClient client;
    const SmallFileSystem small(world, "size=1m,nr_inodes=2,mode=0700");
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    small.fill();
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("No space left"), qPrintable(said(used)));
    QTRY_COMPARE(serversOf(world), 0);
    QCOMPARE(QDir(world.lockDirectoryPath()).entryList(QDir::Files), QStringList("filler"));
}

void TestFullFileSystem::attachingOnAFullOneFailsAndLosesNobody()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    small.fill();
    const auto used = run(useWeb(second, {"--metadata", QString(9000, 'm')}));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("No space left"), qPrintable(said(used)));
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    small.makeRoom();
    QCOMPARE(run(useWeb(second)).exitCode, 0);
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(serversOf(world), 1);
    world.stopEverything();
}

void TestFullFileSystem::detachingAndStoppingNeedNoRoom()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    QCOMPARE(run(useWeb(second)).exitCode, 0);
    small.fill();
    QCOMPARE(run({"unuse", "web", "--pid", first.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
    const auto stopped = run({"admin", "stop", "web"});
    QVERIFY2(stopped.exitCode == 0, qPrintable(said(stopped)));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
    QCOMPARE(serversOf(world), 0);
    QVERIFY(!world.hasLockFile("web.server.json"));
    world.stopEverything();
}

void TestFullFileSystem::aReadOnlyOneCanBeRead()
{
    const TestWorld world;
    const TestClient client;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QVERIFY(killWatcher(world));
    const qint64 pid = pidOf("web");
    QVERIFY(small.makeReadOnly());
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(pidOf("web"), pid);
    QCOMPARE(refcountOf("web"), 1);
    const auto list = run({"list"});
    QCOMPARE(list.exitCode, 0);
    QVERIFY2(list.output.contains(QString::number(pid)), qPrintable(said(list)));
    QCOMPARE(list.errors, QString());
    QCOMPARE(run({"admin", "lockdir"}).exitCode, 0);
    world.stopEverything();
}

void TestFullFileSystem::useOnAReadOnlyOneFailsAndLeavesNothing()
{
    const TestWorld world;
    const TestClient client;
    const SmallFileSystem small(world, kSmall);
    if (!small.isMounted())
        QSKIP("Nothing can be mounted here");
    QVERIFY(small.makeReadOnly());
    for (const QStringList &command : {useWeb(client), QStringList{"admin", "stop", "web"}}) {
        const auto result = run(command);
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.contains("Read-only file system"), qPrintable(said(result)));
        QVERIFY2(result.errors.contains(world.lockDirectoryPath()), qPrintable(said(result)));
        QCOMPARE(result.errors.count('\n'), 1);
    }
    QCOMPARE(serversOf(world), 0);
    QVERIFY(QDir(world.lockDirectoryPath()).isEmpty());
    QCOMPARE(run({"check", "web"}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestFullFileSystem)
#include "tst_fullfilesystem.moc"
