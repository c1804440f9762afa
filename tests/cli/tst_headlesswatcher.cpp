// The watcher that the command line starts: nobody notices it, and it needs nobody.

#include "core/lockfile/watcherlock.h"
#include "core/process/filedescriptor.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestHeadlessWatcher : public QObject
{
    Q_OBJECT
private slots:
    void keepsNoPipeOfItsCallerOpen();
    void needsNoTerminalAndNoSession();
    void survivesHangUp();
    void survivesItsCallersDirectory();
    void leavesWhenItHasHadNoServerForAWhile();
    void staysWhileAServerRuns();
    void endsOnSigtermAndLeavesItsServers();
    void refusesToBeASecondOne();
    void refusesToTakeOverInTheBackground();
    void holdsTheLockForItsWholeLife();
    void withoutASocketItLetsGoOfTheLock();
};

namespace {

ProcessId useWeb(const TestClient &client)
{
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER});
    return used.exitCode == 0 ? ProcessId::of(watcherOf("web")) : ProcessId();
}

} // namespace

void TestHeadlessWatcher::keepsNoPipeOfItsCallerOpen()
{
    const TestWorld world;
    const TestClient client;
    // The caller's own pipe, and one that it inherited without knowing.
    int ends[2];
    QCOMPARE(pipe(ends), 0);
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    QVERIFY(useWeb(client).isValid()); // returns only because nobody else holds its stdout
    writing.reset();
    char byte = 0;
    QCOMPARE(::read(reading.get(), &byte, 1), 0); // the end, and not a wait for ever
    const QString descriptors = QString("/proc/%1/fd").arg(pidOf("web"));
    const auto openCount = [&descriptors] {
        return QDir(descriptors)
            .entryList(QDir::NoDotAndDotDot | QDir::System | QDir::Files)
            .size();
    };
    if (QFile::exists(descriptors))
        QTRY_COMPARE(openCount(), 3); // once its libraries are loaded
}

void TestHeadlessWatcher::needsNoTerminalAndNoSession()
{
    const TestWorld world;
    const TestClient client;
    const ProcessId watcher = useWeb(client);
    QVERIFY(watcher.isValid());
    QVERIFY(getsid(pid_t(watcher.pid)) != getsid(0));
    QVERIFY(getpgid(pid_t(watcher.pid)) != getpgrp());
    QVERIFY(getsid(pid_t(pidOf("web"))) == pidOf("web"));
    for (const char *descriptor : {"0", "1", "2"}) {
        const QString link =
            QString("/proc/%1/fd/%2").arg(watcher.pid).arg(QLatin1String(descriptor));
        if (QFile::exists("/proc/self/fd"))
            QCOMPARE(QFile::symLinkTarget(link), "/dev/null");
    }
}

void TestHeadlessWatcher::survivesHangUp()
{
    const TestWorld world;
    const TestClient client;
    const ProcessId watcher = useWeb(client);
    QCOMPARE(::kill(pid_t(watcher.pid), SIGHUP), 0);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QVERIFY(isAlive(watcher));
    QCOMPARE(watcherOf("web"), watcher.pid);
}

void TestHeadlessWatcher::survivesItsCallersDirectory()
{
    const TestWorld world;
    const TestClient client;
    const ProcessId watcher = useWeb(client);
    if (!QFile::exists("/proc/self/cwd"))
        QSKIP("Only /proc shows a process's directory");
    QCOMPARE(QFile::symLinkTarget(QString("/proc/%1/cwd").arg(watcher.pid)), "/");
}

void TestHeadlessWatcher::leavesWhenItHasHadNoServerForAWhile()
{
    const TestWorld world;
    const TestClient client;
    QProcess watcher;
    QElapsedTimer life;
    life.start();
    startCommand(&watcher, {"watch", "--linger", "500ms"});
    QCOMPARE(finish(&watcher).exitCode, 0);
    QVERIFY(life.elapsed() >= 450); // a coarse QTimer may be five per cent early

    // The default, which is five seconds, for one that the command line has started.
    const ProcessId started = useWeb(client);
    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QTRY_VERIFY(!isAlive(started));
}

void TestHeadlessWatcher::staysWhileAServerRuns()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(
        run({"use", "web", "--pid", client.pidText(), "--grace-period", "50ms", "--", TEST_SERVER})
            .exitCode,
        0);
    // One that would leave at once where it had nothing to do.
    QProcess watcher;
    startCommand(&watcher, {"watch", "--take-over", "--linger", "1ms"});
    QTRY_COMPARE(watcherOf("web"), watcher.processId());
    QCOMPARE(run({"use", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(watcherOf("web"), watcher.processId());
    QVERIFY(isAlive(ProcessId::of(watcher.processId())));
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(finish(&watcher).exitCode, 0);
    QCOMPARE(stateOf("web"), "stopped");
}

void TestHeadlessWatcher::endsOnSigtermAndLeavesItsServers()
{
    const TestWorld world;
    const TestClient client;
    const ProcessId watcher = useWeb(client);
    const ProcessId server = ProcessId::of(pidOf("web"));
    QCOMPARE(::kill(pid_t(watcher.pid), SIGTERM), 0);
    QTRY_VERIFY(!isAlive(watcher));
    QVERIFY(isAlive(server));
    QCOMPARE(run({"check", "web"}).exitCode, 0);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(pidOf("web"), server.pid);
}

void TestHeadlessWatcher::refusesToBeASecondOne()
{
    const TestWorld world;
    const TestClient client;
    const ProcessId watcher = useWeb(client);
    const auto second = run({"watch"});
    QCOMPARE(second.exitCode, 1);
    QVERIFY2(second.errors.contains(QString::number(watcher.pid))
                 || second.errors.contains("--take-over"),
             qPrintable(second.errors));
    QVERIFY(isAlive(watcher));
}

void TestHeadlessWatcher::refusesToTakeOverInTheBackground()
{
    // What --background starts, where nobody listens, takes over from nobody.
    const TestWorld world;
    const auto refused = run({"watch", "--background", "--take-over"});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.errors.contains("--take-over"), qPrintable(refused.errors));
    QCOMPARE(world.processCount("watch"), 0);
}

void TestHeadlessWatcher::holdsTheLockForItsWholeLife()
{
    const TestWorld world;
    const TestClient client;
    QVERIFY(useWeb(client).isValid());
    // As any other program would ask.
    QProcess flock;
    flock.start("flock", {"--nonblock", world.lockFile("watcher.lock"), "true"});
    if (!flock.waitForStarted())
        QSKIP("flock(1) is not installed");
    QVERIFY(flock.waitForFinished());
    QVERIFY(flock.exitCode() != 0);
}

void TestHeadlessWatcher::withoutASocketItLetsGoOfTheLock()
{
    const TestWorld world;
    const TestClient client;
    const LockDirectory directory = world.lockDirectory();
    const FileDescriptor noSocket(open("/dev/null", O_RDWR));
    {
        const auto lock = WatcherLock::acquire(directory, std::chrono::milliseconds(0));
        QVERIFY(lock && *lock);
        const int lockNumber = (*lock)->descriptor();
        fcntl(lockNumber, F_SETFD, 0);
        fcntl(noSocket.get(), F_SETFD, 0);
        const auto inherited = QStringLiteral("%1,%2").arg(lockNumber).arg(noSocket.get());
        const auto watcher = run({"watch", "--linger", "1h", "--inherit", inherited});
        QCOMPARE(said(watcher),
                 "1: sharedserver: The inherited descriptor is no socket that listens.\n");
    }
    QVERIFY(!WatcherLock::isHeld(directory));
    QVERIFY(useWeb(client).isValid());
}

QTEST_GUILESS_MAIN(TestHeadlessWatcher)
#include "tst_headlesswatcher.moc"
