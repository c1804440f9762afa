// The state of a server follows from its files and from what its processes are.

#include "core/lockfile/serverinfo.h"
#include "tests/core/childprocess.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonObject>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestServerState : public QObject
{
    Q_OBJECT
private slots:
    void theStateFollowsFromTheProcesses_data();
    void theStateFollowsFromTheProcesses();
    void statesHaveTheirWords();
    void noFileIsStopped();
    void aTableOfDeadClientsIsGrace();
};

namespace {

enum class Server { Alive, WrongStamp, NoStamp, NoStampOld, OtherBoot, Zombie, Dead };
enum class Watcher { None, OursAlive, OursDead, ForeignAlive, ForeignDead };

/// Processes of every fate, and the records that name them.
class Fates
{
public:
    Fates()
        : m_zombie(liveForEver)
    {
        ::kill(m_zombie.pid(), SIGKILL);
        if (!m_zombie.becomesZombie())
            qFatal("No zombie");
        m_dead.kill();
    }

    ServerRecord record(Server server, Watcher watcher) const
    {
        ServerRecord record = recordOf(process(server));
        if (server == Server::NoStampOld)
            record.startedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-3600));
        if (server == Server::OtherBoot)
            record.bootId = "another";
        const bool isForeign = watcher == Watcher::ForeignAlive || watcher == Watcher::ForeignDead;
        if (isForeign) {
            record.manager.clear();
            if (server != Server::OtherBoot)
                record.bootId.clear();
        }
        if (watcher == Watcher::OursAlive || watcher == Watcher::ForeignAlive)
            record.watcher = m_watcher.id();
        else if (watcher != Watcher::None)
            record.watcher = m_dead.id();
        return record;
    }

private:
    ProcessId process(Server server) const
    {
        switch (server) {
        case Server::WrongStamp:
            return {m_live.pid(), m_live.id().startStamp + 1};
        case Server::NoStamp:
        case Server::NoStampOld:
            return {m_live.pid(), 0};
        case Server::Zombie:
            return m_zombie.id();
        case Server::Dead:
            return m_dead.id();
        case Server::Alive:
        case Server::OtherBoot:
            break;
        }
        return m_live.id();
    }

    TestClient m_live;
    TestClient m_watcher;
    TestClient m_dead;
    ChildProcess m_zombie;
};

} // namespace

Q_DECLARE_METATYPE(Server)
Q_DECLARE_METATYPE(Watcher)

void TestServerState::theStateFollowsFromTheProcesses_data()
{
    QTest::addColumn<Server>("server");
    QTest::addColumn<Watcher>("watcher");
    QTest::addColumn<QString>("alone");
    QTest::addColumn<QString>("withClients");
    const auto add = [](const char *row, Server server, Watcher watcher, const char *alone,
                        const char *withClients) {
        QTest::newRow(row) << server << watcher << QString(alone) << QString(withClients);
    };
    using enum Watcher;
    for (const Watcher watcher : {None, OursAlive, OursDead, ForeignAlive, ForeignDead}) {
        const QByteArray number = QByteArray::number(int(watcher));
        add("live, watcher " + number, Server::Alive, watcher, "grace", "active");
        add("live without stamp, watcher " + number, Server::NoStamp, watcher, "grace", "active");
    }
    // Whose pid another process has now is dead, and so is one of another boot.
    const std::pair<const char *, Server> dead[] = {{"wrong stamp", Server::WrongStamp},
                                                    {"too old for it", Server::NoStampOld},
                                                    {"other boot", Server::OtherBoot},
                                                    {"dead", Server::Dead}};
    for (const auto &[name, server] : dead) {
        const QByteArray row = name;
        add(row, server, None, "stopped", "stopped");
        add(row + ", our watcher", server, OursAlive, "stopped", "stopped");
        add(row + ", our watcher dead", server, OursDead, "stopped", "stopped");
        add(row + ", foreign watcher dead", server, ForeignDead, "stopped", "stopped");
    }
    // Another tool's watcher will notice.
    add("dead, foreign watcher", Server::Dead, ForeignAlive, "defunct", "defunct");
    add("wrong stamp, foreign watcher", Server::WrongStamp, ForeignAlive, "defunct", "defunct");
    add("zombie, foreign watcher", Server::Zombie, ForeignAlive, "defunct", "defunct");
    // A corpse that nobody will clear away, or that our watcher is about to.
    add("zombie", Server::Zombie, None, "defunct", "defunct");
    add("zombie, our watcher dead", Server::Zombie, OursDead, "defunct", "defunct");
    add("zombie, foreign watcher dead", Server::Zombie, ForeignDead, "defunct", "defunct");
    add("zombie, our watcher", Server::Zombie, OursAlive, "stopped", "stopped");
}

void TestServerState::theStateFollowsFromTheProcesses()
{
    QFETCH(const Server, server);
    QFETCH(const Watcher, watcher);
    QFETCH(const QString, alone);
    QFETCH(const QString, withClients);
    const TestWorld world;
    const TestClient client;
    const Fates fates;
    world.writeLockFile("web.server.json", fates.record(server, watcher).toJson());
    const LockfileStore store(world.lockDirectory());
    QCOMPARE(stateWord(readServerInfo(store, "web").state), alone);
    world.writeLockFile("web.clients.json", tableOf({client.id()}).toJson());
    QCOMPARE(stateWord(readServerInfo(store, "web").state), withClients);
}

void TestServerState::statesHaveTheirWords()
{
    QCOMPARE(stateWord(ServerState::Active), "active");
    QCOMPARE(stateWord(ServerState::Grace), "grace");
    QCOMPARE(stateWord(ServerState::Stopped), "stopped");
    QCOMPARE(stateWord(ServerState::Defunct), "defunct");
}

void TestServerState::noFileIsStopped()
{
    const TestWorld world;
    const ServerInfo info = readServerInfo(LockfileStore(world.lockDirectory()), "web");
    QCOMPARE(info.state, ServerState::Stopped);
    QVERIFY(!info.record && info.problem.isEmpty() && !info.isRunning());
    const QJsonObject stopped{{"name", "web"}, {"state", "stopped"}};
    QCOMPARE(info.toJson(QDateTime::currentDateTimeUtc()), stopped);
}

void TestServerState::aTableOfDeadClientsIsGrace()
{
    const TestWorld world;
    const TestClient server;
    TestClient dead;
    world.writeLockFile("web.server.json", recordOf(server.id()).toJson());
    world.writeLockFile("web.clients.json", tableOf({dead.id()}).toJson());
    dead.kill();
    const LockfileStore store(world.lockDirectory());
    QCOMPARE(readServerInfo(store, "web").state, ServerState::Grace);
    world.writeLockFile("web.clients.json", ClientTable().toJson());
    QCOMPARE(readServerInfo(store, "web").state, ServerState::Grace);
}

QTEST_GUILESS_MAIN(TestServerState)
#include "tst_serverstate.moc"
