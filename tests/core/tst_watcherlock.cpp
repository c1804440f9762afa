// There is one watcher: whoever holds the lock, or has inherited it.

#include "core/lockfile/watcherlock.h"
#include "tests/core/childprocess.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestWatcherLock : public QObject
{
    Q_OBJECT
private slots:
    void onlyOneHasIt();
    void onlyTheUserReadsIt();
    void itEndsWithItsObject();
    void itEndsWithItsProcess();
    void waitingEndsInTime();
    void aChildInheritsIt();
    void anInheritedOneIsNotInheritedFurther();
    void onlyThatVeryFileIsAdopted();
    void lookingWhetherItIsHeldLeavesNothing();
    void theFileOfARemovedDirectoryIsNotThere();
    void aFileThatWasExchangedIsNotTheLock();
    void whatIsNoFileOfOursIsRefused_data();
    void whatIsNoFileOfOursIsRefused();
};

namespace {

bool isFree(const LockDirectory &directory)
{
    const auto lock = WatcherLock::acquire(directory, 0ms);
    return lock && *lock;
}

} // namespace

void TestWatcherLock::onlyOneHasIt()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    QVERIFY(!WatcherLock::isHeld(directory));
    const auto first = WatcherLock::acquire(directory, 0ms);
    QVERIFY(first && *first);
    QVERIFY(WatcherLock::isHeld(directory));
    QVERIFY((*first)->isStillThere(directory));
    const auto second = WatcherLock::acquire(world.lockDirectory(), 0ms);
    QVERIFY(second); // no error: somebody else just has it
    QVERIFY(!*second);
}

void TestWatcherLock::onlyTheUserReadsIt()
{
    const TestWorld world;
    const mode_t before = umask(0);
    const bool isTaken = isFree(world.lockDirectory());
    umask(before);
    QVERIFY(isTaken);
    struct stat status;
    QCOMPARE(stat(QFile::encodeName(world.lockFile("watcher.lock")).constData(), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t(0600));
}

void TestWatcherLock::itEndsWithItsObject()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    QVERIFY(isFree(directory));
    QVERIFY(!WatcherLock::isHeld(directory));
    QVERIFY(isFree(directory));
}

void TestWatcherLock::itEndsWithItsProcess()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    ChildProcess watcher([&] {
        // Whoever looks whether it is held keeps it for a moment.
        const auto lock = WatcherLock::acquire(directory, 60s);
        return lock && *lock ? liveForEver() : 1;
    });
    QTRY_VERIFY(WatcherLock::isHeld(directory));
    QVERIFY(!isFree(directory));
    ::kill(watcher.pid(), SIGKILL);
    const auto lock = WatcherLock::acquire(directory, 60s); // waits for it
    QVERIFY(lock && *lock);
}

void TestWatcherLock::waitingEndsInTime()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto held = WatcherLock::acquire(directory, 0ms);
    QVERIFY(held && *held);
    QElapsedTimer timer;
    timer.start();
    const auto late = WatcherLock::acquire(directory, 50ms);
    QVERIFY(late && !*late);
    QVERIFY(timer.elapsed() >= 50);
    QVERIFY(timer.elapsed() < 10000);
}

void TestWatcherLock::aChildInheritsIt()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    auto held = WatcherLock::acquire(directory, 0ms);
    QVERIFY(held && *held);
    ChildProcess heir(
        [&] {
            const auto adopted =
                WatcherLock::adopt(directory, FileDescriptor((*held)->descriptor()));
            return adopted ? liveForEver() : 1;
        },
        ChildProcess::Start::WhenReleased);
    held->reset();
    QVERIFY(WatcherLock::isHeld(directory)); // also before the child does anything
    heir.release();
    QVERIFY(!isFree(directory));
    ::kill(heir.pid(), SIGKILL);
    heir.reap();
    QVERIFY(isFree(directory));
}

void TestWatcherLock::anInheritedOneIsNotInheritedFurther()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto held = WatcherLock::acquire(directory, 0ms);
    QVERIFY(held && *held);
    const auto adopted = WatcherLock::adopt(directory, FileDescriptor(dup((*held)->descriptor())));
    QVERIFY(adopted);
    QVERIFY(fcntl((*held)->descriptor(), F_GETFD) & FD_CLOEXEC);
    QVERIFY(fcntl(adopted->descriptor(), F_GETFD) & FD_CLOEXEC);
}

void TestWatcherLock::onlyThatVeryFileIsAdopted()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto nothing = WatcherLock::adopt(directory, FileDescriptor());
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().kind, Error::Kind::Io);
    QVERIFY(isFree(directory)); // makes the file
    world.writeLockFile("another", "");
    const QByteArray path = QFile::encodeName(world.lockFile("another"));
    const auto another =
        WatcherLock::adopt(directory, FileDescriptor(open(path.constData(), O_RDWR | O_CLOEXEC)));
    QVERIFY(!another);
    QVERIFY(another.error().message.contains(world.lockFile("watcher.lock")));
}

void TestWatcherLock::lookingWhetherItIsHeldLeavesNothing()
{
    const TestWorld world;
    QVERIFY(!WatcherLock::isHeld(LockDirectory()));
    const LockDirectory directory = world.lockDirectory();
    QVERIFY(!WatcherLock::isHeld(directory));
    QVERIFY(!world.hasLockFile("watcher.lock"));
    QVERIFY(isFree(directory));
    QVERIFY(!WatcherLock::isHeld(directory));
    QVERIFY(isFree(directory));
}

void TestWatcherLock::theFileOfARemovedDirectoryIsNotThere()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto lock = WatcherLock::acquire(directory, 0ms);
    QVERIFY(lock && *lock);
    QVERIFY(QDir(world.lockDirectoryPath()).removeRecursively());
    QVERIFY(!(*lock)->isStillThere(directory));
    const LockDirectory anew = world.lockDirectory();
    QVERIFY(!(*lock)->isStillThere(anew));
    QVERIFY(isFree(anew));
}

void TestWatcherLock::aFileThatWasExchangedIsNotTheLock()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto lock = WatcherLock::acquire(directory, 0ms);
    QVERIFY(lock && *lock);
    QVERIFY(QFile::remove(world.lockFile("watcher.lock")));
    QVERIFY(!(*lock)->isStillThere(directory));
    QVERIFY(!WatcherLock::isHeld(directory));
    const auto another = WatcherLock::acquire(directory, 0ms);
    QVERIFY(another && *another);
    QVERIFY((*another)->isStillThere(directory));
    QVERIFY(!(*lock)->isStillThere(directory));
}

void TestWatcherLock::whatIsNoFileOfOursIsRefused_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"link", "pipe", "directory", "another user's"})
        QTest::newRow(kind) << QString(kind);
}

void TestWatcherLock::whatIsNoFileOfOursIsRefused()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const QString path = world.lockFile("watcher.lock");
    const QByteArray name = QFile::encodeName(path);
    if (kind == "link") {
        QVERIFY(QFile::link(world.path("target"), path));
    } else if (kind == "pipe") {
        QCOMPARE(mkfifo(name.constData(), 0600), 0);
    } else if (kind == "directory") {
        QCOMPARE(mkdir(name.constData(), 0700), 0);
    } else {
        if (geteuid() != 0)
            QSKIP("Only root can give a file away");
        world.writeLockFile("watcher.lock", "");
        QCOMPARE(chown(name.constData(), 65534, 65534), 0);
    }
    const auto lock = WatcherLock::acquire(directory, 0ms);
    QVERIFY(!lock);
    QVERIFY2(lock.error().message.contains(path), qPrintable(lock.error().message));
    QVERIFY(!WatcherLock::isHeld(directory));
    QVERIFY(!QFile::exists(world.path("target")));
}

QTEST_GUILESS_MAIN(TestWatcherLock)
#include "tst_watcherlock.moc"
