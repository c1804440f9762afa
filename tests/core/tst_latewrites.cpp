// A record that cannot be written for a while (a full disk, no descriptor left) is made up for, and
// whoever hears of it hears it late rather than too early.

#include "tests/core/supervisorbench.h"

#include <QFile>
#include <QTest>

#include <cstdio>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestLateWrites : public QObject
{
    Q_OBJECT
private slots:
    void readinessIsOnDiskBeforeItIsTold();
    void readinessIsToldWithTheNextWriteThatSucceeds();
    void aDiskThatTakesNothingDoesNotKeepItSecret();
    void theEndOfGraceIsMadeUpFor();
    void anotherToolsServerIsNotOverwritten();
};

namespace {

/// A lockfile that cannot be opened for a while: nobody follows a link.
class UnwritableFile
{
public:
    explicit UnwritableFile(const QString &path)
        : m_path(path)
    {
        if (!QFile::rename(path, aside()) || !QFile::link(aside(), path))
            qFatal("'%s' cannot be put aside", qPrintable(path));
    }
    void giveBack() const
    {
        if (std::rename(qPrintable(aside()), qPrintable(m_path)) != 0)
            qFatal("'%s' cannot be put back", qPrintable(m_path));
    }

private:
    QString aside() const { return m_path + ".aside"; }
    QString m_path;
};

struct Scene
{
    bool start(const QString &readyCommand = {})
    {
        LaunchSpec spec = bench.testServer();
        if (!readyCommand.isEmpty())
            spec.ready = ReadyCheck::fromWord("exec:" + readyCommand).value_or(ReadyCheck());
        return bench.settle(bench.use("web", client, spec));
    }
    UnwritableFile blockRecord() const
    {
        return UnwritableFile(bench.world.lockFile("web.server.json"));
    }
    ServerRecord onDisk() const
    {
        const auto record = bench.supervisor->store().readServer("web");
        return record ? record->value_or(ServerRecord()) : ServerRecord();
    }

    SupervisorBench bench;
    TestClient client;
};

/// Somebody waits for a server that has become ready while its record could not be written.
struct Untold : Scene
{
    const QString sign = bench.world.path("sign");
    const bool isUp = start(QString("test -e '%1'").arg(sign));
    const Answer wait = bench.wait("web");
    const UnwritableFile blocked = blockRecord();
    const bool isReady = isUp && QFile(sign).open(QIODevice::WriteOnly)
        && bench.passUntil([this] { return bench.info("web").isReady() == true; }, 50ms);
};

} // namespace

void TestLateWrites::readinessIsOnDiskBeforeItIsTold()
{
    Untold scene;
    QVERIFY(scene.isReady);
    QVERIFY(!scene.wait.isThere());
    QVERIFY(!scene.bench.events.contains("ready web"));
    const Answer second = scene.bench.wait("web");
    QVERIFY(!second.isThere());
    scene.blocked.giveBack();
    QVERIFY(scene.bench.passUntil([&] { return scene.wait.isThere(); }));
    QCOMPARE(scene.wait.word(), "ready");
    QCOMPARE(second.word(), "ready");
    QVERIFY(scene.onDisk().readyAt);
    QCOMPARE(scene.bench.events.count("ready web"), 1);
}

void TestLateWrites::aDiskThatTakesNothingDoesNotKeepItSecret()
{
    Scene scene;
    QVERIFY(scene.start("true"));
    const Answer wait = scene.bench.wait("web");
    const UnwritableFile blocked = scene.blockRecord();
    QVERIFY(scene.bench.passUntil([&] { return wait.isThere(); }));
    QCOMPARE(wait.word(), "ready");
    blocked.giveBack();
    QVERIFY(scene.bench.passUntil([&] { return scene.onDisk().readyAt.has_value(); }));
}

void TestLateWrites::theEndOfGraceIsMadeUpFor()
{
    Scene scene;
    QVERIFY(scene.start());
    const UnwritableFile blocked = scene.blockRecord();
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    QCOMPARE(scene.bench.state("web"), "grace");
    blocked.giveBack();
    QVERIFY(!scene.onDisk().graceUntil);
    scene.bench.clock.advance(1s);
    QVERIFY(scene.onDisk().graceUntil);
}

void TestLateWrites::anotherToolsServerIsNotOverwritten()
{
    Scene scene;
    QVERIFY(scene.start());
    const UnwritableFile blocked = scene.blockRecord();
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached");
    blocked.giveBack();
    const ProcessId ours = scene.bench.process("web");
    const TestClient other;
    ServerRecord theirs = scene.onDisk();
    theirs.server = other.id();
    theirs.manager.clear();
    scene.bench.world.writeLockFile("web.server.json", theirs.toJson());
    scene.bench.clock.advance(1s);
    QCOMPARE(scene.onDisk().server, theirs.server);
    QVERIFY(scene.bench.passUntil([&] { return !isAlive(ours); }));
    QCOMPARE(scene.onDisk().server, theirs.server);
}

void TestLateWrites::readinessIsToldWithTheNextWriteThatSucceeds()
{
    Untold scene;
    QVERIFY(scene.isReady);
    QVERIFY(!scene.wait.isThere());
    scene.blocked.giveBack();
    QCOMPARE(scene.bench.unuse("web", scene.client).word(), "detached"); // grace is written
    QCOMPARE(scene.wait.word(), "ready");
    scene.bench.clock.advance(10s);
    QCOMPARE(scene.wait.count(), 1);
}

QTEST_GUILESS_MAIN(TestLateWrites)
#include "tst_latewrites.moc"
