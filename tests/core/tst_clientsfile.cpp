// The clients file is changed under its lock, so that nobody's attach or detach is lost.

#include "core/lockfile/lockfilestore.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestClientsFile : public QObject
{
    Q_OBJECT
private slots:
    void updatingClientsKeepsWhatOthersWrote();
    void clientsThatDoNotChangeAreNotWritten();
    void anEmptyTableGoesOrStays_data();
    void anEmptyTableGoesOrStays();
    void rubbishOfClientsIsReplaced();
    void aClientsFileThatIsBeingMadeIsLeftAlone();
    void theRedoFileCountsWhereTheFileIsTorn();
    void theRedoFileDoesNotCountWhereTheFileIsWhole();
    void anOldRedoFileGoesWithTheNextWrite();
};

namespace {

QStringList filesOf(const TestWorld &world)
{
    return QDir(world.lockDirectoryPath()).entryList(QDir::Files | QDir::Hidden);
}

bool attach(LockfileStore &store, qint64 pid)
{
    return store.updateClients("web",
                               [&](ClientTable &table) {
                                   table.attach(clientOf({pid, 5}));
                               })
        .has_value();
}

bool detach(LockfileStore &store, qint64 pid, LockfileStore::WhenEmpty whenEmpty)
{
    return store
        .updateClients(
            "web", [&](ClientTable &table) { table.detach({pid}); }, whenEmpty)
        .has_value();
}

} // namespace

void TestClientsFile::updatingClientsKeepsWhatOthersWrote()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", fixture("v0.6.8/active/web.clients.json"));
    QVERIFY(attach(store, 12));
    const auto table = store.readClients("web");
    QVERIFY(table && *table);
    QCOMPARE((*table)->count(), 3);
    QCOMPARE((*table)->find(13874)->metadata.value_or(QString()), "nvim-13874");
    const QJsonDocument json = QJsonDocument::fromJson(world.readLockFile("web.clients.json"));
    QCOMPARE(json["refcount"].toInt(), 3);
}

void TestClientsFile::clientsThatDoNotChangeAreNotWritten()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const QByteArray text = fixture("v0.4.4/active/web.clients.json");
    world.writeLockFile("web.clients.json", text);
    const auto table = store.updateClients("web", [](ClientTable &t) { t.detach({99}); });
    QVERIFY(table);
    QCOMPARE(table->count(), 2);
    QCOMPARE(world.readLockFile("web.clients.json"), text);
    const auto none = store.updateClients("other", [](ClientTable &) {});
    QVERIFY(none && none->isEmpty());
    QVERIFY(!world.hasLockFile("other.clients.json"));
}

void TestClientsFile::anEmptyTableGoesOrStays_data()
{
    QTest::addColumn<bool>("stays");
    QTest::newRow("goes") << false;
    QTest::newRow("stays") << true;
}

void TestClientsFile::anEmptyTableGoesOrStays()
{
    QFETCH(const bool, stays);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    QVERIFY(attach(store, 12));
    QVERIFY(detach(store, 12,
                   stays ? LockfileStore::WhenEmpty::Keep : LockfileStore::WhenEmpty::Remove));
    QCOMPARE(world.hasLockFile("web.clients.json"), stays);
    if (stays)
        QCOMPARE(world.readLockFile("web.clients.json"), ClientTable().toJson());
}

void TestClientsFile::rubbishOfClientsIsReplaced()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", "{\"refcount\":1,");
    QVERIFY(attach(store, 12));
    QCOMPARE((*store.readClients("web"))->count(), 1);
    world.writeLockFile("web.clients.json", "{\"refcount\":1,");
    QVERIFY(detach(store, 12, LockfileStore::WhenEmpty::Keep));
    QCOMPARE(world.readLockFile("web.clients.json"), ClientTable().toJson());
}

void TestClientsFile::aClientsFileThatIsBeingMadeIsLeftAlone()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", "");
    QVERIFY(detach(store, 12, LockfileStore::WhenEmpty::Remove));
    QVERIFY(world.hasLockFile("web.clients.json")); // the other tool is about to lock and write it
    QVERIFY(attach(store, 12));
    QCOMPARE((*store.readClients("web"))->count(), 1);
}

void TestClientsFile::theRedoFileCountsWhereTheFileIsTorn()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const QByteArray meant = tableOf({{12, 5}, {13, 6}}).toJson();
    world.writeLockFile("web.clients.json", meant.left(20) + QByteArray(50, ' '));
    world.writeLockFile(".web.clients.json.redo", meant);
    QCOMPARE((*store.readClients("web"))->count(), 2);
    QVERIFY(attach(store, 14)); // and a writer builds on it
    QCOMPARE((*store.readClients("web"))->count(), 3);
    QCOMPARE(filesOf(world), QStringList("web.clients.json"));
}

void TestClientsFile::theRedoFileDoesNotCountWhereTheFileIsWhole()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", tableOf({{12, 5}}).toJson());
    world.writeLockFile(".web.clients.json.redo", tableOf({{13, 6}, {14, 7}}).toJson());
    QVERIFY((*store.readClients("web"))->find(12));
    QVERIFY(store.removeClients("web"));
    QVERIFY(filesOf(world).isEmpty());
}

void TestClientsFile::anOldRedoFileGoesWithTheNextWrite()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", tableOf({{12, 5}}).toJson());
    world.writeLockFile(".web.clients.json.redo", tableOf({{13, 6}}).toJson());
    QVERIFY(attach(store, 14));
    QCOMPARE(filesOf(world), QStringList("web.clients.json"));
}

QTEST_GUILESS_MAIN(TestClientsFile)
#include "tst_clientsfile.moc"
