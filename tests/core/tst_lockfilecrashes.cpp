// Whoever writes a lockfile is killed before its first system call, before its second, and so on:
// the file is absent or whole, and the next one can read and write.

#include "core/lockfile/lockfilestore.h"
#include "tests/core/childprocess.h"
#include "tests/core/crashingchild.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>

#include <sys/wait.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestLockfileCrashes : public QObject
{
    Q_OBJECT
private slots:
    void aRecordBeingCreatedIsAbsentOrWhole();
    void aRecordBeingWrittenIsOldOrNew_data();
    void aRecordBeingWrittenIsOldOrNew();
    void aTableBeingChangedIsOldOrNew_data();
    void aTableBeingChangedIsOldOrNew();
    void aRecordBeingRemovedIsWholeOrAbsent();
    void killsAtRandomMomentsNeverTearATable();
    void twoWritersLoseNothing();
};

namespace {

constexpr quint32 kSeed = 20261123;
constexpr int kMostCalls = 500; // far more than any of it makes

/// A table whose entries each say how many they are.
ClientTable numberedTable(int count, int filler)
{
    ClientTable table;
    for (int i = 0; i < count; ++i)
        table.attach(clientOf(ProcessId{1000 + i}, QString("%1 %2").arg(count).arg("", filler)));
    return table;
}

bool isWhole(const ClientTable &table)
{
    const auto clients = table.clients();
    for (const ClientRecord &client : clients) {
        if (client.metadata.value_or(QString()).section(' ', 0, 0).toInt() != table.count())
            return false;
    }
    return true;
}

/// Reads it, however long another process stands still while it has the lock.
Result<std::optional<ClientTable>> readPatiently(const LockfileStore &store)
{
    auto table = store.readClients("web");
    while (!table && table.error().kind == Error::Kind::Timeout)
        table = store.readClients("web");
    return table;
}

ServerRecord recordOfSize(const ProcessId &server, qsizetype size)
{
    ServerRecord record = recordOf(server);
    record.command.append(QByteArray(size, 'x'));
    return record;
}

/// Kills a child that runs `body` at each of its system calls in turn, and asks `isWell` after
/// each. Says at which call it was not; 0 where all was well, -1 where nothing could be traced.
int crashEverywhere(const std::function<void()> &prepare, const std::function<void()> &body,
                    const std::function<bool()> &isWell)
{
    for (int call = 1; call < kMostCalls; ++call) {
        prepare();
        const Crash crash = crashAt(call, body);
        if (crash == Crash::NotPermitted)
            return -1;
        if (!isWell())
            return call;
        if (crash == Crash::Finished)
            return 0;
    }
    return kMostCalls;
}

void removeAll(const TestWorld &world)
{
    const QDir folder(world.lockDirectoryPath());
    const QStringList files = folder.entryList(QDir::Files | QDir::Hidden);
    for (const QString &file : files)
        QFile::remove(folder.filePath(file));
}

/// After the next one's cleaning up there is nothing but these files.
bool leavesNothingBut(const TestWorld &world, LockfileStore store, const QStringList &allowed)
{
    store.removeStale();
    const QStringList files = QDir(world.lockDirectoryPath()).entryList(QDir::Files | QDir::Hidden);
    return std::all_of(files.begin(), files.end(),
                       [&](const QString &file) { return allowed.contains(file); });
}

} // namespace

void TestLockfileCrashes::aRecordBeingCreatedIsAbsentOrWhole()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const ServerRecord record = recordOfSize(ProcessId::self(), 10000);
    const int call =
        crashEverywhere([&] { removeAll(world); }, [&] { store.createServer("web", record); },
                        [&] {
                            const auto read = store.readServer("web");
                            return read && (!*read || (*read)->toJson() == record.toJson())
                                && leavesNothingBut(world, store, {"web.server.json"});
                        });
    if (call < 0)
        QSKIP("Processes cannot be traced here");
    QCOMPARE(call, 0);
    QVERIFY(*store.readServer("web"));
}

void TestLockfileCrashes::aRecordBeingWrittenIsOldOrNew_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::newRow("as long") << 10 << 10;
    QTest::newRow("longer") << 10 << 1000;
    QTest::newRow("shorter") << 1000 << 10;
    QTest::newRow("over a page") << 10 << 20000;
    QTest::newRow("below a page") << 20000 << 10;
    QTest::newRow("many pages") << 20000 << 30000;
}

void TestLockfileCrashes::aRecordBeingWrittenIsOldOrNew()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const ServerRecord oldRecord = recordOfSize(ProcessId::self(), before);
    ServerRecord newRecord = recordOfSize(ProcessId::self(), after);
    newRecord.gracePeriod = "7m";
    const auto prepare = [&] {
        removeAll(world);
        store.createServer("web", oldRecord);
    };
    const auto isWell = [&] {
        const auto read = store.readServer("web");
        if (!read || !*read)
            return false;
        const QByteArray text = (*read)->toJson();
        return (text == oldRecord.toJson() || text == newRecord.toJson())
            && store.writeServer("web", oldRecord)
            && leavesNothingBut(world, store, {"web.server.json"});
    };
    const int call = crashEverywhere(
        prepare, [&] { store.writeServer("web", newRecord); }, isWell);
    if (call < 0)
        QSKIP("Processes cannot be traced here");
    QCOMPARE(call, 0);
}

void TestLockfileCrashes::aTableBeingChangedIsOldOrNew_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::newRow("made") << 0 << 1;
    QTest::newRow("made large") << 0 << 50;
    QTest::newRow("attached") << 1 << 2;
    QTest::newRow("detached") << 2 << 1;
    QTest::newRow("emptied") << 1 << 0;
    QTest::newRow("emptied from large") << 50 << 0;
    QTest::newRow("large") << 50 << 60;
    QTest::newRow("smaller") << 60 << 1;
}

void TestLockfileCrashes::aTableBeingChangedIsOldOrNew()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const auto put = [&](int count, int filler = 200) {
        return store.updateClients(
            "web", [&](ClientTable &table) { table = numberedTable(count, filler); });
    };
    const auto prepare = [&] {
        removeAll(world);
        put(before);
    };
    const auto isWell = [&] {
        const auto read = store.readClients("web");
        if (!read)
            return false;
        const ClientTable table = read->value_or(ClientTable());
        return (table.count() == before || table.count() == after) && isWhole(table)
            && put(1, 100) // another one: what stays as it is is not written
            && leavesNothingBut(world, store, {"web.clients.json"});
    };
    const int call = crashEverywhere(
        prepare, [&] { put(after); }, isWell);
    if (call < 0)
        QSKIP("Processes cannot be traced here");
    QCOMPARE(call, 0);
}

void TestLockfileCrashes::aRecordBeingRemovedIsWholeOrAbsent()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const ServerRecord record = recordOfSize(ProcessId::self(), 10000);
    const int call = crashEverywhere([&] { store.writeServer("web", record); },
                                     [&] { store.removeServer("web", record.server); },
                                     [&] {
                                         const auto read = store.readServer("web");
                                         return read
                                             && (!*read || (*read)->toJson() == record.toJson())
                                             && leavesNothingBut(world, store, {"web.server.json"});
                                     });
    if (call < 0)
        QSKIP("Processes cannot be traced here");
    QCOMPARE(call, 0);
}

void TestLockfileCrashes::killsAtRandomMomentsNeverTearATable()
{
    constexpr int kKills = 100;
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    QRandomGenerator random(kSeed);
    for (int round = 0; round < kKills; ++round) {
        const quint32 seed = random.generate();
        ChildProcess writer([&store, seed] {
            QRandomGenerator own(seed);
            for (;;) {
                const ClientTable next = numberedTable(own.bounded(1, 200), own.bounded(200));
                store.updateClients("web", [&](ClientTable &table) { table = next; });
            }
            return 0;
        });
        for (int reads = random.bounded(1, 20); reads > 0; --reads) {
            const auto table = readPatiently(store);
            QVERIFY2(table, table ? "" : qPrintable(table.error().message));
            QVERIFY(isWhole(table->value_or(ClientTable())));
        }
        ::kill(writer.pid(), SIGKILL);
        writer.reap();
        const auto table = store.readClients("web");
        QVERIFY2(table, table ? "" : qPrintable(table.error().message));
        QVERIFY(isWhole(table->value_or(ClientTable())));
    }
    store.removeClients("web");
    QVERIFY(leavesNothingBut(world, store, {}));
}

void TestLockfileCrashes::twoWritersLoseNothing()
{
    constexpr int kChanges = 300;
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const auto attachAll = [&store](qint64 first) {
        for (qint64 pid = first; pid < first + kChanges; ++pid) {
            const auto attach = [pid](ClientTable &table) { table.attach(clientOf({pid})); };
            auto attached = store.updateClients("web", attach);
            // The lock is not fair to one who meets another that never pauses.
            while (!attached && attached.error().kind == Error::Kind::Timeout)
                attached = store.updateClients("web", attach);
            if (!attached)
                return 1;
        }
        return 0;
    };
    ChildProcess one([&] { return attachAll(1000); }, ChildProcess::Start::WhenReleased);
    ChildProcess other([&] { return attachAll(5000); }, ChildProcess::Start::WhenReleased);
    one.release();
    other.release();
    const int ends[] = {one.reap(), other.reap()};
    for (const int status : ends)
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    const auto table = store.readClients("web");
    QVERIFY(table && *table);
    QCOMPARE((*table)->count(), 2 * kChanges);
    QVERIFY(leavesNothingBut(world, store, {"web.clients.json"}));
}

QTEST_GUILESS_MAIN(TestLockfileCrashes)
#include "tst_lockfilecrashes.moc"
