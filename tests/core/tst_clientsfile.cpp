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
    void whoWasInALostFileComesBackWithTheNext_data();
    void whoWasInALostFileComesBackWithTheNext();
    void aReaderSeesEveryChange();
    void aClientsFileThatIsBeingMadeStays();
    void theRedoFileCountsWhereTheFileIsTorn();
    void theRedoFileDoesNotCountWhereTheFileIsWhole();
    void anOldRedoFileGoesWithTheNextWrite();
};

namespace {

QStringList filesOf(const TestWorld &world)
{
    return QDir(world.lockDirectoryPath()).entryList(QDir::Files | QDir::Hidden);
}

bool detach(LockfileStore &store, qint64 pid, WhenEmpty whenEmpty)
{
    return store
        .updateClients("web", [&](ClientTable &table) { table.detach({pid}); },
                       {.whenEmpty = whenEmpty})
        .has_value();
}

QList<qint64> pidsOf(const ClientTable &table)
{
    QList<qint64> pids;
    for (const ClientRecord &client : table.clients())
        pids.append(client.process.pid);
    return pids;
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
    QVERIFY(detach(store, 12, stays ? WhenEmpty::Keep : WhenEmpty::Remove));
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
    QVERIFY(detach(store, 12, WhenEmpty::Keep));
    QCOMPARE(world.readLockFile("web.clients.json"), ClientTable().toJson());
}

void TestClientsFile::whoWasInALostFileComesBackWithTheNext_data()
{
    QTest::addColumn<std::optional<QByteArray>>("content");
    QTest::newRow("lost") << std::optional<QByteArray>();
    QTest::newRow("damaged") << std::make_optional<QByteArray>("{\"refcount\":1,");
    QTest::newRow("cut to nothing") << std::make_optional<QByteArray>("");
}

void TestClientsFile::whoWasInALostFileComesBackWithTheNext()
{
    QFETCH(const std::optional<QByteArray>, content);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    if (content)
        world.writeLockFile("web.clients.json", *content);
    const auto table = store.updateClients("web",
                                           [](ClientTable &all) {
                                               all.attach(clientOf({12, 5}));
                                           },
                                           {.ifLost = tableOf({{13, 6}, {14, 7}})});
    QVERIFY(table);
    QCOMPARE(pidsOf(*table), (QList<qint64>{12, 13, 14}));
    QCOMPARE(**store.readClients("web"), *table);
}

void TestClientsFile::aReaderSeesEveryChange()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    ClientsReader reader;
    const auto seen = [&] { return pidsOf(**store.readClients("web", &reader)); };
    const auto attachBy = [&](ClientsReader *by, qint64 pid) {
        return store
            .updateClients("web",
                           [&](ClientTable &all) {
                               all.attach(clientOf({pid, 5}));
                           },
                           {.reader = by})
            .has_value();
    };
    QVERIFY(attachBy(&reader, 12));
    QCOMPARE(seen(), QList<qint64>{12});
    QVERIFY(attachBy(nullptr, 13));
    QCOMPARE(seen(), (QList<qint64>{12, 13}));
    QVERIFY(attachBy(&reader, 14));
    QCOMPARE(seen(), (QList<qint64>{12, 13, 14}));
    world.writeLockFile("web.clients.json", "{");
    QVERIFY(!store.readClients("web", &reader));
}

void TestClientsFile::aClientsFileThatIsBeingMadeStays()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.clients.json", "");
    QVERIFY(detach(store, 12, WhenEmpty::Remove));
    // The other tool is about to lock this very file and to read what it says.
    QVERIFY(world.hasLockFile("web.clients.json"));
    const auto said = store.readClients("web");
    QVERIFY(said && *said && (*said)->isEmpty());
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
