// What stands at the path of the control socket: a dead watcher's socket, something planted there,
// a path too long for an address, and who may come in.

#include "core/control/controlsocket.h"
#include "core/process/filedescriptor.h"
#include "tests/core/rawclient.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QLocalSocket>
#include <QTest>

#include <csignal>
#include <cstring>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestControlSocketFile : public QObject
{
    Q_OBJECT
private slots:
    void nobodyElseMayOpenIt();
    void anotherUsersProcessIsRefused();
    void aDeadWatchersSocketIsReplaced();
    void twoWatchersNeverShareOne();
    void aPlantedFileIsReplaced();
    void aPlantedLinkIsReplacedAndNotFollowed();
    void aPlantedPipeStopsNobody();
    void aPlantedDirectoryIsNamed();
    void theLockDirectoryMayHaveALongPath();
    void theSocketGoesWithItsWatcher();
    void noServerIsLeftAloneByAShutdown();
    void whatIsNoConnectionIsAnError();
};

namespace {

mode_t modeOf(const QString &path)
{
    struct stat status = {};
    return lstat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode : 0;
}

/// Uses, lists and stops a server, each through the socket.
bool everythingWorks()
{
    const TestClient client;
    if (run(useWeb(client)).exitCode != 0)
        return false;
    RawClient talker = RawClient::greeted();
    const QJsonObject list = talker.ask("list").value("result").toObject();
    return list.value("servers").toArray().size() == 1 && stateOf("web") == "active"
        && run({"admin", "stop", "web"}).exitCode == 0 && stateOf("web") == "stopped";
}

/// In a child that is nobody: what came of connecting and waiting for the end of the connection.
enum Verdict { CutOff = 0, NotConnected = 1, Answered = 2, Failed = 3 };
[[noreturn]] void connectAsNobody(const QByteArray &path)
{
    alarm(60);
    constexpr uid_t kNobody = 65534;
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (setegid(kNobody) != 0 || seteuid(kNobody) != 0 || descriptor < 0)
        _exit(Failed);
    if (connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) != 0)
        _exit(NotConnected);
    const char hello[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\","
                         "\"params\":{\"protocol\":1}}\n";
    send(descriptor, hello, sizeof(hello) - 1, MSG_NOSIGNAL);
    char byte = 0;
    _exit(recv(descriptor, &byte, 1, 0) > 0 ? Answered : CutOff);
}

int verdictOnNobody(const QByteArray &path)
{
    const pid_t child = fork();
    if (child == 0)
        connectAsNobody(path);
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
        ? WEXITSTATUS(status)
        : Failed;
}

} // namespace

void TestControlSocketFile::nobodyElseMayOpenIt()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QVERIFY(S_ISSOCK(modeOf(world.lockFile("control.sock"))));
    QCOMPARE(modeOf(world.lockFile("control.sock")) & 07777, mode_t(0600));
    QCOMPARE(modeOf(world.lockDirectoryPath()) & 07777, mode_t(0700));
}

void TestControlSocketFile::anotherUsersProcessIsRefused()
{
    if (geteuid() != 0)
        QSKIP("Only root can be somebody else.");
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const QByteArray path = QFile::encodeName(world.lockFile("control.sock"));
    QCOMPARE(verdictOnNobody(path), int(NotConnected));
    // Even where all modes are open, as an administrator's mistake could leave them.
    QCOMPARE(chmod(path.constData(), 0777), 0);
    QCOMPARE(chmod(QFile::encodeName(world.lockDirectoryPath()).constData(), 0777), 0);
    QCOMPARE(chmod(QFile::encodeName(world.path()).constData(), 0755), 0);
    QCOMPARE(verdictOnNobody(path), int(CutOff));
    QVERIFY(RawClient::greeted().isConnected());
    QCOMPARE(refcountOf("web"), 1);
}

void TestControlSocketFile::aDeadWatchersSocketIsReplaced()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    QCOMPARE(kill(pid_t(watcher.pid), SIGKILL), 0);
    QTRY_VERIFY(!isAlive(watcher));
    QVERIFY(world.hasLockFile("control.sock"));
    QVERIFY(!RawClient().isConnected());
    QVERIFY(everythingWorks());
}

void TestControlSocketFile::twoWatchersNeverShareOne()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const qint64 watcher = watcherOf("web");
    const auto second = run({"watch"});
    QCOMPARE(second.exitCode, 1);
    QVERIFY2(second.errors.contains("Another watcher"), qPrintable(second.errors));
    QVERIFY(RawClient::greeted().isConnected());
    QCOMPARE(watcherOf("web"), watcher);
}

void TestControlSocketFile::aPlantedFileIsReplaced()
{
    const TestWorld world;
    world.writeLockFile("control.sock", "not a socket");
    QVERIFY(everythingWorks());
}

void TestControlSocketFile::aPlantedLinkIsReplacedAndNotFollowed()
{
    const TestWorld world;
    world.lockDirectory();
    const QString target = world.path("precious");
    QFile file(target);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("precious");
    file.close();
    QVERIFY(QFile::link(target, world.lockFile("control.sock")));
    QVERIFY(everythingWorks());
    QVERIFY(S_ISREG(modeOf(target)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("precious"));
}

void TestControlSocketFile::aPlantedPipeStopsNobody()
{
    const TestWorld world;
    world.lockDirectory();
    QCOMPARE(mkfifo(QFile::encodeName(world.lockFile("control.sock")).constData(), 0600), 0);
    QVERIFY(everythingWorks());
}

void TestControlSocketFile::aPlantedDirectoryIsNamed()
{
    const TestWorld world;
    world.lockDirectory();
    QVERIFY(QDir().mkpath(world.lockFile("control.sock/inner")));
    const TestClient client;
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains(world.lockDirectoryPath()), qPrintable(used.errors));
    QVERIFY2(used.errors.contains("control.sock"), qPrintable(used.errors));
    QCOMPARE(used.errors.count('\n'), 1);
    // Nothing is left that would be in the way of the next try.
    const QStringList left =
        QDir(world.lockDirectoryPath()).entryList(QDir::Hidden | QDir::System | QDir::Files);
    QVERIFY2(left.filter("control").isEmpty(), qPrintable(left.join(' ')));
    QVERIFY(QDir(world.lockFile("control.sock")).removeRecursively());
    QVERIFY(everythingWorks());
}

void TestControlSocketFile::theLockDirectoryMayHaveALongPath()
{
    const TestWorld world;
    const QString part = '/' + QString(100, 'd');
    const QString path = world.path() + part + part + part + "/lock";
    qputenv("SHAREDSERVER_LOCKDIR", QFile::encodeName(path));
    QVERIFY(everythingWorks());
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 1);
    const qint64 first = watcherOf("web");
    // A hand-over, too.
    QProcess successor;
    startCommand(&successor, {"watch", "--take-over"});
    QTRY_VERIFY(watcherOf("web") != first);
    QCOMPARE(watcherOf("web"), successor.processId());
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    successor.terminate();
    QCOMPARE(finish(&successor).exitCode, 0);
}

void TestControlSocketFile::theSocketGoesWithItsWatcher()
{
    const TestWorld world;
    QProcess watcher;
    startCommand(&watcher, {"watch", "--linger", "1h"});
    QTRY_VERIFY(world.hasLockFile("control.sock"));
    QTRY_VERIFY(RawClient::greeted().isConnected());
    RawClient client = RawClient::greeted();
    QVERIFY(client.ask("shutdown").contains("result"));
    QVERIFY(client.waitForEnd());
    QCOMPARE(finish(&watcher).exitCode, 0);
    QVERIFY(!world.hasLockFile("control.sock"));
}

void TestControlSocketFile::noServerIsLeftAloneByAShutdown()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "slow", "--pid", client.pidText(), "--", TEST_SERVER, "--ignore-term"})
                 .exitCode,
             0);
    const ProcessId watcher = ProcessId::of(watcherOf("slow"));
    RawClient peer = RawClient::greeted();
    RawClient user = RawClient::greeted();
    const QJsonObject web{
        {"name", "web"}, {"pid", client.pid()}, {"command", QJsonArray{TEST_SERVER}}};
    QVERIFY(peer.sendRequest("shutdown", {{"stop_servers", true}}, 7));
    QVERIFY(
        peer.ask("list").contains("result")); // so it is at it, and that one does not want to end
    QVERIFY(user.ask("use", web).contains("result"));
    QVERIFY2(errorMessage(peer.readMessage()).contains("meanwhile"), "one runs");
    QCOMPARE(watcherOf("web"), watcher.pid);
    QCOMPARE(stateOf("slow"), "stopped");
    QVERIFY(peer.ask("shutdown", {{"stop_servers", true}}).contains("result"));
    QTRY_VERIFY(!isAlive(watcher));
    QCOMPARE(stateOf("web"), "stopped");
}

void TestControlSocketFile::whatIsNoConnectionIsAnError()
{
    QLocalSocket socket;
    const auto used = useConnection(&socket, FileDescriptor());
    QVERIFY(!used);
    QCOMPARE(used.error().kind, Error::Kind::Io);
}

QTEST_GUILESS_MAIN(TestControlSocketFile)
#include "tst_controlsocketfile.moc"
