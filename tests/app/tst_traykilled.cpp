// A tray, or the watcher that it takes over from, killed at any moment: the next command mends it,
// and nothing is ever lost.

#include "tests/app/trayprocess.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QTest>

#include <chrono>
#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTrayKilled : public QObject
{
    Q_OBJECT
private slots:
    void aKilledTrayLosesNothing();
    void aNewTrayAdoptsAfterAKilledOne();
    void aTrayKilledWhileItStartsLosesNothing();
    void aTrayKilledWhileItQuitsLosesNothing();
    void aWatcherKilledWhileItHandsOverLosesNothing();
};

namespace {

// A start and an end take less than this many moments together. With sanitizers all takes ten times
// as long, so there it is done less often.
#ifdef __SANITIZE_ADDRESS__
constexpr int kMoments = 8;
constexpr std::chrono::milliseconds kMoment{60};
#else
constexpr int kMoments = 40;
constexpr std::chrono::milliseconds kMoment{6};
#endif

/// To strike at a moment that nothing tells of.
void pause(int moment)
{
    QTest::qSleep(int(moment * kMoment.count()));
}

/// Two servers, one of them in use, that are there before and after whatever happens.
struct Witness
{
    Witness()
    {
        use("used", client);
        QCOMPARE(
            run({"admin", "start", "alone", "--grace-period", "1h", "--", TEST_SERVER}).exitCode,
            0);
        used = pidOf("used");
        alone = pidOf("alone");
    }

    /// Ours, where the last round has left none or the tray's.
    void bringUpHeadless() const
    {
        QCOMPARE(run({"use", "used", "--pid", client.pidText()}).exitCode, 0);
        QTRY_COMPARE(watcherKind(), "headless");
    }

    /// The next command finds all of it.
    void check(int moment) const
    {
        const TestClient other;
        const auto at = QString("at moment %1: ").arg(moment);
        const CommandResult came = run({"use", "used", "--pid", other.pidText()});
        QVERIFY2(came.exitCode == 0, qPrintable(at + came.errors));
        QCOMPARE(at + look(), at + expected(2));
        const CommandResult went = run({"unuse", "used", "--pid", other.pidText()});
        QVERIFY2(went.exitCode == 0, qPrintable(at + went.errors));
        QCOMPARE(at + look(), at + expected(1));
        const auto isAlone = [this] {
            return world.processCount("watch") + world.processCount("sharedserver-tray") <= 1;
        };
        QVERIFY2(QTest::qWaitFor(isAlone, kPatienceMs), qPrintable(at + "more than one watcher"));
    }

    /// All servers, as one command shows them.
    static QString look()
    {
        QStringList servers;
        for (const QJsonValue &server : run({"list", "--json"}).jsonArray())
            servers << text(server["name"].toString(), server["pid"].toInteger(),
                            server["state"].toString(), server["refcount"].toInt(-1));
        return servers.join(", ");
    }

    QString expected(int users) const
    {
        return text("alone", alone, "grace", 0) + ", " + text("used", used, "active", users);
    }

    static QString text(const QString &name, qint64 pid, const QString &state, int refcount)
    {
        return QString("%1 (%2) %3 %4").arg(name).arg(pid).arg(state).arg(refcount);
    }

    TestWorld world;
    TestClient client;
    qint64 used = 0;
    qint64 alone = 0;
};

} // namespace

void TestTrayKilled::aTrayKilledWhileItStartsLosesNothing()
{
    const Witness witness;
    for (int moment = 0; moment < kMoments; ++moment) {
        witness.bringUpHeadless();
        TrayProcess tray;
        pause(moment);
        tray.kill();
        witness.check(moment);
    }
}

void TestTrayKilled::aTrayKilledWhileItQuitsLosesNothing()
{
    const Witness witness;
    for (int moment = 0; moment < kMoments; ++moment) {
        TrayProcess tray;
        QVERIFY2(tray.waitUntilReady(), qPrintable(tray.errors()));
        tray.beginToQuit();
        pause(moment);
        tray.kill();
        witness.check(moment);
    }
}

void TestTrayKilled::aWatcherKilledWhileItHandsOverLosesNothing()
{
    const Witness witness;
    for (int moment = 0; moment < kMoments; ++moment) {
        witness.bringUpHeadless();
        const pid_t headless = pid_t(watcherPid());
        QVERIFY(headless > 0); // 0 would be all of this test's own group
        TrayProcess tray;
        pause(moment);
        ::kill(headless, SIGKILL); // gone already at some of the moments
        QVERIFY2(tray.waitUntilReady(), qPrintable(tray.errors()));
        witness.check(moment);
        QVERIFY(tray.quit());
    }
}

void TestTrayKilled::aKilledTrayLosesNothing()
{
    const TestWorld world;
    const TestClient client;
    const TestClient other;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    use("web", client);
    const qint64 server = pidOf("web");
    tray.kill();
    QCOMPARE(run({"use", "web", "--pid", other.pidText()}).exitCode, 0);
    QCOMPARE(watcherKind(), "headless");
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(refcountOf("web"), 2);
}

void TestTrayKilled::aNewTrayAdoptsAfterAKilledOne()
{
    const TestWorld world;
    const TestClient client;
    TrayProcess killed;
    QVERIFY(killed.waitUntilReady());
    use("web", client);
    const qint64 server = pidOf("web");
    killed.kill();
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    QCOMPARE(pidOf("web"), server);
    QCOMPARE(watcherOf("web"), tray.pid());
    QVERIFY(tray.quit());
}

QTEST_GUILESS_MAIN(TestTrayKilled)
#include "tst_traykilled.moc"
