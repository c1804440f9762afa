// Lockfiles come, change and go as a whole, and what other tools wrote in them is kept.

#include "core/lockfile/lockedfile.h"
#include "core/lockfile/lockfilestore.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestLockfileStore : public QObject
{
    Q_OBJECT
private slots:
    void namesAreThoseOfValidFiles();
    void whatCanBeTornIsWrittenWithARedoFile_data();
    void whatCanBeTornIsWrittenWithARedoFile();
    void aMissingDirectoryHasNothing();
    void filesAreTheUsersOnly();
    void creatingNeverReplaces();
    void writingKeepsTheInode();
    void writingReplacesRubbish();
    void updatingSeesWhatIsThere();
    void updatingWithoutChangeWritesNothing();
    void updatingWhatIsNotThereIsAnError();
    void updatingRubbishIsAnError();
    void removingTakesOnlyTheSameServer_data();
    void removingTakesOnlyTheSameServer();
    void removingTakesRubbish();
    void removingNothingIsFine();
    void temporaryFilesOfTheDeadAreClearedAway();
    void aCorruptFileIsNamed();
};

namespace {

QStringList filesOf(const TestWorld &world)
{
    return QDir(world.lockDirectoryPath()).entryList(QDir::Files | QDir::Hidden);
}

struct stat statusOf(const QString &path)
{
    struct stat status = {};
    stat(QFile::encodeName(path).constData(), &status);
    return status;
}

} // namespace

void TestLockfileStore::namesAreThoseOfValidFiles()
{
    const TestWorld world;
    const LockfileStore store(world.lockDirectory());
    for (const char *file :
         {"web.server.json", "web.clients.json", "only.clients.json", "a@b:c+d-1.server.json",
          ".hidden.server.json", "-dash.server.json", "sp ace.server.json", ".server.json",
          "web.invocations.log", "watcher.lock", "web.server.json.bak", ".web.server.json.redo",
          "caf\xc3\xa9.server.json", "web.json"})
        world.writeLockFile(file, "{}");
    QCOMPARE(store.names(), (QStringList{"a@b:c+d-1", "only", "web"}));
    const auto found = store.scan();
    QVERIFY(found["web"].server && found["web"].clients);
    QVERIFY(!found["only"].server && found["only"].clients);
    QCOMPARE(LockfileStore::serverNameOf("a.server.json.server.json"), "a.server.json");
    QCOMPARE(LockfileStore::serverNameOf("../web.server.json"), QString());
}

void TestLockfileStore::aMissingDirectoryHasNothing()
{
    const TestWorld world;
    const auto directory = LockDirectory::open(LockDirectory::locate());
    QVERIFY(directory && directory->isMissing());
    const LockfileStore store(*directory);
    QVERIFY(store.names().isEmpty());
    const auto record = store.readServer("web");
    QVERIFY(record && !*record);
    const auto clients = store.readClients("web");
    QVERIFY(clients && !*clients);
}

void TestLockfileStore::filesAreTheUsersOnly()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const mode_t before = umask(0);
    const auto created = store.createServer("web", recordOf({4711, 5}));
    const bool isAttached = attach(store, 12);
    umask(before);
    QVERIFY(created && isAttached);
    for (const QString &path : {store.serverFilePath("web"), store.clientsFilePath("web")})
        QCOMPARE(statusOf(path).st_mode & 07777, mode_t(0600));
    QCOMPARE(filesOf(world), (QStringList{"web.clients.json", "web.server.json"}));
}

void TestLockfileStore::creatingNeverReplaces()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const ServerRecord first = recordOf({4711, 5});
    QVERIFY(store.createServer("web", first));
    const auto second = store.createServer("web", recordOf({4712, 6}));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, Error::Kind::Conflict);
    QCOMPARE((*store.readServer("web"))->toJson(), first.toJson());
    world.writeLockFile("web.server.json", "rubbish");
    QVERIFY(!store.createServer("web", first));
    QCOMPARE(world.readLockFile("web.server.json"), "rubbish");
    QCOMPARE(filesOf(world), QStringList("web.server.json"));
}

void TestLockfileStore::writingKeepsTheInode()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    QVERIFY(store.writeServer("web", recordOf({4711, 5})));
    const ino_t inode = statusOf(store.serverFilePath("web")).st_ino;
    QVERIFY(store.writeServer("web", recordOf({4712, 6})));
    QCOMPARE(statusOf(store.serverFilePath("web")).st_ino, inode);
    QCOMPARE((*store.readServer("web"))->server, (ProcessId{4712, 6}));
}

void TestLockfileStore::writingReplacesRubbish()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", QByteArray(100000, '['));
    const ServerRecord record = recordOf({4711, 5});
    QVERIFY(store.writeServer("web", record));
    QCOMPARE(world.readLockFile("web.server.json"), record.toJson());
}

void TestLockfileStore::updatingSeesWhatIsThere()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", fixture("v0.6.8/active/web.server.json"));
    QVERIFY(store.updateServer("web", [](ServerRecord &record) {
        record.watcher = ProcessId{99, 7};
        return true;
    }));
    const auto record = store.readServer("web");
    QVERIFY(record && *record);
    QCOMPARE((*record)->server, (ProcessId{13878, 650876}));
    QCOMPARE((*record)->watcher, (std::optional<ProcessId>{{99, 7}}));
}

void TestLockfileStore::updatingWithoutChangeWritesNothing()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const QByteArray text = fixture("v0.6.8/active/web.server.json");
    world.writeLockFile("web.server.json", text);
    QVERIFY(store.updateServer("web", [](ServerRecord &record) {
        record.server.pid = 1;
        return false;
    }));
    QCOMPARE(world.readLockFile("web.server.json"), text);
}

void TestLockfileStore::updatingWhatIsNotThereIsAnError()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    bool isAsked = false;
    const auto updated = store.updateServer("web", [&](ServerRecord &) { return isAsked = true; });
    QVERIFY(!updated && !isAsked);
    QCOMPARE(updated.error().kind, Error::Kind::NotRunning);
    QVERIFY(filesOf(world).isEmpty());
}

void TestLockfileStore::updatingRubbishIsAnError()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", "{\"pid\":");
    bool isAsked = false;
    const auto updated = store.updateServer("web", [&](ServerRecord &) { return isAsked = true; });
    QVERIFY(!updated && !isAsked);
    QCOMPARE(updated.error().kind, Error::Kind::Corrupt);
    QCOMPARE(world.readLockFile("web.server.json"), "{\"pid\":");
}

void TestLockfileStore::removingTakesOnlyTheSameServer_data()
{
    QTest::addColumn<ProcessId>("recorded");
    QTest::addColumn<ProcessId>("named");
    QTest::addColumn<bool>("isFree");
    QTest::newRow("same") << ProcessId{4711, 5} << ProcessId{4711, 5} << true;
    QTest::newRow("another pid") << ProcessId{4711, 5} << ProcessId{4712, 5} << false;
    QTest::newRow("a successor of the pid") << ProcessId{4711, 6} << ProcessId{4711, 5} << false;
    QTest::newRow("not recorded") << ProcessId{4711, 0} << ProcessId{4711, 5} << true;
    QTest::newRow("not known") << ProcessId{4711, 5} << ProcessId{4711, 0} << true;
    QTest::newRow("nobody") << ProcessId{4711, 5} << ProcessId() << false;
}

void TestLockfileStore::removingTakesOnlyTheSameServer()
{
    QFETCH(const ProcessId, recorded);
    QFETCH(const ProcessId, named);
    QFETCH(const bool, isFree);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    QVERIFY(store.createServer("web", recordOf(recorded)));
    const auto removed = store.removeServer("web", named);
    QVERIFY(removed);
    QCOMPARE(*removed, isFree);
    QCOMPARE(world.hasLockFile("web.server.json"), !isFree);
}

void TestLockfileStore::removingTakesRubbish()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", "rubbish");
    QCOMPARE(store.removeServer("web", {4711, 5}).value_or(false), true);
    QVERIFY(filesOf(world).isEmpty());
}

void TestLockfileStore::removingNothingIsFine()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    QCOMPARE(store.removeServer("web", {4711, 5}).value_or(false), true);
    QVERIFY(store.removeClients("web"));
}

void TestLockfileStore::temporaryFilesOfTheDeadAreClearedAway()
{
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const TestClient live;
    TestClient dead;
    const QString deadPid = dead.pidText();
    dead.kill();
    const QString stays = ".web.server.json." + live.pidText() + ".tmp";
    const QString goes = ".web.server.json." + deadPid + ".tmp";
    for (const QString &file : {stays, goes, QString(".vimrc.tmp"), QString(".-5.tmp"),
                                QString("web." + deadPid + ".tmp")})
        world.writeLockFile(file, "{}");
    store.removeStale();
    const QStringList left = filesOf(world);
    QVERIFY(left.contains(stays));
    QVERIFY(!left.contains(goes));
    QCOMPARE(left.size(), 4);
    QCOMPARE(ownerOfTemporary(stays), live.pid());
    QCOMPARE(ownerOfTemporary("web.tmp"), 0);
}

void TestLockfileStore::aCorruptFileIsNamed()
{
    const TestWorld world;
    const LockfileStore store(world.lockDirectory());
    world.writeLockFile("web.server.json", "{}");
    world.writeLockFile("web.clients.json", "{}");
    const auto record = store.readServer("web");
    QVERIFY(!record);
    QCOMPARE(record.error().kind, Error::Kind::Corrupt);
    QVERIFY(record.error().message.contains(world.lockFile("web.server.json")));
    QVERIFY(record.error().message.contains("admin doctor"));
    const auto clients = store.readClients("web");
    QVERIFY(!clients);
    QVERIFY(clients.error().message.contains(world.lockFile("web.clients.json")));
}

void TestLockfileStore::whatCanBeTornIsWrittenWithARedoFile_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::addColumn<bool>("needsRedo");
    QTest::newRow("small") << 10 << 20 << false;
    QTest::newRow("grows over a page") << 10 << 5000 << true;
    QTest::newRow("shrinks below a page") << 5000 << 10 << true;
}

void TestLockfileStore::whatCanBeTornIsWrittenWithARedoFile()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    QFETCH(const bool, needsRedo);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    ServerRecord record = recordOf(ProcessId::self());
    record.command = {QByteArray(before, 'x')};
    QVERIFY(store.createServer("web", record));
    // A folder where the redo file would go: who needs one fails, and changes nothing.
    QVERIFY(QDir(world.lockDirectoryPath()).mkdir(".web.server.json.redo"));
    record.command = {QByteArray(after, 'x')};
    QCOMPARE(store.writeServer("web", record).has_value(), !needsRedo);
    QCOMPARE((*store.readServer("web"))->command.first().size(), needsRedo ? before : after);
}

QTEST_GUILESS_MAIN(TestLockfileStore)
#include "tst_lockfilestore.moc"
