// A caller may have closed its standard streams, as hooks and daemons do.

#include "core/process/filedescriptor.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestStandardStreams : public QObject
{
    Q_OBJECT
private slots:
    void serversAreSharedWithoutThem_data();
    void serversAreSharedWithoutThem();
};

void TestStandardStreams::serversAreSharedWithoutThem_data()
{
    QTest::addColumn<QByteArray>("closing");

    QTest::newRow("all open") << QByteArray("");
    QTest::newRow("stdin") << QByteArray("<&-");
    QTest::newRow("stdout") << QByteArray(">&-");
    QTest::newRow("stderr") << QByteArray("2>&-");
    QTest::newRow("stdin and stdout") << QByteArray("<&- >&-");
    QTest::newRow("stdin and stderr") << QByteArray("<&- 2>&-");
    QTest::newRow("both outputs") << QByteArray(">&- 2>&-");
    QTest::newRow("all") << QByteArray("<&- >&- 2>&-");
}

void TestStandardStreams::serversAreSharedWithoutThem()
{
    QFETCH(QByteArray, closing);
    const TestWorld world;
    const TestClient client;
    const QByteArray script =
        "exec \"$0\" use web --pid " + client.pidText().toUtf8() + " -- \"$1\" " + closing;
    const auto started = runBytes("/bin/sh", {"-c", script, programUnderTest(), TEST_SERVER});
    QCOMPARE(started.exitCode, 0);
    QCOMPARE(stateOf("web"), "active");
    QVERIFY(isAlive(ProcessId::of(watcherOf("web"))));
    // Nothing that was meant for a closed stream has got into a file.
    QCOMPARE(world.readLockFile("watcher.lock").count("web"), 0);
    QVERIFY(!world.readLockFile("web.server.json").contains("Started"));
    QVERIFY(!world.readLockFile("web.clients.json").contains("Started"));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
}

QTEST_GUILESS_MAIN(TestStandardStreams)
#include "tst_standardstreams.moc"
