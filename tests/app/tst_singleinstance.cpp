// One tray for each lock directory, however many are started and however one ends.

#include "app/instance/singleinstance.h"
#include "core/process/processid.h"
#include "tests/app/trayprocess.h"
#include "tests/support/patience.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;

class TestSingleInstance : public QObject
{
    Q_OBJECT
private slots:
    void theSecondGivesItsWordToTheFirst();
    void aSecondTrayEndsAtOnce_data();
    void aSecondTrayEndsAtOnce();
    void ofManyOneRemains();
    void whatAKilledOneLeavesIsInNobodysWay();
    void quitEndsTheOneThatRuns();
    void itIsStillTheOneInADirectoryMadeAnew();
    void itsFilesAreMadeAgain_data();
    void itsFilesAreMadeAgain();
    void whatIsAnothersIsLeftAlone();
    void quitWithoutATrayIsFine();
    void aHungFirstOneIsSaid();
    void versionAndHelp();
    void withoutADisplay_data();
    void withoutADisplay();
};

namespace {

/// How a tray ends that is told to end soon. One that meets another which hangs waits 25 s for it.
struct End
{
    int code = -1;
    QString errors;
};

End runTray(const QStringList &arguments)
{
    QProcess process;
    process.start(TRAY_PROGRAM, arguments);
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 3 * kPatienceMs))
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardError())};
}

} // namespace

void TestSingleInstance::theSecondGivesItsWordToTheFirst()
{
    const TestWorld world;
    SingleInstance first(world.lockDirectory());
    QCOMPARE(first.settle("show").value(), SingleInstance::Role::First);
    const QSignalSpy told(&first, &SingleInstance::told);
    const QSignalSpy quit(&first, &SingleInstance::quitAsked);
    QProcess second;
    second.start(TRAY_PROGRAM, {"--show"});
    QTRY_COMPARE(told.count(), 1);
    QCOMPARE(told.first().first().toByteArray(), "show");
    QTRY_COMPARE(second.state(), QProcess::NotRunning);
    QCOMPARE(second.exitCode(), 0);
    QCOMPARE(quit.count(), 0);
}

void TestSingleInstance::aSecondTrayEndsAtOnce_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no option") << QStringList();
    QTest::newRow("--show") << QStringList{"--show"};
    QTest::newRow("--hidden") << QStringList{"--hidden"};
}

void TestSingleInstance::aSecondTrayEndsAtOnce()
{
    QFETCH(const QStringList, arguments);
    const TestWorld world;
    TrayProcess first;
    QVERIFY(first.waitUntilReady());
    const End second = runTray(arguments);
    QVERIFY2(second.code == 0, qPrintable(second.errors));
    QCOMPARE(watcherPid(), first.pid());
    QVERIFY(first.quit());
}

void TestSingleInstance::ofManyOneRemains()
{
    const TestWorld world;
    std::vector<std::unique_ptr<TrayProcess>> trays;
    for (int i = 0; i < 8; ++i)
        trays.push_back(std::make_unique<TrayProcess>());
    const auto running = [&] {
        return std::count_if(trays.begin(), trays.end(),
                             [](const auto &tray) { return tray->isRunning(); });
    };
    QTRY_COMPARE_WITH_TIMEOUT(running(), 1, 60000);
    for (const auto &tray : trays) {
        if (tray->isRunning())
            QVERIFY(tray->waitUntilReady() && tray->quit());
        QVERIFY2(tray->exitCode() == 0, qPrintable(tray->errors()));
    }
}

void TestSingleInstance::whatAKilledOneLeavesIsInNobodysWay()
{
    const TestWorld world;
    TrayProcess killed;
    QVERIFY(killed.waitUntilReady());
    killed.kill();
    QVERIFY(world.hasLockFile("tray.sock"));
    TrayProcess next;
    QVERIFY(next.waitUntilReady());
    QVERIFY(next.quit());
}

void TestSingleInstance::quitEndsTheOneThatRuns()
{
    const TestWorld world;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    const ProcessId id = ProcessId::of(tray.pid());
    QCOMPARE(runTray({"--quit"}).code, 0);
    // It has let go of its lock, which is the last that it does.
    QVERIFY(tray.waitForEnd());
    QVERIFY(!isAlive(id));
    QCOMPARE(tray.exitCode(), 0);
}

void TestSingleInstance::itIsStillTheOneInADirectoryMadeAnew()
{
    const TestWorld world;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    QTRY_VERIFY(QDir(world.lockDirectory().path()).removeRecursively());
    QTRY_VERIFY(world.hasLockFile("tray.sock"));
    const End second = runTray({"--hidden"});
    QVERIFY2(second.code == 0, qPrintable(second.errors));
    QVERIFY(tray.isRunning());
    QCOMPARE(runTray({"--quit"}).code, 0);
    QVERIFY(tray.waitForEnd());
    QCOMPARE(tray.exitCode(), 0);
}

void TestSingleInstance::itsFilesAreMadeAgain_data()
{
    QTest::addColumn<QStringList>("removed");
    QTest::newRow("lock") << QStringList("tray.lock");
    QTest::newRow("socket") << QStringList("tray.sock");
    QTest::newRow("both") << QStringList{"tray.lock", "tray.sock"};
}

void TestSingleInstance::itsFilesAreMadeAgain()
{
    QFETCH(const QStringList, removed);
    const TestWorld world;
    TrayProcess tray;
    QVERIFY(tray.waitUntilReady());
    for (const QString &name : removed)
        QVERIFY(QFile::remove(world.lockFile(name)));
    for (const QString &name : removed)
        QTRY_VERIFY(world.hasLockFile(name));
    const End second = runTray({"--hidden"});
    QVERIFY2(second.code == 0, qPrintable(second.errors));
    QVERIFY(tray.isRunning());
    QCOMPARE(runTray({"--quit"}).code, 0);
    QVERIFY(tray.waitForEnd());
}

/// A tray whose files were removed goes when another one has taken its place.
void TestSingleInstance::whatIsAnothersIsLeftAlone()
{
    const TestWorld world;
    auto first = std::make_unique<SingleInstance>(world.lockDirectory());
    QCOMPARE(first->settle("show").value(), SingleInstance::Role::First);
    for (const char *name : {"tray.lock", "tray.sock"})
        QVERIFY(QFile::remove(world.lockFile(name)));
    SingleInstance second(world.lockDirectory());
    QCOMPARE(second.settle("show").value(), SingleInstance::Role::First);
    first.reset();
    QVERIFY(world.hasLockFile("tray.sock"));
}

void TestSingleInstance::quitWithoutATrayIsFine()
{
    const TestWorld world;
    const End end = runTray({"--quit"});
    QVERIFY2(end.code == 0, qPrintable(end.errors));
}

void TestSingleInstance::aHungFirstOneIsSaid()
{
    const TestWorld world;
    TrayProcess first;
    QVERIFY(first.waitUntilReady());
    QCOMPARE(::kill(pid_t(first.pid()), SIGSTOP), 0);
    const End second = runTray({"--show"});
    QCOMPARE(second.code, 1);
    QVERIFY2(second.errors.contains("does not answer"), qPrintable(second.errors));
    QCOMPARE(second.errors.count('\n'), 1);
    QCOMPARE(::kill(pid_t(first.pid()), SIGCONT), 0);
    QVERIFY(first.quit());
}

void TestSingleInstance::versionAndHelp()
{
    const TestWorld world;
    QCOMPARE(runTray({"--version"}).code, 0);
    QCOMPARE(runTray({"--help"}).code, 0);
    QCOMPARE(runTray({"--nonsense"}).code, 1);
    QVERIFY(!world.hasLockFile("tray.lock"));
}

void TestSingleInstance::withoutADisplay_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("version") << "--version" << 0;
    QTest::newRow("help") << "--help" << 0;
    QTest::newRow("quit") << "--quit" << 0;
    QTest::newRow("start") << "--hidden" << 1;
}

void TestSingleInstance::withoutADisplay()
{
    QFETCH(const QString, option);
    const TestWorld world;
    TrayProcess tray({option}, {"DISPLAY=", "WAYLAND_DISPLAY=", "QT_QPA_PLATFORM="});
    QVERIFY(tray.waitForEnd());
    QTEST(tray.exitCode(), "exitCode");
    const QString errors = tray.errors();
    QCOMPARE(errors.count('\n'), tray.exitCode());
    QCOMPARE(errors.contains("DISPLAY"), tray.exitCode() != 0);
}

QTEST_GUILESS_MAIN(TestSingleInstance)
#include "tst_singleinstance.moc"
