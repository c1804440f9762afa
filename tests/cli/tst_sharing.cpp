// The main job: a server is started once, shared, and stopped when the last one has left.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QTest>

#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestSharing : public QObject
{
    Q_OBJECT
private slots:
    void firstUseStartsAndLaterUsesAttach();
    void attachingTwiceIsOneReference();
    void theParentIsTheClientByDefault();
    void aCommandGivenForARunningServerIsIgnored();
    void aKilledClientIsNotCounted();
    void theLastDetachBeginsTheGracePeriod();
    void theLastDeathBeginsTheGracePeriod();
    void attachingDuringGraceRescues();
    void graceEndStopsTheServerAndLeavesNothing();
    void aFreshUseAfterTheEndStartsAnew();
    void detachingOneWhoIsNotAttachedChangesNothing();
    void serversDoNotMixUp();
};

namespace {

QStringList startWeb(const TestClient &client, const QString &grace = "5m")
{
    return {"use", "web", "--pid", client.pidText(), "--grace-period", grace, "--", TEST_SERVER};
}

} // namespace

void TestSharing::firstUseStartsAndLaterUsesAttach()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const auto started = run(startWeb(first));
    QCOMPARE(started.exitCode, 0);
    QVERIFY2(started.output.contains("Started server web"), qPrintable(started.output));
    QVERIFY(isAlive(ProcessId::of(pidOf("web"))));
    const auto attached = run({"use", "web", "--pid", second.pidText()});
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.output.contains("Attached to server web"), qPrintable(attached.output));
    QCOMPARE(refcountOf("web"), 2);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
}

void TestSharing::attachingTwiceIsOneReference()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
}

void TestSharing::theParentIsTheClientByDefault()
{
    const TestWorld world;
    QCOMPARE(run({"use", "web", "--", TEST_SERVER}).exitCode, 0);
    const QJsonArray clients = info("web").value("clients").toArray();
    QCOMPARE(clients.size(), 1);
    QCOMPARE(clients.first().toObject().value("pid").toInteger(), getpid());
    QCOMPARE(run({"unuse", "web"}).exitCode, 0);
    QCOMPARE(stateOf("web"), "grace");
}

void TestSharing::aCommandGivenForARunningServerIsIgnored()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    QCOMPARE(run(startWeb(first)).exitCode, 0);
    const qint64 server = pidOf("web");
    const auto attached =
        run({"use", "web", "--pid", second.pidText(), "--", "/nowhere/to/be/found"});
    QCOMPARE(attached.exitCode, 0);
    QCOMPARE(pidOf("web"), server);
}

void TestSharing::aKilledClientIsNotCounted()
{
    const TestWorld world;
    TestClient first;
    const TestClient second;
    QCOMPARE(run(startWeb(first)).exitCode, 0);
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    first.kill();
    QCOMPARE(refcountOf("web"), 1); // at once: readers do not count the dead
    const QByteArray entry = '"' + first.pidText().toLatin1() + '"';
    QTRY_VERIFY(!world.readLockFile("web.clients.json").contains(entry));
    QCOMPARE(stateOf("web"), "active");
}

void TestSharing::theLastDetachBeginsTheGracePeriod()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    const qint64 server = pidOf("web");
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(run({"check", "web"}).exitCode, 1);
    QVERIFY(!world.hasLockFile("web.clients.json"));
    const QJsonObject grace = info("web");
    QCOMPARE(grace.value("pid").toInteger(), server);
    QVERIFY(grace.value("clients").isNull());
    const int remaining = grace.value("grace_remaining").toInt();
    QVERIFY2(remaining > 200 && remaining <= 300, qPrintable(QString::number(remaining)));
    QVERIFY(isAlive(ProcessId::of(server)));
}

void TestSharing::theLastDeathBeginsTheGracePeriod()
{
    const TestWorld world;
    TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    client.kill();
    QTRY_VERIFY(!world.hasLockFile("web.clients.json"));
    QCOMPARE(stateOf("web"), "grace");
}

void TestSharing::attachingDuringGraceRescues()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    const qint64 server = pidOf("web");
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    const auto rescued = run({"use", "web", "--pid", client.pidText()});
    QVERIFY2(rescued.output.contains("Rescued server web from grace period"),
             qPrintable(rescued.output));
    QVERIFY(info("web").value("grace_remaining").isNull());
    QCOMPARE(pidOf("web"), server);
}

void TestSharing::graceEndStopsTheServerAndLeavesNothing()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client, "50ms")).exitCode, 0);
    const ProcessId server = ProcessId::of(pidOf("web"));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QTRY_COMPARE(run({"check", "web"}).exitCode, 2);
    QVERIFY(!isAlive(server));
    // They go after its process has.
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
    QTRY_VERIFY(!world.hasLockFile("web.clients.json"));
    const auto stopped = run({"info", "web", "--json"});
    QCOMPARE(stopped.exitCode, 0);
    QCOMPARE(stopped.json().value("state").toString(), "stopped");
}

void TestSharing::aFreshUseAfterTheEndStartsAnew()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    const qint64 first = pidOf("web");
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    const auto again = run(startWeb(client));
    QVERIFY(again.output.contains("Started server web"));
    QVERIFY(pidOf("web") != first);
}

void TestSharing::detachingOneWhoIsNotAttachedChangesNothing()
{
    const TestWorld world;
    const TestClient client;
    const TestClient stranger;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    QCOMPARE(run({"unuse", "web", "--pid", stranger.pidText()}).exitCode, 0);
    QCOMPARE(refcountOf("web"), 1);
    const auto unknown = run({"unuse", "nothing"});
    QCOMPARE(unknown.exitCode, 1);
    QVERIFY(unknown.errors.contains("'nothing' is not running"));
}

void TestSharing::serversDoNotMixUp()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(startWeb(client)).exitCode, 0);
    // Names of which one begins with the other, and one that looks like a file of the first.
    for (const char *name : {"web2", "web.server", "web.clients"}) {
        QCOMPARE(run({"use", name, "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    }
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 4);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 3);
    QCOMPARE(stateOf("web.server"), "active");
}

QTEST_GUILESS_MAIN(TestSharing)
#include "tst_sharing.moc"
