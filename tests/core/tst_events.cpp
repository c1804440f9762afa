// What a subscriber is told, in which order, and with which reasons.

#include "tests/core/rawclient.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestEvents : public QObject
{
    Q_OBJECT
private slots:
    void aLifeIsToldInOrder();
    void aDeathOfAClientIsADetach();
    void attachingAgainIsNoEvent();
    void aRescueIsAnAttach();
    void everyEndHasItsReason_data();
    void everyEndHasItsReason();
    void aRestartIsAStopAndAStart();
    void aServerThatEndsAtOnceHasFailed();
    void aCommandThatCannotBeExecutedHasFailed();
    void aFailedRestartIsToldWhole();
    void numbersGrowByOne();
    void subscribingTellsTheLastNumber();
    void namesAreAFilter();
    void namesCanBeAlteredLater();
    void whatTheCommandLineDoesIsToldToo();
    void aServerThatTheWatcherAdoptedIsToldOf();
};

namespace {

/// A watcher without servers, and somebody who listens.
struct Scene
{
    explicit Scene(const QJsonObject &subscription = {})
    {
        startCommand(&watcher, {"watch", "--linger", "1h"});
        isUp = QTest::qWaitFor([this] { return RawClient::greeted().isConnected(); }, kPatienceMs);
        listener = RawClient::greeted();
        isUp = isUp && listener.ask("subscribe", subscription).contains("result");
    }
    ~Scene()
    {
        world.stopEverything();
        watcher.waitForFinished();
    }

    CommandResult use(const QString &name, const QStringList &server = {TEST_SERVER},
                      const QString &grace = "5m") const
    {
        return run(QStringList{"use", name, "--pid", user.pidText(), "--grace-period", grace, "--"}
                   + server);
    }
    /// Uses the test server, and waits until it minds a SIGTERM as its options say: on a loaded
    /// machine it counts as started before.
    bool started(const QString &name, const QStringList &options, const QString &grace = "5m") const
    {
        const QString ready = world.path(name + ".ready");
        const QStringList server =
            QStringList{TEST_SERVER} + options + QStringList{"--dump", ready};
        return use(name, server, grace).exitCode == 0
            && QTest::qWaitFor([&] { return QFile::exists(ready); }, kPatienceMs);
    }
    /// The next event's name without its prefix, and the event in `last`.
    QString next()
    {
        const QJsonObject message = listener.readEvent();
        last = message.value("params").toObject();
        const QString method = message.value("method").toString();
        return method.startsWith("server.") ? method.mid(7) : "no event: " + method;
    }
    QStringList next(int count)
    {
        QStringList events;
        while (events.size() < count)
            events.append(next());
        return events;
    }
    QJsonObject server() const { return last.value("server").toObject(); }

    TestWorld world;
    TestClient user;
    QProcess watcher;
    RawClient listener;
    QJsonObject last;
    bool isUp = false;
};

} // namespace

void TestEvents::aLifeIsToldInOrder()
{
    Scene scene;
    QVERIFY(scene.isUp);
    const TestClient second;
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(scene.next(), "started");
    QCOMPARE(scene.server(), run({"list", "--json"}).jsonArray().first().toObject());
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(), "attached");
    QCOMPARE(scene.server().value("refcount").toInt(), 2);
    QCOMPARE(run({"unuse", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(), "detached");
    QCOMPARE(scene.server().value("refcount").toInt(), 1);
    QCOMPARE(run({"unuse", "web", "--pid", scene.user.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(2), QStringList({"detached", "grace"}));
    QCOMPARE(scene.server().value("state").toString(), "grace");
    QVERIFY(scene.server().value("grace_remaining").toInt() > 200);
    QVERIFY(scene.server().value("clients").isNull());
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(scene.next(), "stopped");
    QCOMPARE(scene.server().value("state").toString(), "stopped");
    QCOMPARE(scene.server().value("name").toString(), "web");
}

void TestEvents::aDeathOfAClientIsADetach()
{
    Scene scene;
    TestClient second;
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(2), QStringList({"started", "attached"}));
    second.kill();
    QCOMPARE(scene.next(), "detached");
    QCOMPARE(scene.server().value("refcount").toInt(), 1);
    scene.user.kill();
    QCOMPARE(scene.next(2), QStringList({"detached", "grace"}));
    QCOMPARE(scene.server().value("refcount").toInt(-1), 0);
}

void TestEvents::attachingAgainIsNoEvent()
{
    Scene scene;
    const TestClient second;
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(2), QStringList({"started", "attached"}));
    QCOMPARE(scene.server().value("refcount").toInt(), 2);
}

void TestEvents::aRescueIsAnAttach()
{
    Scene scene;
    QCOMPARE(run({"admin", "start", "web", "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(scene.next(2), QStringList({"started", "grace"}));
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(scene.next(), "attached");
    QCOMPARE(scene.server().value("state").toString(), "active");
    QVERIFY(scene.server().value("grace_remaining").isNull());
}

void TestEvents::everyEndHasItsReason_data()
{
    QTest::addColumn<QStringList>("server"); // its options
    QTest::addColumn<QStringList>("action"); // a command, or a signal
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QJsonValue>("exitCode");
    QTest::addColumn<QJsonValue>("signal");
    const QJsonValue none;
    const QStringList stop{"admin", "stop", "web"};
    QTest::newRow("stop") << QStringList() << stop << "stopped" << QJsonValue(0) << none;
    QTest::newRow("stop, with a code of its own")
        << QStringList{"--exit-on-term", "7"} << stop << "stopped" << QJsonValue(7) << none;
    QTest::newRow("stop by force")
        << QStringList{"--ignore-term"}
        << QStringList{"admin", "stop", "web", "--force", "--timeout", "50ms"} << "stopped" << none
        << QJsonValue(SIGKILL);
    QTest::newRow("kill") << QStringList() << QStringList{"admin", "kill", "web"} << "killed"
                          << none << QJsonValue(SIGKILL);
    QTest::newRow("crash") << QStringList() << QStringList{"SEGV"} << "crashed" << none
                           << QJsonValue(SIGSEGV);
    QTest::newRow("somebody's SIGKILL")
        << QStringList() << QStringList{"KILL"} << "crashed" << none << QJsonValue(SIGKILL);
    QTest::newRow("exit 3") << QStringList{"--exit-on-term", "3"} << QStringList{"TERM"}
                            << "crashed" << QJsonValue(3) << none;
    QTest::newRow("exit 0") << QStringList() << QStringList{"TERM"} << "exited" << QJsonValue(0)
                            << none;
    QTest::newRow("end of grace") << QStringList() << QStringList{"unuse"} << "grace"
                                  << QJsonValue(0) << none;
}

void TestEvents::everyEndHasItsReason()
{
    QFETCH(const QStringList, server);
    QFETCH(const QStringList, action);
    QFETCH(const QString, reason);
    QFETCH(const QJsonValue, exitCode);
    QFETCH(const QJsonValue, signal);
    Scene scene;
    QVERIFY(scene.started("web", server, "1ms"));
    QCOMPARE(scene.next(), "started");
    const QString pid = QString::number(pidOf("web"));
    if (action == QStringList{"unuse"}) {
        QCOMPARE(run({"unuse", "web", "--pid", scene.user.pidText()}).exitCode, 0);
        QCOMPARE(scene.next(2), QStringList({"detached", "grace"}));
    } else if (action.size() > 1) {
        QCOMPARE(run(action).exitCode, 0);
    } else {
        QCOMPARE(QProcess::execute("/bin/sh", {"-c", "kill -" + action.first() + " " + pid}), 0);
    }
    QCOMPARE(scene.next(), "stopped");
    QCOMPARE(scene.last.value("reason").toString(), reason);
    QVERIFY(scene.last.contains("exit_code"));
    QCOMPARE(scene.last.value("exit_code"), exitCode);
    QVERIFY(scene.last.contains("signal"));
    QCOMPARE(scene.last.value("signal"), signal);
    QCOMPARE(scene.server().value("state").toString(), "stopped");
    QCOMPARE(stateOf("web"), "stopped");
}

void TestEvents::aRestartIsAStopAndAStart()
{
    Scene scene;
    QVERIFY(scene.started("web", {"--exit-on-term", "4"}));
    QCOMPARE(scene.next(), "started");
    const QJsonValue first = scene.server().value("pid");
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QCOMPARE(scene.next(), "stopped");
    QCOMPARE(scene.last.value("reason").toString(), "restart");
    QCOMPARE(scene.last.value("exit_code"), QJsonValue(4));
    QCOMPARE(scene.server().value("state").toString(), "stopped");
    QCOMPARE(scene.next(), "started");
    QVERIFY(scene.server().value("pid") != first);
    QCOMPARE(scene.server().value("refcount").toInt(), 1);
}

void TestEvents::aServerThatEndsAtOnceHasFailed()
{
    Scene scene;
    QCOMPARE(scene.use("web", {TEST_SERVER, "--say", "no such port", "--exit", "9"}).exitCode, 1);
    QCOMPARE(scene.next(), "failed");
    QCOMPARE(scene.last.value("exit_code").toInt(), 9);
    QVERIFY(scene.last.value("signal").isNull());
    QVERIFY(scene.last.value("message").toString().contains("exit code 9"));
    QCOMPARE(scene.last.value("log_tail").toArray(), QJsonArray{"no such port"});
    QVERIFY(QFile::exists(scene.last.value("log_file").toString()));
    QCOMPARE(scene.server().value("state").toString(), "stopped");
    // That was all: it has never run, so it is not told as stopped, too.
    QCOMPARE(scene.use("other").exitCode, 0);
    QCOMPARE(scene.next(), "started");
    QCOMPARE(scene.server().value("name").toString(), "other");
}

void TestEvents::aCommandThatCannotBeExecutedHasFailed()
{
    Scene scene;
    QCOMPARE(scene.use("web", {"/nowhere/to/be/found"}).exitCode, 1);
    QCOMPARE(scene.next(), "failed");
    QVERIFY(scene.last.value("message").toString().contains("/nowhere/to/be/found"));
    QCOMPARE(scene.server().value("name").toString(), "web");
    QCOMPARE(scene.use("other").exitCode, 0);
    QCOMPARE(scene.next(), "started");
}

void TestEvents::aFailedRestartIsToldWhole()
{
    Scene scene;
    const QString copy = scene.world.path("server");
    QVERIFY(QFile::copy(TEST_SERVER, copy));
    QCOMPARE(scene.use("web", {copy}).exitCode, 0);
    QCOMPARE(scene.next(), "started");
    QVERIFY(QFile::remove(copy));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 1);
    QCOMPARE(scene.next(2), QStringList({"stopped", "failed"}));
    QVERIFY(scene.last.value("message").toString().contains(copy));
    QCOMPARE(stateOf("web"), "stopped");
    QVERIFY(!scene.world.hasLockFile("web.clients.json"));
}

void TestEvents::numbersGrowByOne()
{
    Scene scene;
    const QStringList names{"a", "b", "c"};
    for (const QString &name : names)
        QCOMPARE(scene.use(name).exitCode, 0);
    for (const QString &name : names)
        QCOMPARE(run({"unuse", name, "--pid", scene.user.pidText()}).exitCode, 0);
    for (const QString &name : names)
        QCOMPARE(run({"admin", "stop", name}).exitCode, 0);
    for (int number = 1; number <= 12; ++number) {
        scene.next();
        QCOMPARE(scene.last.value("sequence").toInt(), number);
    }
}

void TestEvents::subscribingTellsTheLastNumber()
{
    Scene scene;
    const auto subscribe = [] {
        RawClient late = RawClient::greeted();
        return late.ask("subscribe").value("result").toObject().value("sequence").toInt(-1);
    };
    QCOMPARE(subscribe(), 0);
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(run({"unuse", "web", "--pid", scene.user.pidText()}).exitCode, 0);
    QCOMPARE(subscribe(), 3);
}

void TestEvents::namesAreAFilter()
{
    Scene scene({{"names", QJsonArray{"web", "not there yet"}}});
    QVERIFY(scene.isUp);
    QCOMPARE(scene.use("other").exitCode, 0);
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(scene.next(), "started");
    QCOMPARE(scene.server().value("name").toString(), "web");
    QCOMPARE(scene.last.value("sequence").toInt(), 2); // others count all the same
    QCOMPARE(run({"admin", "stop", "other"}).exitCode, 0);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(scene.next(), "stopped");
    QCOMPARE(scene.server().value("name").toString(), "web");
}

void TestEvents::namesCanBeAlteredLater()
{
    Scene scene({{"names", QJsonArray{"web"}}});
    QVERIFY(scene.listener.ask("subscribe", {{"names", QJsonArray{"other"}}}).contains("result"));
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(scene.use("other").exitCode, 0);
    QCOMPARE(scene.next(), "started");
    QCOMPARE(scene.server().value("name").toString(), "other");
}

void TestEvents::whatTheCommandLineDoesIsToldToo()
{
    Scene scene;
    const TestClient second;
    QCOMPARE(scene.use("web").exitCode, 0);
    QCOMPARE(run({"admin", "incref", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(run({"admin", "decref", "web", "--pid", second.pidText()}).exitCode, 0);
    QCOMPARE(scene.next(3), QStringList({"started", "attached", "detached"}));
}

void TestEvents::aServerThatTheWatcherAdoptedIsToldOf()
{
    Scene scene;
    QCOMPARE(scene.use("web").exitCode, 0);
    scene.watcher.kill();
    QVERIFY(scene.watcher.waitForFinished());
    startCommand(&scene.watcher, {"watch"});
    QTRY_VERIFY(RawClient::greeted().isConnected());
    scene.listener = RawClient::greeted();
    QVERIFY(scene.listener.ask("subscribe").contains("result"));
    const pid_t server = pid_t(pidOf("web"));
    QCOMPARE(kill(server, SIGKILL), 0);
    QCOMPARE(scene.next(), "stopped");
    QCOMPARE(scene.last.value("sequence").toInt(), 1); // a new watcher counts anew
    QCOMPARE(scene.server().value("name").toString(), "web");
    QVERIFY(scene.last.contains("exit_code"));
}

QTEST_GUILESS_MAIN(TestEvents)
#include "tst_events.moc"
