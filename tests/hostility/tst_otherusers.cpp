// Another user of the same machine: what he has put where ours should be is neither believed nor
// written to, and nothing of ours is open to him.

#include "tests/hostility/otheruser.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestOtherUsers : public QObject
{
    Q_OBJECT
private slots:
    void aSocketThatHePlantedIsReplaced();
    void hisProcessIsNoClient();
    void hisDefinitionIsNotBelieved();
    void noDefinitionIsMadeThroughALink();
    void nothingIsLoggedWhereHeReads_data();
    void nothingIsLoggedWhereHeReads();
    void anOpenLogIsClosed_data();
    void anOpenLogIsClosed();
    void aLogIsWrittenThroughNoLink();
    void nothingOfOursIsOpenToHim();
    void aServerThatBecomesHisKeepsNobodyWaiting();
    void aCheckThatBecomesHisKeepsNobodyWaiting();
};

namespace {

QStringList useWeb(const TestClient &client)
{
    return {"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--say", "a secret"};
}

/// A folder below the world's that everybody can write to, as /tmp is, and may be reached.
QString sharedFolder(const TestWorld &world)
{
    const QString folder = world.path("shared");
    QDir().mkpath(folder);
    chmod(QFile::encodeName(world.path()).constData(), 0755);
    chmod(QFile::encodeName(folder).constData(), 01777);
    return folder;
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("Cannot write %s", qPrintable(path));
}

void giveAway(const QString &path)
{
    if (lchown(QFile::encodeName(path).constData(), kStranger, kStranger) != 0)
        qFatal("Cannot give %s away", qPrintable(path));
}

uid_t ownerOf(qint64 process)
{
    struct stat status = {};
    const QString path = QString("/proc/%1").arg(process);
    return stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_uid : 0;
}

mode_t modeOf(const QString &path)
{
    struct stat status = {};
    lstat(QFile::encodeName(path).constData(), &status);
    return status.st_mode & 07777;
}

QStringList everythingIn(const QString &folder)
{
    QStringList paths;
    QDirIterator each(folder, QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                      QDirIterator::Subdirectories);
    while (each.hasNext())
        paths.append(each.next());
    return paths;
}

} // namespace

/// While the directory that the user had named was open to all.
void TestOtherUsers::aSocketThatHePlantedIsReplaced()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    const TestWorld world;
    const TestClient client;
    world.lockDirectory();
    chmod(QFile::encodeName(world.path()).constData(), 0755);
    chmod(QFile::encodeName(world.lockDirectoryPath()).constData(), 0777);
    const StrangersSocket planted(QFile::encodeName(world.lockFile("control.sock")));
    QVERIFY(planted.isListening());
    const auto events = run({"events", "--no-follow", "--since", "0"});
    QCOMPARE(events.exitCode, 1);
    QVERIFY2(events.errors.contains("served by another user"), qPrintable(events.errors));
    const auto used = run(useWeb(client));
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(modeOf(world.lockDirectoryPath()), mode_t(0700));
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
}

void TestOtherUsers::hisProcessIsNoClient()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    const TestWorld world;
    const TestClient client;
    const StrangersSocket his(QFile::encodeName(sharedFolder(world) + "/his.sock"));
    QVERIFY(his.isListening());
    const QString pid = QString::number(his.pid());
    const auto first = run({"use", "web", "--pid", pid, "--", TEST_SERVER});
    QCOMPARE(first.exitCode, 1);
    QVERIFY2(first.errors.contains("belongs to another user"), qPrintable(first.errors));
    QCOMPARE(world.processCount(TEST_SERVER), 0);
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"use", "web", "--pid", pid}).exitCode, 1);
    QCOMPARE(refcountOf("web"), 1);
}

void TestOtherUsers::hisDefinitionIsNotBelieved()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    const TestWorld world;
    const TestClient client;
    const QString folder = sharedFolder(world);
    const QString mark = world.path("executed");
    const QByteArray definition =
        "{\"servers\": {\"web\": {\"command\": \"touch\", \"args\": [\"" + mark.toUtf8() + "\"]}}}";
    const QStringList use{"use", "web", "--pid", client.pidText()};

    const QString planted = folder + "/.sharedserver.json";
    write(planted, definition);
    giveAway(planted);
    const auto used = runIn(folder, use);
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("'" + planted + "' is ignored: "), qPrintable(used.errors));
    QVERIFY(!QFile::exists(mark));

    // Nor one of the user's own that he has laid there by a link.
    QVERIFY(QFile::remove(planted));
    write(world.path("home/draft.json"), definition);
    QVERIFY(QFile::link(world.path("home/draft.json"), planted));
    giveAway(planted);
    QCOMPARE(runIn(folder, use).exitCode, 1);
    QVERIFY(!QFile::exists(mark));
}

void TestOtherUsers::noDefinitionIsMadeThroughALink()
{
    const TestWorld world;
    const QString folder = sharedFolder(world);
    const QString target = world.path("home/chosen");
    QVERIFY(QFile::link(target, folder + "/.sharedserver.json"));
    const auto added = runIn(folder, {"config", "add", "web", "--", TEST_SERVER});
    QCOMPARE(added.exitCode, 1);
    QVERIFY2(added.errors.contains("is a symbolic link to nowhere"), qPrintable(added.errors));
    QVERIFY(!QFile::exists(target));
}

void TestOtherUsers::nothingIsLoggedWhereHeReads_data()
{
    QTest::addColumn<QString>("his");
    QTest::newRow("the folder above") << "state/sharedserver";
    QTest::newRow("the folder") << "state/sharedserver/logs";
    QTest::newRow("the log") << "state/sharedserver/logs/web.log";
    QTest::newRow("what a link leads to") << "elsewhere";
}

void TestOtherUsers::nothingIsLoggedWhereHeReads()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    QFETCH(const QString, his);
    const TestWorld world;
    const TestClient client;
    const QString path = world.path(his);
    QDir().mkpath(world.path("state/sharedserver"));
    if (his == "elsewhere") {
        QDir().mkpath(path);
        QVERIFY(QFile::link(path, world.path("state/sharedserver/logs")));
    } else {
        QDir().mkpath(world.path("state/sharedserver/logs"));
    }
    if (his.endsWith(".log"))
        write(path, {});
    giveAway(path);
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains("another user")
                 || used.errors.contains("no regular file of yours"),
             qPrintable(used.errors));
    QCOMPARE(used.errors.count('\n'), 1);
    QCOMPARE(stateOf("web"), "stopped");
    QCOMPARE(world.processCount(TEST_SERVER), 0);
    const QStringList all = everythingIn(path);
    for (const QString &each : all)
        QCOMPARE(QFileInfo(each).isFile() ? QFileInfo(each).size() : 0, 0);
}

void TestOtherUsers::anOpenLogIsClosed_data()
{
    QTest::addColumn<int>("folderMode");
    QTest::newRow("to write") << 0777;
    QTest::newRow("to read") << 0755;
    QTest::newRow("to go through") << 0711;
}

void TestOtherUsers::anOpenLogIsClosed()
{
    QFETCH(const int, folderMode);
    const TestWorld world;
    const TestClient client;
    const QString logs = world.path("state/sharedserver/logs");
    QDir().mkpath(logs);
    write(logs + "/web.log", "of before\n");
    chmod(QFile::encodeName(logs + "/web.log").constData(), 0644);
    chmod(QFile::encodeName(logs).constData(), mode_t(folderMode));
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(modeOf(logs), mode_t(0700));
    QCOMPARE(modeOf(logs + "/web.log"), mode_t(0600));
}

void TestOtherUsers::aLogIsWrittenThroughNoLink()
{
    const TestWorld world;
    const TestClient client;
    const QString logs = world.path("state/sharedserver/logs");
    QDir().mkpath(logs);
    write(world.path("precious"), "precious");
    QVERIFY(QFile::link(world.path("precious"), logs + "/web.log"));
    const auto used = run(useWeb(client));
    QCOMPARE(used.exitCode, 1);
    QVERIFY2(used.errors.contains(logs + "/web.log"), qPrintable(used.errors));
    QCOMPARE(world.processCount(TEST_SERVER), 0);
    QVERIFY(QFile::remove(logs + "/web.log"));
    // What was put aside is read through none, either.
    QVERIFY(QFile::link(world.path("precious"), logs + "/web.log.1"));
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QTRY_VERIFY(run({"logs", "web"}).output.contains("a secret"));
    QVERIFY(!run({"logs", "web"}).output.contains("precious"));
    QFile precious(world.path("precious"));
    QVERIFY(precious.open(QIODevice::ReadOnly));
    QCOMPARE(precious.readAll(), "precious");
}

/// Also where the folders around are open.
void TestOtherUsers::nothingOfOursIsOpenToHim()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QTRY_VERIFY(QFile::exists(world.path("state/sharedserver/logs/web.log.times")));
    chmod(QFile::encodeName(world.path()).constData(), 0755);
    const QStringList files =
        everythingIn(world.lockDirectoryPath()) + everythingIn(world.path("state"));
    QVERIFY2(files.size() >= 8, qPrintable(files.join(' ')));
    for (const QString &file : files) {
        QVERIFY2((modeOf(file) & 077) == 0, qPrintable(file));
        if (!canBeAnotherUser())
            continue;
        const QByteArray name = QFile::encodeName(file);
        QVERIFY2(asStranger([&] { return open(name.constData(), O_RDONLY) >= 0 ? 1 : 0; }) == 0,
                 qPrintable(file));
    }
}

void TestOtherUsers::aServerThatBecomesHisKeepsNobodyWaiting()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    const TestWorld world;
    const TestClient client;
    const QString stranger = QString::number(kStranger);
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", "setpriv", "--reuid", stranger,
                  "--clear-groups", "sleep", "3600"})
                 .exitCode,
             0);
    const qint64 server =
        QJsonDocument::fromJson(world.readLockFile("web.server.json"))["pid"].toInteger();
    QVERIFY(server > 1);
    QTRY_VERIFY(ownerOf(server) == kStranger);
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    // Nor does the next watcher lose it.
    QCOMPARE(
        ::kill(pid_t(run({"info", "web", "--json"}).json()["watcher_pid"].toInteger()), SIGKILL),
        0);
    QCOMPARE(run(useWeb(client)).exitCode, 0);
    const QJsonObject info = run({"info", "web", "--json"}).json();
    QCOMPARE(info["pid"].toInteger(), server);
    QCOMPARE(info["refcount"].toInt(), 1);
    const auto stopped = run({"admin", "stop", "web", "--force", "--timeout", "100ms"});
    QCOMPARE(stopped.exitCode, 1);
    QVERIFY2(stopped.errors.contains("belongs to another user"), qPrintable(stopped.errors));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(::kill(pid_t(server), SIGKILL), 0);
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
}

void TestOtherUsers::aCheckThatBecomesHisKeepsNobodyWaiting()
{
    if (!canBeAnotherUser())
        QSKIP(kOnlyRoot);
    const TestWorld world;
    const TestClient client;
    const QString note = world.path("check.pid");
    const QString check =
        QString("exec:echo $$ > %1; exec setpriv --reuid %2 --clear-groups sleep 3600")
            .arg(note)
            .arg(kStranger);
    QCOMPARE(run({"use", "web", "--ready", check, "--pid", client.pidText(), "--", TEST_SERVER})
                 .exitCode,
             0);
    const auto pid = [&note] {
        QFile file(note);
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toLongLong() : 0;
    };
    QTRY_VERIFY(pid() > 1 && ownerOf(pid()) == kStranger);
    const auto stopped = run({"admin", "stop", "web"});
    QVERIFY2(stopped.exitCode == 0, qPrintable(stopped.errors));
    QCOMPARE(::kill(pid_t(pid()), SIGKILL), 0);
}

QTEST_GUILESS_MAIN(TestOtherUsers)
#include "tst_otherusers.moc"
