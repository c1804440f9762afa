// Something else stands where a lockfile should be: it is refused at once, never followed, and
// never waited for.

#include "core/lockfile/lockfilestore.h"
#include "tests/core/lockfilesamples.h"
#include "tests/core/supervisorbench.h"
#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestHostileFiles : public QObject
{
    Q_OBJECT
private slots:
    void aFileThatIsLockedForLongIsLeftAlone();
    void readersRefuseIt_data();
    void readersRefuseIt();
    void writersRefuseIt_data();
    void writersRefuseIt();
    void commandsSayWhatStandsForAServer_data();
    void commandsSayWhatStandsForAServer();
    void useFailsOrStartsAnew_data();
    void useFailsOrStartsAnew();
    void theDoctorMendsItOrSaysThatItCannot_data();
    void theDoctorMendsItOrSaysThatItCannot();
    void attachingFailsOrCounts_data();
    void attachingFailsOrCounts();
    void theHistoryIsNotNeeded_data();
    void theHistoryIsNotNeeded();
    void aWatcherStartsOverNothingOfIt_data();
    void aWatcherStartsOverNothingOfIt();
};

namespace {

constexpr uid_t kNobody = 65534;
constexpr qint64 kHuge = qint64(100) << 20;
constexpr int kAtOnceMs = 15000; // on a loaded machine; a pipe would take for ever

const QByteArray kSecret = "{\"refcount\":0,\"clients\":{}}";

/// Puts something there, and says later whether it has stayed what it was.
class Hostile
{
public:
    Hostile(const TestWorld &world, const QString &kind, const QString &fileName)
        : m_world(world)
        , m_kind(kind)
        , m_path(world.lockFile(fileName))
    {
        const QByteArray name = QFile::encodeName(m_path);
        QFile target(world.path("target"));
        bool isMade = target.open(QIODevice::WriteOnly) && target.write(kSecret) > 0;
        target.close();
        if (kind == "link")
            isMade = isMade && QFile::link(world.path("target"), m_path);
        else if (kind == "link to nowhere")
            isMade = isMade && QFile::link(world.path("nowhere"), m_path);
        else if (kind == "pipe")
            isMade = isMade && mkfifo(name.constData(), 0600) == 0;
        else if (kind == "directory")
            isMade = isMade && mkdir(name.constData(), 0700) == 0;
        else
            world.writeLockFile(fileName, kSecret);
        if (kind == "another user's")
            isMade = isMade && chown(name.constData(), kNobody, kNobody) == 0;
        if (kind == "huge")
            isMade = isMade && QFile::resize(m_path, kHuge);
        if (!isMade)
            qFatal("Cannot make a %s", qPrintable(kind));
    }

    /// Nothing behind a link has been read or written, made or removed.
    bool isUntouched() const
    {
        QFile target(m_world.path("target"));
        const bool isKept = target.open(QIODevice::ReadOnly) && target.readAll() == kSecret;
        return isKept && !QFile::exists(m_world.path("nowhere"));
    }
    /// Only a file of the user's own can be used, whatever it holds.
    bool isUsable() const { return m_kind == "huge"; }
    QString path() const { return m_path; }

private:
    const TestWorld &m_world;
    QString m_kind;
    QString m_path;
};

void addKinds()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"link", "link to nowhere", "pipe", "directory", "huge"})
        QTest::newRow(kind) << QString(kind);
    if (geteuid() == 0)
        QTest::newRow("another user's") << QString("another user's");
}

/// The run of a command that must not wait for anything.
CommandResult runAtOnce(const QStringList &arguments)
{
    QElapsedTimer timer;
    timer.start();
    CommandResult result = run(arguments);
    if (timer.elapsed() > kAtOnceMs)
        result.exitCode = -1;
    return result;
}

int serversOf(const TestWorld &world)
{
    const auto all = processesWith("SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(world.path()));
    return int(std::count_if(all.begin(), all.end(), [](const Leftover &process) {
        return process.command.startsWith(TEST_SERVER);
    }));
}

} // namespace

void TestHostileFiles::readersRefuseIt_data()
{
    addKinds();
}

void TestHostileFiles::readersRefuseIt()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const LockfileStore store(world.lockDirectory());
    const Hostile server(world, kind, "web.server.json");
    const Hostile clients(world, kind, "web.clients.json");
    QElapsedTimer timer;
    timer.start();
    const auto record = store.readServer("web");
    QVERIFY(!record);
    QVERIFY2(record.error().message.contains(server.path()), qPrintable(record.error().message));
    const auto table = store.readClients("web");
    QVERIFY(!table);
    QVERIFY2(table.error().message.contains(clients.path()), qPrintable(table.error().message));
    QVERIFY(timer.elapsed() < kAtOnceMs);
    QVERIFY(server.isUntouched());
}

void TestHostileFiles::writersRefuseIt_data()
{
    addKinds();
}

void TestHostileFiles::writersRefuseIt()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    LockfileStore store(world.lockDirectory());
    const Hostile server(world, kind, "web.server.json");
    const Hostile clients(world, kind, "web.clients.json");
    const ServerRecord record = recordOf({4711, 5});
    QVERIFY(!store.createServer("web", record));
    QVERIFY(!store.updateServer("web", [](ServerRecord &) { return true; }));
    QCOMPARE(store.writeServer("web", record).has_value(), server.isUsable());
    const auto attach = [](ClientTable &table) { table.attach(clientOf({12})); };
    QCOMPARE(store.updateClients("web", attach).has_value(), clients.isUsable());
    if (server.isUsable()) {
        QCOMPARE(world.readLockFile("web.server.json"), record.toJson());
        QCOMPARE((*store.readClients("web"))->count(), 1);
    }
    QVERIFY(server.isUntouched());
    const QStringList files =
        QDir(world.lockDirectoryPath())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    QCOMPARE(files, (QStringList{"web.clients.json", "web.server.json"}));
}

void TestHostileFiles::commandsSayWhatStandsForAServer_data()
{
    addKinds();
}

void TestHostileFiles::commandsSayWhatStandsForAServer()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    world.lockDirectory();
    const Hostile server(world, kind, "web.server.json");
    QCOMPARE(runAtOnce({"check", "web"}).exitCode, 2);
    const auto info = runAtOnce({"info", "web"});
    QCOMPARE(info.exitCode, 1);
    QVERIFY2(info.errors.contains(server.path()), qPrintable(said(info)));
    const auto list = runAtOnce({"list"});
    QCOMPARE(list.exitCode, 0);
    QVERIFY2(list.output.contains(server.path()), qPrintable(said(list)));
    const auto killed = runAtOnce({"admin", "kill", "web"});
    QCOMPARE(killed.exitCode, 1);
    QVERIFY2(!killed.errors.isEmpty(), qPrintable(said(killed)));
    QVERIFY(server.isUntouched());
}

void TestHostileFiles::useFailsOrStartsAnew_data()
{
    addKinds();
}

void TestHostileFiles::useFailsOrStartsAnew()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const TestClient client;
    world.lockDirectory();
    const Hostile server(world, kind, "web.server.json");
    const auto used = runAtOnce(useWeb(client));
    if (used.exitCode == 0) {
        QCOMPARE(runAtOnce({"check", "web"}).exitCode, 0);
        QCOMPARE(serversOf(world), 1);
        QVERIFY(world.readLockFile("web.server.json").size() < 4096);
    } else {
        QCOMPARE(used.exitCode, 1);
        QVERIFY2(used.errors.contains(server.path()), qPrintable(said(used)));
        QVERIFY2(used.errors.contains("Remove it"), qPrintable(said(used)));
        QTRY_COMPARE(serversOf(world), 0);
        QVERIFY(!world.hasLockFile("web.clients.json"));
    }
    QVERIFY(!server.isUsable() || used.exitCode == 0);
    QVERIFY(server.isUntouched());
}

void TestHostileFiles::theDoctorMendsItOrSaysThatItCannot_data()
{
    addKinds();
}

void TestHostileFiles::theDoctorMendsItOrSaysThatItCannot()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "live", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QVERIFY(QFile::remove(world.lockFile("live.clients.json")));
    const Hostile clients(world, kind, "live.clients.json");
    const Hostile server(world, kind, "web.server.json");
    const auto doctor = runAtOnce({"admin", "doctor"});
    QVERIFY2(doctor.output.contains(server.path()), qPrintable(said(doctor)));
    QVERIFY2(doctor.output.contains(clients.path()) || server.isUsable(), qPrintable(said(doctor)));
    QCOMPARE(doctor.exitCode, server.isUsable() ? 0 : 1);
    // What it calls mended is no problem the next time.
    QCOMPARE(runAtOnce({"admin", "doctor"}).exitCode, doctor.exitCode);
    QCOMPARE(run({"list"}).output.contains("Unreadable"), !server.isUsable());
    QCOMPARE(serversOf(world), 1);
    QVERIFY(server.isUntouched());
}

void TestHostileFiles::attachingFailsOrCounts_data()
{
    addKinds();
}

void TestHostileFiles::attachingFailsOrCounts()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const TestClient first;
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    QVERIFY(QFile::remove(world.lockFile("web.clients.json")));
    const Hostile clients(world, kind, "web.clients.json");
    const TestClient second;
    const auto used = runAtOnce(useWeb(second));
    QCOMPARE(serversOf(world), 1);
    if (used.exitCode == 0) {
        QCOMPARE(runAtOnce({"check", "web"}).exitCode, 0);
    } else {
        QCOMPARE(used.exitCode, 1);
        QVERIFY2(used.errors.contains(clients.path()), qPrintable(said(used)));
    }
    const auto list = runAtOnce({"list"});
    QCOMPARE(list.exitCode, 0);
    QVERIFY2(list.output.contains("web"), qPrintable(said(list)));
    QVERIFY(clients.isUntouched());
}

void TestHostileFiles::theHistoryIsNotNeeded_data()
{
    addKinds();
}

void TestHostileFiles::theHistoryIsNotNeeded()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const TestClient client;
    world.lockDirectory();
    const Hostile history(world, kind, "web.invocations.log");
    const auto used = runAtOnce(useWeb(client));
    QVERIFY2(used.exitCode == 0, qPrintable(said(used)));
    QCOMPARE(runAtOnce({"info", "web", "--json"}).exitCode, 0);
    QCOMPARE(runAtOnce({"admin", "debug", "web"}).exitCode, 0);
    QCOMPARE(runAtOnce({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(runAtOnce({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(runAtOnce({"info", "web"}).exitCode, 0);
    QVERIFY(history.isUntouched());
}

void TestHostileFiles::aWatcherStartsOverNothingOfIt_data()
{
    addKinds();
}

void TestHostileFiles::aWatcherStartsOverNothingOfIt()
{
    QFETCH(const QString, kind);
    for (const char *file : {"watcher.lock", "control.sock"}) {
        const TestWorld world;
        const TestClient client;
        world.lockDirectory();
        const Hostile hostile(world, kind, file);
        const auto used = runAtOnce(useWeb(client));
        if (used.exitCode == 0) {
            QCOMPARE(runAtOnce({"check", "web"}).exitCode, 0);
            QCOMPARE(serversOf(world), 1);
        } else {
            QCOMPARE(used.exitCode, 1);
            QVERIFY2(used.errors.contains(hostile.path()), qPrintable(said(used)));
            QCOMPARE(serversOf(world), 0);
            QVERIFY(!world.hasLockFile("web.server.json"));
        }
        QVERIFY(hostile.isUntouched());
    }
}

void TestHostileFiles::aFileThatIsLockedForLongIsLeftAlone()
{
    SupervisorBench bench;
    const TestClient server;
    const TestClient client;
    ServerRecord record = recordOf(server.id());
    record.manager.clear();
    bench.world.writeLockFile("web.server.json", record.toJson());
    const QByteArray path = QFile::encodeName(bench.world.lockFile("web.server.json"));
    const FileDescriptor file(open(path.constData(), O_RDWR | O_CLOEXEC));
    QCOMPARE(flock(file.get(), LOCK_EX), 0);
    const Answer use = bench.use("web", client, bench.testServer());
    QCOMPARE(use.word(), "error: timeout");
    QCOMPARE(flock(file.get(), LOCK_UN), 0);
    QCOMPARE(bench.world.readLockFile("web.server.json"), record.toJson());
    QCOMPARE(bench.use("web", client, bench.testServer()).word(), "rescued");
    QCOMPARE(bench.process("web"), server.id());
    bench.supervisor->abandon();
}

QTEST_GUILESS_MAIN(TestHostileFiles)
#include "tst_hostilefiles.moc"
