// The main job: a server is started once, shared, and stopped when the last one has left.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestSharing : public QObject
{
    Q_OBJECT
private slots:
    void firstUseStartsAndLaterUsesAttach();
};

void TestSharing::firstUseStartsAndLaterUsesAttach()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const auto started = run({"use", "web", "--pid", first.pidText(), "--", TEST_SERVER});
    QCOMPARE(started.exitCode, 0);
    QVERIFY2(started.output.contains("Started server web"), qPrintable(started.output));
    const auto attached = run({"use", "web", "--pid", second.pidText()});
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.output.contains("Attached to server web"), qPrintable(attached.output));
    QCOMPARE(refcountOf("web"), 2);
}

QTEST_GUILESS_MAIN(TestSharing)
#include "tst_sharing.moc"
