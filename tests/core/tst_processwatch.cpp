// A watch tells the end of exactly one process, once, whenever it ends.

#include "core/process/processwatch.h"
#include "tests/core/childprocess.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestProcessWatch : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void tellsOfADeath();
    void tellsOnce();
    void tellsOfOneWhoWasReapedBefore();
    void tellsOfAZombie();
    void neverTellsFromInsideTheConstructor();
    void tellsOfOneWhoDiesWhileTheWatchIsMade();
    void aWrongStampIsGone();
    void aPidThatNeverWasIsGone();
    void exitCodesOfChildrenAreTold_data();
    void exitCodesOfChildrenAreTold();
    void exitCodeOfOneWhoIsNoChild();
    void aLiveProcessIsNotTold();
    void twoWatchesOfOneProcess();
    void aDeletedWatchIsSilent();
    void aWatchDeletedBeforeItsTurnIsSilent();
    void handlersMayDeleteAnyWatch();
    void handlersMayMakeWatches();
    void aThousandAtOnce();
    void withoutDescriptorsItLooksByItself();
};

namespace {

int exitWithSeven()
{
    return 7;
}

/// How a watch has ended, once its spy has heard of it.
ExitStatus statusOf(const QSignalSpy &spy)
{
    return spy.first().first().value<ExitStatus>();
}

} // namespace

void TestProcessWatch::initTestCase()
{
    qRegisterMetaType<ExitStatus>();
    qRegisterMetaType<ExitStatus>("sharedserver::ExitStatus");
}

void TestProcessWatch::tellsOfADeath()
{
    ProcessMonitor monitor;
    ChildProcess child(liveForEver);
    const ProcessWatch watch(&monitor, child.id());
    QCOMPARE(watch.process(), child.id());
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    kill(child.pid(), SIGKILL);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(ended.count(), 1);
}

void TestProcessWatch::tellsOnce()
{
    ProcessMonitor monitor;
    ChildProcess child(liveForEver);
    const ProcessWatch watch(&monitor, child.id());
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    kill(child.pid(), SIGKILL);
    QVERIFY(ended.wait(kPatienceMs));
    child.reap();
    // The end of a later process comes after whatever else there was to be told of this one.
    ChildProcess later(exitWithSeven);
    const ProcessWatch laterWatch(&monitor, later.id());
    QSignalSpy laterEnded(&laterWatch, &ProcessWatch::ended);
    QVERIFY(laterEnded.wait(kPatienceMs));
    QCOMPARE(ended.count(), 1);
}

void TestProcessWatch::tellsOfOneWhoWasReapedBefore()
{
    ProcessMonitor monitor;
    ChildProcess child(exitWithSeven);
    child.reap();
    const ProcessWatch watch(&monitor, child.id());
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(ended.count(), 1);
    QVERIFY(!statusOf(ended).isKnown());
}

void TestProcessWatch::tellsOfAZombie()
{
    ProcessMonitor monitor;
    ChildProcess child(exitWithSeven);
    QVERIFY(child.becomesZombie());
    const ProcessWatch watch(&monitor, child.id());
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    QVERIFY(ended.wait(kPatienceMs));
    QCOMPARE(statusOf(ended).exitCode, std::optional<int>(7));
}

void TestProcessWatch::neverTellsFromInsideTheConstructor()
{
    ProcessMonitor monitor;
    ChildProcess child(exitWithSeven);
    child.reap();
    const ProcessWatch watch(&monitor, child.id());
    bool isTold = false;
    connect(&watch, &ProcessWatch::ended, this, [&isTold] { isTold = true; });
    QVERIFY(!isTold); // there was time to connect
    QTRY_VERIFY(isTold);
}

void TestProcessWatch::tellsOfOneWhoDiesWhileTheWatchIsMade()
{
    ProcessMonitor monitor;
    for (int round = 0; round < 200; ++round) {
        ChildProcess child(exitWithSeven, ChildProcess::Start::WhenReleased);
        child.release(); // from here on it ends at any instant
        const ProcessWatch watch(&monitor, child.id());
        QSignalSpy ended(&watch, &ProcessWatch::ended);
        QVERIFY(ended.wait(kPatienceMs));
        QCOMPARE(ended.count(), 1);
        QCOMPARE(statusOf(ended).exitCode, std::optional<int>(7));
    }
}

void TestProcessWatch::aWrongStampIsGone()
{
    ProcessMonitor monitor;
    const ChildProcess child(liveForEver);
    const ProcessId successor{child.id().pid, child.id().startStamp - 1};
    const ProcessWatch watch(&monitor, successor);
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!statusOf(ended).isKnown());
    QVERIFY(isAlive(child.id()));
}

void TestProcessWatch::aPidThatNeverWasIsGone()
{
    ProcessMonitor monitor;
    const ProcessWatch watch(&monitor, ProcessId{0x7ffffffe, 1});
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    QVERIFY(ended.wait(kPatienceMs));
    QVERIFY(!statusOf(ended).isKnown());
}

void TestProcessWatch::exitCodesOfChildrenAreTold_data()
{
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<int>("signal");

    QTest::newRow("success") << 0 << 0;
    QTest::newRow("code 3") << 3 << 0;
    QTest::newRow("code 255") << 255 << 0;
    QTest::newRow("SIGKILL") << 0 << SIGKILL;
    QTest::newRow("SIGTERM") << 0 << SIGTERM;
}

void TestProcessWatch::exitCodesOfChildrenAreTold()
{
    QFETCH(int, exitCode);
    QFETCH(int, signal);
    ProcessMonitor monitor;
    ChildProcess child(
        [=] {
            if (signal != 0)
                kill(getpid(), signal);
            return exitCode;
        },
        ChildProcess::Start::WhenReleased);
    const ProcessWatch watch(&monitor, child.id());
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    child.release();
    QVERIFY(ended.wait(kPatienceMs));
    const ExitStatus status = statusOf(ended);
    if (signal != 0)
        QCOMPARE(status.signal, std::optional<int>(signal));
    else
        QCOMPARE(status.exitCode, std::optional<int>(exitCode));
}

void TestProcessWatch::exitCodeOfOneWhoIsNoChild()
{
    ProcessMonitor monitor;
    int line[2];
    QCOMPARE(pipe(line), 0);
    // The child tells its own child's pid, and leaves it behind for init to reap.
    ChildProcess child([&line] {
        const pid_t grandchild = fork();
        if (grandchild == 0)
            liveForEver();
        return write(line[1], &grandchild, sizeof(grandchild)) == sizeof(grandchild) ? 0 : 1;
    });
    pid_t pid = 0;
    QCOMPARE(read(line[0], &pid, sizeof(pid)), ssize_t(sizeof(pid)));
    close(line[0]);
    close(line[1]);
    child.reap();
    const ProcessId grandchild = ProcessId::of(pid);
    QVERIFY(grandchild.isValid());
    const ProcessWatch watch(&monitor, grandchild);
    QSignalSpy ended(&watch, &ProcessWatch::ended);
    kill(pid, SIGKILL);
    QVERIFY(ended.wait(kPatienceMs));
    // Whether it is told depends on the kernel and on how fast init is. What is told must be true.
    if (statusOf(ended).isKnown())
        QCOMPARE(statusOf(ended).signal, std::optional<int>(SIGKILL));
}

void TestProcessWatch::aLiveProcessIsNotTold()
{
    ProcessMonitor monitor;
    const ChildProcess living(liveForEver);
    ChildProcess dying(liveForEver);
    const ProcessWatch watchOfLiving(&monitor, living.id());
    const ProcessWatch watchOfDying(&monitor, dying.id());
    QSignalSpy livingEnded(&watchOfLiving, &ProcessWatch::ended);
    QSignalSpy dyingEnded(&watchOfDying, &ProcessWatch::ended);
    kill(dying.pid(), SIGKILL);
    QVERIFY(dyingEnded.wait(kPatienceMs));
    QCOMPARE(livingEnded.count(), 0);
}

void TestProcessWatch::twoWatchesOfOneProcess()
{
    ProcessMonitor monitor;
    ChildProcess child(liveForEver);
    const ProcessWatch first(&monitor, child.id());
    const ProcessWatch second(&monitor, child.id());
    auto third = std::make_unique<ProcessWatch>(&monitor, child.id());
    QSignalSpy firstEnded(&first, &ProcessWatch::ended);
    QSignalSpy secondEnded(&second, &ProcessWatch::ended);
    third.reset(); // takes nothing from the others
    kill(child.pid(), SIGKILL);
    QTRY_COMPARE(firstEnded.count(), 1);
    QTRY_COMPARE(secondEnded.count(), 1);
}

void TestProcessWatch::aDeletedWatchIsSilent()
{
    ProcessMonitor monitor;
    ChildProcess child(liveForEver);
    int told = 0;
    auto watch = std::make_unique<ProcessWatch>(&monitor, child.id());
    connect(watch.get(), &ProcessWatch::ended, this, [&told] { ++told; });
    watch.reset();
    kill(child.pid(), SIGKILL);
    QVERIFY(child.becomesZombie());
    const ProcessWatch later(&monitor, child.id());
    QSignalSpy laterEnded(&later, &ProcessWatch::ended);
    QVERIFY(laterEnded.wait(kPatienceMs));
    QCOMPARE(told, 0);
}

void TestProcessWatch::aWatchDeletedBeforeItsTurnIsSilent()
{
    ProcessMonitor monitor;
    ChildProcess child(exitWithSeven);
    child.reap();
    int told = 0;
    auto watch = std::make_unique<ProcessWatch>(&monitor, child.id());
    connect(watch.get(), &ProcessWatch::ended, this, [&told] { ++told; });
    watch.reset(); // its signal is under way already
    const ProcessWatch later(&monitor, child.id());
    QSignalSpy laterEnded(&later, &ProcessWatch::ended);
    QVERIFY(laterEnded.wait(kPatienceMs));
    QCOMPARE(told, 0);
}

void TestProcessWatch::handlersMayDeleteAnyWatch()
{
    ProcessMonitor monitor;
    constexpr int kCount = 100;
    std::vector<std::unique_ptr<ChildProcess>> children;
    std::vector<std::unique_ptr<ProcessWatch>> watches;
    int told = 0;
    for (int i = 0; i < kCount; ++i) {
        children.push_back(std::make_unique<ChildProcess>(liveForEver));
        watches.push_back(std::make_unique<ProcessWatch>(&monitor, children.back()->id()));
        // Whoever is first takes all, itself included.
        connect(watches.back().get(), &ProcessWatch::ended, this, [&told, &watches] {
            ++told;
            watches.clear();
        });
    }
    for (const auto &child : children)
        kill(child->pid(), SIGKILL);
    for (const auto &child : children)
        QVERIFY(child->becomesZombie());
    QTRY_COMPARE(told, 1);
    const ProcessWatch later(&monitor, children.front()->id());
    QSignalSpy laterEnded(&later, &ProcessWatch::ended);
    QVERIFY(laterEnded.wait(kPatienceMs));
    QCOMPARE(told, 1);
}

void TestProcessWatch::handlersMayMakeWatches()
{
    ProcessMonitor monitor;
    ChildProcess first(exitWithSeven, ChildProcess::Start::WhenReleased);
    ChildProcess second(exitWithSeven, ChildProcess::Start::WhenReleased);
    const ProcessWatch watch(&monitor, first.id());
    std::unique_ptr<ProcessWatch> next;
    bool isTold = false;
    connect(&watch, &ProcessWatch::ended, this, [&] {
        next = std::make_unique<ProcessWatch>(&monitor, second.id());
        connect(next.get(), &ProcessWatch::ended, this, [&isTold] { isTold = true; });
        second.release();
    });
    first.release();
    QTRY_VERIFY(isTold);
}

void TestProcessWatch::aThousandAtOnce()
{
    constexpr int kCount = 1000;
    rlimit limit;
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192); // two for each: its gate and its pidfd
    setrlimit(RLIMIT_NOFILE, &limit);
    ProcessMonitor monitor;
    std::vector<std::unique_ptr<ChildProcess>> children;
    std::vector<std::unique_ptr<ProcessWatch>> watches;
    std::vector<int> told(kCount, 0);
    int sum = 0;
    for (size_t i = 0; i < kCount; ++i) {
        children.push_back(std::make_unique<ChildProcess>(liveForEver));
        watches.push_back(std::make_unique<ProcessWatch>(&monitor, children.back()->id()));
        connect(watches.back().get(), &ProcessWatch::ended, this, [&told, &sum, i] {
            ++told[i];
            ++sum;
        });
    }
    for (const auto &child : children)
        kill(child->pid(), SIGKILL);
    QTRY_COMPARE(sum, kCount);
    QCOMPARE(std::count(told.begin(), told.end(), 1), kCount);
}

void TestProcessWatch::withoutDescriptorsItLooksByItself()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The sanitizers need descriptors themselves: without, they take good objects for bad.");
#endif
    ProcessMonitor monitor;
    ChildProcess first(liveForEver);
    ChildProcess second(liveForEver);
    rlimit before;
    QCOMPARE(getrlimit(RLIMIT_NOFILE, &before), 0);
    // No number is left below the limit; looking into /proc needs one too, so it comes back soon.
    const int lowest = dup(STDIN_FILENO);
    close(lowest);
    rlimit none = before;
    none.rlim_cur = rlim_t(lowest);
    setrlimit(RLIMIT_NOFILE, &none);
    const ProcessWatch watchOfFirst(&monitor, first.id());
    auto watchOfSecond = std::make_unique<ProcessWatch>(&monitor, second.id());
    setrlimit(RLIMIT_NOFILE, &before);
    QSignalSpy firstEnded(&watchOfFirst, &ProcessWatch::ended);
    QSignalSpy secondEnded(watchOfSecond.get(), &ProcessWatch::ended);
    kill(second.pid(), SIGKILL);
    QVERIFY(secondEnded.wait(kPatienceMs));
    QCOMPARE(firstEnded.count(), 0);
    watchOfSecond.reset();
    kill(first.pid(), SIGKILL);
    QVERIFY(firstEnded.wait(kPatienceMs));
    QCOMPARE(firstEnded.count(), 1);
}

QTEST_GUILESS_MAIN(TestProcessWatch)
#include "tst_processwatch.moc"
