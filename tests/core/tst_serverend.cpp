// That a server has stopped is told once, by its file and its process, and not before it is
// certain.

#include "core/lockfile/filelock.h"
#include "core/supervisor/serverend.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestServerEnd : public QObject
{
    Q_OBJECT
private slots:
    void comesWithTheEndOfTheProcess();
    void comesAtOnceWhereNothingRuns();
    void isNotConcludedFromAFileThatIsLocked();
};

void TestServerEnd::comesWithTheEndOfTheProcess()
{
    const TestWorld world;
    TestClient server;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    const ServerEnd end(world.lockDirectory(), "web");
    const QSignalSpy stopped(&end, &ServerEnd::stopped);
    QCoreApplication::processEvents();
    QCOMPARE(stopped.count(), 0);
    server.kill();
    QTRY_COMPARE(stopped.count(), 1);
}

void TestServerEnd::comesAtOnceWhereNothingRuns()
{
    const TestWorld world;
    const ServerEnd end(world.lockDirectory(), "web");
    const QSignalSpy stopped(&end, &ServerEnd::stopped);
    QCOMPARE(stopped.count(), 0);
    QTRY_COMPARE(stopped.count(), 1);
}

void TestServerEnd::isNotConcludedFromAFileThatIsLocked()
{
    const TestWorld world;
    TestClient server;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    QFile file(world.lockFile("web.server.json"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    const ServerEnd end(world.lockDirectory(), "web");
    const QSignalSpy stopped(&end, &ServerEnd::stopped);
    {
        const auto lock = FileLock::tryAcquire(file.handle(), FileLock::Mode::Exclusive);
        QVERIFY(lock);
        QCoreApplication::processEvents(); // a look, which waits in vain
        QCOMPARE(stopped.count(), 0);
    }
    server.kill();
    QTRY_COMPARE(stopped.count(), 1);
}

QTEST_GUILESS_MAIN(TestServerEnd)
#include "tst_serverend.moc"
