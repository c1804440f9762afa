// A lock keeps other processes out, for a bounded time, and ends with its process.

#include "core/lockfile/filelock.h"
#include "core/lockfile/lockedfile.h"
#include "core/lockfile/lockfilestore.h"
#include "tests/core/childprocess.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/patience.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <atomic>
#include <csignal>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestFileLock : public QObject
{
    Q_OBJECT
private slots:
    void sharedLocksGoTogether();
    void anExclusiveLockKeepsAllOthersOut();
    void itEndsWithItsObject();
    void itMovesWithItsObject();
    void releasedItStaysWithTheDescriptor();
    void itEndsWithItsProcess();
    void aShortHolderIsWaitedFor();
    void aLongHolderIsATimeout();
    void aDirectoryCanBeLocked();
    void aBadDescriptorIsAnErrorAtOnce();
    void whoeverWaitedLocksTheFileThatIsThereNow_data();
    void whoeverWaitedLocksTheFileThatIsThereNow();
    void whoeverWaitedSeesThatTheFileIsGone();
    void aFileThatIsExchangedAllTheTimeCanBeLockedAtOnce();
    void readersAndWritersSayWhoseLockTheyWaitedFor();
};

namespace {

using Mode = FileLock::Mode;

/// A file, and descriptors of it that are strangers to each other.
class File
{
public:
    explicit File(const QString &path)
        : m_path(QFile::encodeName(path))
    {
        open();
    }
    FileDescriptor open() const
    {
        return FileDescriptor(::open(m_path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    }

private:
    QByteArray m_path;
};

/// How many descriptors of this process lead to the file.
int descriptorsOf(const QString &path)
{
    struct stat wanted;
    if (stat(QFile::encodeName(path).constData(), &wanted) != 0)
        return 0;
    int count = 0;
    const QStringList all = QDir("/dev/fd").entryList(QDir::Files | QDir::System);
    for (const QString &descriptor : all) {
        struct stat status;
        if (fstat(descriptor.toInt(), &status) == 0 && status.st_dev == wanted.st_dev
            && status.st_ino == wanted.st_ino)
            ++count;
    }
    return count;
}

/// Attaches a client in another thread, which waits for the lock that is held here; `meanwhile`
/// happens when it waits. Says whether it came to its end well.
bool attachWhileLocked(LockfileStore &store, qint64 pid, const FileDescriptor &held,
                       const std::function<void()> &meanwhile)
{
    const QString path = store.clientsFilePath("web");
    Result<ClientTable> result;
    const std::unique_ptr<QThread> writer(QThread::create([&] {
        QElapsedTimer timer;
        do {
            timer.start();
            result = store.updateClients(
                "web", [&](ClientTable &table) { table.attach(clientOf({pid})); });
            // On a machine that stood still meanwhile, the wait for the lock may be over too soon.
        } while (!result && timer.elapsed() >= LockfileStore::kLockTimeout.count());
    }));
    writer->start();
    const bool waits = QTest::qWaitFor([&] { return descriptorsOf(path) == 2; }, kPatienceMs);
    meanwhile();
    flock(held.get(), LOCK_UN);
    return writer->wait(QDeadlineTimer(60s)) && waits && result;
}

} // namespace

void TestFileLock::sharedLocksGoTogether()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    const auto one = FileLock::tryAcquire(first.get(), Mode::Shared);
    const auto other = FileLock::tryAcquire(second.get(), Mode::Shared);
    QVERIFY(one && other);
    const FileDescriptor third = file.open();
    const auto exclusive = FileLock::tryAcquire(third.get(), Mode::Exclusive);
    QVERIFY(!exclusive);
    QCOMPARE(exclusive.error().kind, Error::Kind::Timeout);
}

void TestFileLock::anExclusiveLockKeepsAllOthersOut()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    const auto lock = FileLock::tryAcquire(first.get(), Mode::Exclusive);
    QVERIFY(lock);
    QVERIFY(!FileLock::tryAcquire(second.get(), Mode::Shared));
    QVERIFY(!FileLock::tryAcquire(second.get(), Mode::Exclusive));
}

void TestFileLock::itEndsWithItsObject()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    {
        const auto lock = FileLock::tryAcquire(first.get(), Mode::Exclusive);
        QVERIFY(lock);
    }
    QVERIFY(FileLock::tryAcquire(second.get(), Mode::Exclusive));
}

void TestFileLock::itMovesWithItsObject()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    auto lock = FileLock::tryAcquire(first.get(), Mode::Exclusive);
    QVERIFY(lock);
    {
        const FileLock moved(std::move(*lock));
        QVERIFY(!FileLock::tryAcquire(second.get(), Mode::Shared));
    }
    QVERIFY(FileLock::tryAcquire(second.get(), Mode::Shared));
}

void TestFileLock::releasedItStaysWithTheDescriptor()
{
    const TestWorld world;
    const File file(world.path("file"));
    FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    {
        auto lock = FileLock::tryAcquire(first.get(), Mode::Exclusive);
        QVERIFY(lock);
        lock->release();
    }
    FileDescriptor copy(dup(first.get()));
    first.reset();
    QVERIFY(!FileLock::tryAcquire(second.get(), Mode::Shared)); // the copy has it
    copy.reset();
    QVERIFY(FileLock::tryAcquire(second.get(), Mode::Shared));
}

void TestFileLock::itEndsWithItsProcess()
{
    const TestWorld world;
    const File file(world.path("file"));
    const QByteArray path = QFile::encodeName(world.path("file"));
    ChildProcess holder(
        [&] { return flock(open(path.constData(), O_RDWR), LOCK_EX) == 0 ? liveForEver() : 1; });
    const FileDescriptor own = file.open();
    QTRY_VERIFY(!FileLock::tryAcquire(own.get(), Mode::Shared));
    ::kill(holder.pid(), SIGKILL);
    QVERIFY(FileLock::acquire(own.get(), Mode::Exclusive, 60s));
}

void TestFileLock::aShortHolderIsWaitedFor()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor held = file.open();
    auto lock = FileLock::tryAcquire(held.get(), Mode::Exclusive);
    QVERIFY(lock);
    lock->release();
    Result<void> result;
    const std::unique_ptr<QThread> waiter(QThread::create([&] {
        const FileDescriptor own = file.open();
        const auto acquired = FileLock::acquire(own.get(), Mode::Exclusive, 60s);
        if (!acquired)
            result = Failure(acquired.error());
    }));
    waiter->start();
    QTRY_COMPARE(descriptorsOf(world.path("file")), 2);
    QVERIFY(!waiter->isFinished());
    flock(held.get(), LOCK_UN);
    QVERIFY(waiter->wait(QDeadlineTimer(60s)));
    QVERIFY(result);
}

void TestFileLock::aLongHolderIsATimeout()
{
    const TestWorld world;
    const File file(world.path("file"));
    const FileDescriptor first = file.open();
    const FileDescriptor second = file.open();
    const auto lock = FileLock::tryAcquire(first.get(), Mode::Exclusive);
    QVERIFY(lock);
    QElapsedTimer timer;
    timer.start();
    const auto late = FileLock::acquire(second.get(), Mode::Shared, 50ms);
    QVERIFY(!late);
    QCOMPARE(late.error().kind, Error::Kind::Timeout);
    QVERIFY(timer.elapsed() >= 50);
    QVERIFY(timer.elapsed() < 10000);
}

void TestFileLock::aDirectoryCanBeLocked()
{
    const TestWorld world;
    const LockDirectory first = world.lockDirectory();
    const LockDirectory second = world.lockDirectory();
    const auto gate = FileLock::tryAcquire(first.descriptor(), Mode::Exclusive);
    QVERIFY(gate);
    QVERIFY(!FileLock::tryAcquire(second.descriptor(), Mode::Exclusive));
}

void TestFileLock::aBadDescriptorIsAnErrorAtOnce()
{
    const auto lock = FileLock::acquire(-1, Mode::Exclusive, 3600s);
    QVERIFY(!lock);
    QCOMPARE(lock.error().kind, Error::Kind::Io);
}

void TestFileLock::whoeverWaitedLocksTheFileThatIsThereNow_data()
{
    QTest::addColumn<bool>("isRenamed");
    QTest::newRow("another one renamed onto it") << true;
    QTest::newRow("removed and made anew") << false;
}

void TestFileLock::whoeverWaitedLocksTheFileThatIsThereNow()
{
    QFETCH(const bool, isRenamed);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", tableOf({{1001}}).toJson());
    const FileDescriptor held = File(world.lockFile("web.clients.json")).open();
    QCOMPARE(flock(held.get(), LOCK_EX), 0);
    const bool isAttached = attachWhileLocked(store, 1003, held, [&] {
        const QByteArray path = QFile::encodeName(world.lockFile("web.clients.json"));
        world.writeLockFile("another", tableOf({{1002}}).toJson());
        const QByteArray another = QFile::encodeName(world.lockFile("another"));
        if (!isRenamed)
            unlink(path.constData());
        QCOMPARE(rename(another.constData(), path.constData()), 0);
    });
    QVERIFY(isAttached);
    const auto table = store.readClients("web");
    QVERIFY(table && *table);
    QVERIFY(!(*table)->find(1001));
    QVERIFY((*table)->find(1002));
    QVERIFY((*table)->find(1003));
}

void TestFileLock::whoeverWaitedSeesThatTheFileIsGone()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", tableOf({{1001}}).toJson());
    const FileDescriptor held = File(world.lockFile("web.clients.json")).open();
    QCOMPARE(flock(held.get(), LOCK_EX), 0);
    const bool isAttached = attachWhileLocked(store, 1003, held, [&] {
        unlink(QFile::encodeName(world.lockFile("web.clients.json")).constData());
    });
    QVERIFY(isAttached);
    const auto table = store.readClients("web");
    QVERIFY(table && *table);
    QCOMPARE((*table)->count(), 1);
    QVERIFY((*table)->find(1003));
}

void TestFileLock::aFileThatIsExchangedAllTheTimeCanBeLockedAtOnce()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    world.writeLockFile("web", {});
    std::atomic<bool> isOver = false;
    const std::unique_ptr<QThread> exchanger(QThread::create([&] {
        const QByteArray path = QFile::encodeName(world.lockFile("web"));
        const QByteArray another = QFile::encodeName(world.lockFile("another"));
        while (!isOver) {
            File(world.lockFile("another"));
            rename(another.constData(), path.constData());
        }
    }));
    exchanger->start();
    QStringList failures;
    for (int tries = 0; tries < 1000; ++tries) {
        const auto file = LockedFile::open(directory, "web", Mode::Exclusive, 0ms);
        if (!file)
            failures.append(file.error().message);
    }
    isOver = true;
    exchanger->wait();
    QCOMPARE(failures, QStringList());
}

void TestFileLock::readersAndWritersSayWhoseLockTheyWaitedFor()
{
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    world.writeLockFile("web.clients.json", tableOf({{1001}}).toJson());
    const FileDescriptor held = File(world.lockFile("web.clients.json")).open();
    QCOMPARE(flock(held.get(), LOCK_EX), 0);
    for (const Mode mode : {Mode::Shared, Mode::Exclusive}) {
        const auto file = LockedFile::open(directory, "web.clients.json", mode, 30ms);
        QVERIFY(!file);
        QCOMPARE(file.error().kind, Error::Kind::Timeout);
        QVERIFY(file.error().message.contains(world.lockFile("web.clients.json")));
    }
}

QTEST_GUILESS_MAIN(TestFileLock)
#include "tst_filelock.moc"
