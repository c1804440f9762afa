// The roster of one server's clients: those who die together leave it together.

#include "core/supervisor/clientroster.h"
#include "tests/core/childprocess.h"
#include "tests/support/patience.h"
#include "tests/support/testworld.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;

class TestClientRoster : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void whoDieTogetherLeaveTogether_data();
    void whoDieTogetherLeaveTogether();
    void theLivingStay();
    void whoIsDetachedMeanwhileHasNotDied();
    void aClearedRosterTellsOfNobody();
    void whoOnlyHasTheNumberOfAClientIsNone();
};

namespace {

/// A roster of `web` with some forked children as its clients.
struct Scene
{
    explicit Scene(int count)
    {
        for (int i = 0; i < count; ++i) {
            clients.push_back(std::make_unique<ChildProcess>(liveForEver));
            isSetUp = isSetUp
                && roster.attach({.process = client(i),
                                  .attachedAt = Timestamp(QDateTime::currentDateTimeUtc()),
                                  .metadata = {},
                                  .unknownKeys = {}});
        }
    }

    ProcessId client(int index) const { return clients.at(size_t(index))->id(); }
    /// When this returns, the kernel knows of the ends and the event loop does not.
    bool kill(int index)
    {
        ChildProcess &child = *clients.at(size_t(index));
        return ::kill(child.pid(), SIGKILL) == 0 && child.becomesZombie();
    }
    int countInFile() const
    {
        const auto read = store.readClients(QStringLiteral("web"));
        return read && *read ? (*read)->count() : 0;
    }
    QList<ProcessId> toldDead(int signal = 0) const
    {
        return died.at(signal).first().value<QList<ProcessId>>();
    }

    TestWorld world;
    LockfileStore store{world.lockDirectory()};
    ProcessMonitor monitor;
    ClientRoster roster{&store, &monitor, QStringLiteral("web")};
    QSignalSpy died{&roster, &ClientRoster::clientsDied};
    std::vector<std::unique_ptr<ChildProcess>> clients;
    bool isSetUp = true;
};

} // namespace

void TestClientRoster::initTestCase()
{
    qRegisterMetaType<QList<ProcessId>>();
    qRegisterMetaType<QList<ProcessId>>("QList<sharedserver::ProcessId>");
}

void TestClientRoster::whoDieTogetherLeaveTogether_data()
{
    QTest::addColumn<int>("count");
    QTest::newRow("one") << 1;
    QTest::newRow("two") << 2;
    QTest::newRow("more than the kernel tells of in one answer") << 150;
}

void TestClientRoster::whoDieTogetherLeaveTogether()
{
    QFETCH(const int, count);
    Scene scene(count);
    QVERIFY(scene.isSetUp);
    for (int i = 0; i < count; ++i)
        QVERIFY(scene.kill(i));
    QVERIFY(scene.died.wait(kPatienceMs));
    QCOMPARE(scene.died.count(), 1);
    QCOMPARE(scene.toldDead().size(), count);
    QVERIFY(scene.roster.isEmpty());
    QCOMPARE(scene.countInFile(), 0);
}

void TestClientRoster::theLivingStay()
{
    Scene scene(3);
    QVERIFY(scene.isSetUp);
    QVERIFY(scene.kill(1));
    QVERIFY(scene.died.wait(kPatienceMs));
    QCOMPARE(scene.toldDead(), QList<ProcessId>{scene.client(1)});
    QCOMPARE(scene.countInFile(), 2);
    QVERIFY(scene.kill(0));
    QVERIFY(scene.died.wait(kPatienceMs));
    QCOMPARE(scene.toldDead(1), QList<ProcessId>{scene.client(0)});
    QVERIFY(scene.roster.table().find(scene.client(2).pid));
    QCOMPARE(scene.countInFile(), 1);
}

void TestClientRoster::whoIsDetachedMeanwhileHasNotDied()
{
    Scene scene(2);
    QVERIFY(scene.isSetUp);
    // One look tells of both; whoever hears of the one first lets the other leave.
    const ProcessWatch watch(&scene.monitor, scene.client(1));
    connect(&watch, &ProcessWatch::ended, this,
            [&scene] { QVERIFY(scene.roster.detach(scene.client(0))); });
    QVERIFY(scene.kill(0));
    QVERIFY(scene.kill(1));
    QVERIFY(scene.died.wait(kPatienceMs));
    QCOMPARE(scene.toldDead(), QList<ProcessId>{scene.client(1)});
    QVERIFY(scene.roster.isEmpty());
}

void TestClientRoster::aClearedRosterTellsOfNobody()
{
    Scene scene(1);
    QVERIFY(scene.isSetUp);
    QSignalSpy told(&scene.monitor, &ProcessMonitor::told);
    const ProcessWatch watch(&scene.monitor, scene.client(0));
    connect(&watch, &ProcessWatch::ended, this, [&scene] { scene.roster.clear(); });
    QVERIFY(scene.kill(0));
    QVERIFY(told.wait(kPatienceMs));
    QCOMPARE(scene.died.count(), 0);
}

/// As after the death of the older Rust tool's watcher, which writes no start stamps.
void TestClientRoster::whoOnlyHasTheNumberOfAClientIsNone()
{
    Scene scene(0);
    const ChildProcess stranger(liveForEver);
    scene.world.writeLockFile("web.clients.json",
                              "{\"refcount\":1,\"clients\":{\"" + QByteArray::number(stranger.pid())
                                  + "\":{\"attached_at\":\"2001-02-03T04:05:06Z\","
                                    "\"metadata\":null}}}");
    scene.roster.setForeign(WhenEmpty::Remove);
    scene.roster.reload();
    QCOMPARE(scene.roster.table().count(), 1);
    scene.roster.setOwn();
    scene.roster.reload();
    QVERIFY(scene.roster.isEmpty());
}

QTEST_GUILESS_MAIN(TestClientRoster)
#include "tst_clientroster.moc"
