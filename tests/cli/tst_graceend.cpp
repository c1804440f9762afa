// Who attaches at the very moment that grace ends gets a server that lives: the old one or a new
// one, never one that is about to die.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QElapsedTimer>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestGraceEnd : public QObject
{
    Q_OBJECT
private slots:
    void attachingAtTheEnd();
    void attachingWhileAnUnwillingServerIsEnded();
};

void TestGraceEnd::attachingAtTheEnd()
{
    const TestWorld world;
    const TestClient client;
    const QStringList use{"use",  "web", "--pid",    client.pidText(), "--grace-period",
                          "40ms", "--",  TEST_SERVER};
    int kept = 0;
    int renewed = 0;
    QCOMPARE(run(use).exitCode, 0);
    // Each round attaches a little later within the last moments of grace.
    for (int round = 0; round < 60; ++round) {
        const qint64 before = pidOf("web");
        QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
        QElapsedTimer sinceDetach;
        sinceDetach.start();
        const int moment = 20 + round / 2;
        QVERIFY(QTest::qWaitFor([&] { return sinceDetach.elapsed() >= moment; }));

        const auto used = run(use);
        QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
        const QJsonObject now = info("web");
        QCOMPARE(now.value("state").toString(), "active");
        QCOMPARE(now.value("refcount").toInt(), 1);
        const ProcessId server = ProcessId::of(now.value("pid").toInteger());
        (server.pid == before ? kept : renewed) += 1;
        // What was told to live still does after the old grace period would have ended.
        const qint64 later = sinceDetach.elapsed() + 60;
        QVERIFY(QTest::qWaitFor([&] { return sinceDetach.elapsed() >= later; }));
        QVERIFY(isAlive(server));
        QCOMPARE(pidOf("web"), server.pid);
    }
    qInfo("kept %d times, a new one %d times", kept, renewed);
}

void TestGraceEnd::attachingWhileAnUnwillingServerIsEnded()
{
    const TestWorld world;
    const TestClient client;
    const QStringList use{"use", "web", "--pid",     client.pidText(), "--grace-period",
                          "1ms", "--",  TEST_SERVER, "--ignore-term"};
    QCOMPARE(run(use).exitCode, 0);
    const ProcessId doomed = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    // SIGTERM is out, and ignored; SIGKILL follows after five seconds. The answer waits for that.
    QTRY_COMPARE(info("web").value("grace_remaining").toInt(), 0);
    const auto used = run(use);
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QVERIFY2(used.output.contains("Started server"), qPrintable(used.output));
    QVERIFY(!isAlive(doomed));
    QVERIFY(isAlive(ProcessId::of(pidOf("web"))));
}

QTEST_GUILESS_MAIN(TestGraceEnd)
#include "tst_graceend.moc"
