// One watcher takes over from another while callers come and go: nothing is lost, nobody fails.

#include "core/control/controlsocket.h"
#include "core/control/protocol.h"
#include "core/lockfile/watcherlock.h"
#include "tests/core/rawclient.h"
#include "tests/support/commandline.h"
#include "tests/support/commuter.h"
#include "tests/support/leftovers.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QTest>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestHandOver : public QObject
{
    Q_OBJECT
private slots:
    void theSuccessorKnowsEverything();
    void underAStreamOfUsesNothingIsLost();
    void withoutAPredecessorItSimplyBegins();
    void environmentsLargerThanALineAreHandedOver();
    void aSuccessorWhoGoesAwayIsNone();
    void aPredecessorWhoIsDyingIsNone();
    void inTheBackgroundADyingOneIsReplaced();
    void whatThePredecessorDidIsDone_data();
    void whatThePredecessorDidIsDone();
};

namespace {

void startWatcher(QProcess *watcher)
{
    watcher->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    startCommand(watcher, {"watch", "--take-over"});
}

/// A watcher at its end. The system closes what a dying process has open one after the other: it
/// still takes connections when it has lost those that it had.
class DyingWatcher
{
public:
    explicit DyingWatcher(const TestWorld &world)
        : m_lock(*WatcherLock::acquire(world.lockDirectory(), 0ms))
    {
        if (!m_server.listen(listenOnControlSocket(world.lockDirectory())->release()))
            qFatal("Cannot listen");
        QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this] { accept(); });
    }

    bool isGone() const { return !m_lock; }

private:
    void accept()
    {
        QLocalSocket *socket = m_server.nextPendingConnection();
        if (std::exchange(m_isLosing, true)) {
            m_server.close();
            m_lock.reset();
            socket->abort();
        } else {
            QObject::connect(socket, &QLocalSocket::readyRead, socket, &QLocalSocket::abort);
        }
    }

    std::optional<WatcherLock> m_lock;
    QLocalServer m_server;
    bool m_isLosing = false;
};

bool canConnect(const TestWorld &world)
{
    return connectToControlSocket(world.lockDirectory()).has_value();
}

} // namespace

void TestHandOver::theSuccessorKnowsEverything()
{
    const TestWorld world;
    const TestClient client;
    const QString dump = world.path("dump");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--metadata", "mine", "--env",
                  "COLOUR=blue", "--", TEST_SERVER, "--dump", dump})
                 .exitCode,
             0);
    QCOMPARE(run({"admin", "start", "idle", "--grace-period", "1h", "--", TEST_SERVER}).exitCode,
             0);
    const qint64 server = pidOf("web");
    const ProcessId predecessor = ProcessId::of(watcherOf("web"));
    QProcess successor;
    startWatcher(&successor);
    QTRY_COMPARE(watcherOf("web"), successor.processId());
    QTRY_VERIFY(!isAlive(predecessor));

    QCOMPARE(pidOf("web"), server);
    const QJsonObject attached = info("web").value("clients").toArray().first().toObject();
    QCOMPARE(attached.value("pid").toInteger(), client.pid());
    QCOMPARE(attached.value("metadata").toString(), "mine");
    QCOMPARE(stateOf("idle"), "grace");
    QVERIFY(info("idle").value("grace_remaining").toInt() > 3500);

    // The environment of a server is in no file: the predecessor must have told it.
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("COLOUR=blue"));
    successor.terminate();
    QVERIFY(successor.waitForFinished());
    QCOMPARE(run({"check", "web"}).exitCode, 0); // servers outlive the end of a watcher
}

void TestHandOver::underAStreamOfUsesNothingIsLost()
{
    const TestWorld world;
    const TestClient anchor;
    for (const char *server : {"busy", "calm"}) {
        QCOMPARE(run({"use", server, "--pid", anchor.pidText(), "--", TEST_SERVER}).exitCode, 0);
    }
    const qint64 busy = pidOf("busy");
    const qint64 calm = pidOf("calm");
    Commuters commuters(6, {"calm", "busy"});

    std::vector<std::unique_ptr<QProcess>> watchers;
    for (int round = 0; round < 25; ++round) {
        watchers.push_back(std::make_unique<QProcess>());
        startWatcher(watchers.back().get());
        QTRY_COMPARE(watcherOf("calm"), watchers.back()->processId());
        if (round > 0) {
            QProcess *predecessor = watchers[size_t(round) - 1].get();
            QTRY_VERIFY(predecessor->state() == QProcess::NotRunning);
            QCOMPARE(predecessor->exitCode(), 0);
        }
    }
    QCOMPARE(commuters.stop(), QStringList());
    QCOMPARE(pidOf("busy"), busy);
    QCOMPARE(pidOf("calm"), calm);
    QCOMPARE(refcountOf("busy"), 1);
    QCOMPARE(refcountOf("calm"), 1);
    qInfo("%d uses and unuses during 25 hand-overs", commuters.journeys());
    watchers.back()->terminate();
    QVERIFY(watchers.back()->waitForFinished());
}

void TestHandOver::withoutAPredecessorItSimplyBegins()
{
    const TestWorld world;
    const TestClient client;
    QProcess watcher;
    startCommand(&watcher, {"watch", "--take-over", "--linger", "1h"});
    QTRY_VERIFY(QFile::exists(world.lockFile("control.sock")));
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(watcherOf("web"), watcher.processId());
    watcher.terminate();
    QVERIFY(watcher.waitForFinished());
    QCOMPARE(watcher.exitCode(), 0);
}

void TestHandOver::environmentsLargerThanALineAreHandedOver()
{
    const TestWorld world;
    const TestClient client;
    const QString dump = world.path("dump");
    // As much as one program can be given, by several servers.
    const QByteArray much(100 * 1000, '\x1f');
    for (int i = 0; i < 12; ++i)
        qputenv(("MUCH" + QByteArray::number(i)).constData(), much);
    const QStringList options{"--pid", client.pidText(), "--env", "COLOUR=blue", "--", TEST_SERVER};
    QCOMPARE(run(QStringList{"use", "db"} + options).exitCode, 0);
    QCOMPARE(run(QStringList{"use", "web"} + options + QStringList{"--dump", dump}).exitCode, 0);
    for (int i = 0; i < 12; ++i)
        qunsetenv(("MUCH" + QByteArray::number(i)).constData());
    QProcess successor;
    startWatcher(&successor);
    QTRY_COMPARE_WITH_TIMEOUT(watcherOf("web"), successor.processId(), 60000);
    QTRY_VERIFY(QFile::exists(dump));
    QVERIFY(QFile::remove(dump));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QTRY_VERIFY(QFile::exists(dump));
    QFile file(dump);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArrayList entries = file.readAll().split('\0');
    QVERIFY(entries.contains("COLOUR=blue"));
    QVERIFY(entries.contains("MUCH0=" + much));
    QVERIFY(entries.contains("MUCH11=" + much));
    successor.terminate();
    QVERIFY(successor.waitForFinished());
}

void TestHandOver::aSuccessorWhoGoesAwayIsNone()
{
    const TestWorld world;
    const TestClient client;
    const QString deaf = world.path("deaf");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--ignore-term",
                  "--dump", deaf})
                 .exitCode,
             0);
    QTRY_VERIFY(QFile::exists(deaf));
    const qint64 watcher = watcherOf("web");
    // While a restart is under way, a successor has to wait.
    RawClient restart = RawClient::greeted();
    QVERIFY(restart.sendRequest("restart", {{"name", "web"}, {"timeout_ms", 3600000}}, 7));
    QVERIFY(restart.ask("hello", {{"protocol", 1}}).contains("result"));
    QProcess successor;
    startWatcher(&successor);
    QTRY_VERIFY(!canConnect(world));
    successor.kill();
    QVERIFY(successor.waitForFinished());
    const auto used = run({"use", "db", "--pid", client.pidText(), "--", TEST_SERVER});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(watcherOf("db"), watcher);
    QCOMPARE(run({"admin", "kill", "web"}).exitCode, 0);
}

void TestHandOver::aPredecessorWhoIsDyingIsNone()
{
    const TestWorld world;
    const TestClient client;
    DyingWatcher dying(world);
    QProcess successor;
    startWatcher(&successor);
    QTRY_VERIFY(dying.isGone());
    QTRY_VERIFY(successor.state() == QProcess::NotRunning || canConnect(world));
    QCOMPARE(successor.state(), QProcess::Running);
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(watcherOf("web"), successor.processId());
    successor.terminate();
    QVERIFY(successor.waitForFinished());
}

void TestHandOver::inTheBackgroundADyingOneIsReplaced()
{
    const TestWorld world;
    DyingWatcher dying(world);
    const auto watch = runMeanwhile({"watch", "--background"});
    QVERIFY2(watch.exitCode == 0, qPrintable(watch.errors));
    QVERIFY(dying.isGone());
    QVERIFY(canConnect(world));
}

void TestHandOver::whatThePredecessorDidIsDone_data()
{
    QTest::addColumn<QString>("verb");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("stop") << "stop" << 0;
    QTest::newRow("kill") << "kill" << 0;
    QTest::newRow("restart") << "restart" << 1;
}

/// A watcher that goes away before it has answered has often done what it was asked; its successor
/// finds no server any more.
void TestHandOver::whatThePredecessorDidIsDone()
{
    QFETCH(const QString, verb);
    const TestWorld world;
    auto listening = listenOnControlSocket(world.lockDirectory());
    QVERIFY(listening);
    QLocalServer both;
    QVERIFY(both.listen(listening->release()));
    int connections = 0;
    QObject::connect(&both, &QLocalServer::newConnection, &both, [&] {
        QLocalSocket *socket = both.nextPendingConnection();
        const bool isSuccessor = ++connections > 1;
        QObject::connect(socket, &QLocalSocket::readyRead, socket, [=] {
            while (socket->canReadLine()) {
                const auto request = protocol::parseRequest(socket->readLine());
                if (request->method == "hello")
                    socket->write(protocol::line(protocol::result(request->id, {})));
                else if (isSuccessor)
                    socket->write(protocol::line(protocol::errorAnswer(
                        request->id, {Error::Kind::NotRunning, "It is not running."})));
                else
                    socket->disconnectFromServer();
            }
        });
    });
    const auto result = runMeanwhile({"admin", verb, "web"});
    QTEST(result.exitCode, "exitCode");
    QCOMPARE(connections, 2);
}

QTEST_GUILESS_MAIN(TestHandOver)
#include "tst_handover.moc"
