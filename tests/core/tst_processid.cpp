// A process is its pid and its start stamp; a bare pid is believed only as far as times agree.

#include "core/process/platform.h"
#include "core/process/processid.h"
#include "tests/core/childprocess.h"

#include <QTest>

#include <csignal>

#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace sharedserver;
using namespace sharedserver::test;

class TestProcessId : public QObject
{
    Q_OBJECT
private slots:
    void knowsItself();
    void knowsItsParent();
    void nobodyHasNoIdentity_data();
    void nobodyHasNoIdentity();
    void aLiveProcessIsAlive();
    void aZombieIsDead();
    void aReapedProcessIsGone();
    void aRecycledPidIsAnotherProcess();
    void withoutAStampThePidAnswers();
    void theStampNeverChanges();
    void siblingsOfOneMomentDiffer();
    void ownership();
    void secretProcessesAreOwnToo();
    void startTimesAreTrue();
    void confirmsARecordedStamp();
    void refusesAWrongStampWhateverTheTimes();
    void confirmsBareNumbersByTime_data();
    void confirmsBareNumbersByTime();
    void confirmsNobodyDead();
    void confirmsNoStranger();
    void signalsReachOnlyThatProcess();
};

namespace {

QDateTime startOf(const ProcessId &id)
{
    return QDateTime::fromMSecsSinceEpoch(platform::startTimeUnixMs(id.startStamp), Qt::UTC);
}

ProcessId withoutStamp(const ProcessId &id)
{
    return {id.pid, 0};
}

/// Somebody else who has the pid now, as the one who recorded `id` would see it.
ProcessId predecessorOf(const ProcessId &id)
{
    return {id.pid, id.startStamp - 1};
}

} // namespace

void TestProcessId::knowsItself()
{
    QCOMPARE(ProcessId::self().pid, getpid());
    QVERIFY(ProcessId::self().isValid());
    QVERIFY(ProcessId::self().startStamp > 0);
    QCOMPARE(ProcessId::of(getpid()), ProcessId::self());
    QVERIFY(isAlive(ProcessId::self()));
    QVERIFY(isOwn(ProcessId::self()));
}

void TestProcessId::knowsItsParent()
{
    QCOMPARE(ProcessId::parent(), ProcessId::of(getppid()));
}

void TestProcessId::nobodyHasNoIdentity_data()
{
    QTest::addColumn<qint64>("pid");

    QTest::newRow("zero") << qint64(0);
    QTest::newRow("negative") << qint64(-1);
    QTest::newRow("own group, as kill(2) means it") << -qint64(getpid());
    QTest::newRow("larger than any") << qint64(0x7fffffff);
}

void TestProcessId::nobodyHasNoIdentity()
{
    QFETCH(qint64, pid);
    QVERIFY(!ProcessId::of(pid).isValid());
    QCOMPARE(livenessOf({pid, 0}), Liveness::Gone);
    QCOMPARE(livenessOf({pid, 1}), Liveness::Gone);
    QVERIFY(!isOwn({pid, 0}));
    QVERIFY(!confirm({pid, 0}, QDateTime::currentDateTimeUtc(), false).has_value());
}

void TestProcessId::aLiveProcessIsAlive()
{
    const ChildProcess child(liveForEver);
    QVERIFY(child.id().isValid());
    QCOMPARE(livenessOf(child.id()), Liveness::Alive);
    // A stopped process lives, too.
    kill(child.pid(), SIGSTOP);
    QCOMPARE(livenessOf(child.id()), Liveness::Alive);
    kill(child.pid(), SIGCONT);
    QCOMPARE(livenessOf(child.id()), Liveness::Alive);
}

void TestProcessId::aZombieIsDead()
{
    ChildProcess child([] { return 0; });
    QVERIFY(child.becomesZombie());
    QCOMPARE(livenessOf(child.id()), Liveness::Zombie);
    QVERIFY(!isAlive(child.id()));
    QVERIFY(!ProcessId::of(child.pid()).isValid());
}

void TestProcessId::aReapedProcessIsGone()
{
    ChildProcess child([] { return 0; });
    child.reap();
    QCOMPARE(livenessOf(child.id()), Liveness::Gone);
    QVERIFY(!isAlive(child.id()));
    QVERIFY(!isOwn(child.id()));
}

void TestProcessId::aRecycledPidIsAnotherProcess()
{
    ChildProcess child(liveForEver);
    QCOMPARE(livenessOf(predecessorOf(child.id())), Liveness::Gone);
    kill(child.pid(), SIGKILL);
    QVERIFY(child.becomesZombie());
    QCOMPARE(livenessOf(predecessorOf(child.id())), Liveness::Gone);
}

void TestProcessId::withoutAStampThePidAnswers()
{
    ChildProcess child(liveForEver);
    QCOMPARE(livenessOf(withoutStamp(child.id())), Liveness::Alive);
    kill(child.pid(), SIGKILL);
    QVERIFY(child.becomesZombie());
    QCOMPARE(livenessOf(withoutStamp(child.id())), Liveness::Zombie);
    child.reap();
    QCOMPARE(livenessOf(withoutStamp(child.id())), Liveness::Gone);
}

void TestProcessId::theStampNeverChanges()
{
    ChildProcess child(
        [] {
            setsid();
            execlp("sleep", "sleep", "3600", nullptr);
            return 1;
        },
        ChildProcess::Start::WhenReleased);
    child.release();
    QTRY_COMPARE(platform::inspect(child.pid())->name, std::string("sleep"));
    QCOMPARE(ProcessId::of(child.pid()), child.id());
    kill(child.pid(), SIGKILL);
    QVERIFY(child.becomesZombie());
    QCOMPARE(platform::inspect(child.pid())->startStamp, child.id().startStamp);
}

void TestProcessId::siblingsOfOneMomentDiffer()
{
    const ChildProcess first(liveForEver);
    const ChildProcess second(liveForEver);
    QVERIFY(first.id() != second.id());
    QVERIFY(second.id().startStamp >= first.id().startStamp);
}

void TestProcessId::ownership()
{
    const ChildProcess child(liveForEver);
    QVERIFY(isOwn(child.id()));
    if (geteuid() == 0)
        QSKIP("To root, the first process is its own.");
    QVERIFY(!isOwn({1, 0}));
}

void TestProcessId::secretProcessesAreOwnToo()
{
#ifdef PR_SET_DUMPABLE
    // As an agent that holds keys does, or a program that its user may run but not read.
    int line[2];
    QCOMPARE(pipe(line), 0);
    const ChildProcess child([&line] {
        prctl(PR_SET_DUMPABLE, 0);
        return write(line[1], "", 1) == 1 ? liveForEver() : 1;
    });
    char done = 0;
    QCOMPARE(read(line[0], &done, 1), ssize_t(1));
    close(line[0]);
    close(line[1]);
    QVERIFY(isAlive(child.id()));
    QVERIFY(isOwn(child.id()));
#else
    QSKIP("This system has no such processes.");
#endif
}

void TestProcessId::startTimesAreTrue()
{
    const QDateTime before = QDateTime::currentDateTimeUtc();
    const ChildProcess child(liveForEver);
    const QDateTime after = QDateTime::currentDateTimeUtc();
    // Stamps count in hundredths of a second, and clocks are read one after the other.
    constexpr qint64 kTolerance = 50;
    QVERIFY(before.msecsTo(startOf(child.id())) > -kTolerance);
    QVERIFY(startOf(child.id()).msecsTo(after) > -kTolerance);
}

void TestProcessId::confirmsARecordedStamp()
{
    const ChildProcess child(liveForEver);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QCOMPARE(confirm(child.id(), now, true), std::make_optional(child.id()));
    // The stamp is enough: clocks are set.
    for (const int days : {-4000, -1, 1, 4000}) {
        QCOMPARE(confirm(child.id(), now.addDays(days), true), std::make_optional(child.id()));
        QCOMPARE(confirm(child.id(), now.addDays(days), false), std::make_optional(child.id()));
    }
}

void TestProcessId::refusesAWrongStampWhateverTheTimes()
{
    const ChildProcess child(liveForEver);
    const QDateTime start = startOf(child.id());
    QVERIFY(!confirm(predecessorOf(child.id()), start, true).has_value());
    QVERIFY(!confirm(predecessorOf(child.id()), start, false).has_value());
    QVERIFY(!confirm({child.id().pid, child.id().startStamp + 1}, start, true).has_value());
}

void TestProcessId::confirmsBareNumbersByTime_data()
{
    QTest::addColumn<int>("secondsAfterStart"); // of the record
    QTest::addColumn<bool>("isClient");
    QTest::addColumn<bool>("isServer");

    QTest::newRow("recorded at the start") << 0 << true << true;
    QTest::newRow("within the slack before") << -50 << true << true;
    QTest::newRow("within the slack after") << 50 << true << true;
    QTest::newRow("recorded before it started") << -70 << false << false;
    QTest::newRow("recorded a day before it started") << -86'400 << false << false;
    // A client may have lived for long when it attached; a server is recorded when it starts.
    QTest::newRow("recorded well after its start") << 70 << true << false;
    QTest::newRow("recorded a day after its start") << 86'400 << true << false;
}

void TestProcessId::confirmsBareNumbersByTime()
{
    QFETCH(int, secondsAfterStart);
    QFETCH(bool, isClient);
    QFETCH(bool, isServer);
    const ChildProcess child(liveForEver);
    const QDateTime recordedAt = startOf(child.id()).addSecs(secondsAfterStart);
    const auto client = confirm(withoutStamp(child.id()), recordedAt, false);
    const auto server = confirm(withoutStamp(child.id()), recordedAt, true);
    QCOMPARE(client, isClient ? std::make_optional(child.id()) : std::nullopt);
    QCOMPARE(server, isServer ? std::make_optional(child.id()) : std::nullopt);
}

void TestProcessId::confirmsNobodyDead()
{
    ChildProcess child([] { return 0; });
    QVERIFY(child.becomesZombie());
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QVERIFY(!confirm(child.id(), now, true).has_value());
    QVERIFY(!confirm(withoutStamp(child.id()), now, true).has_value());
    child.reap();
    QVERIFY(!confirm(child.id(), now, true).has_value());
    QVERIFY(!confirm(withoutStamp(child.id()), now, true).has_value());
}

void TestProcessId::confirmsNoStranger()
{
    // Somebody else's process, as in a file that a recycled pid makes lie.
    constexpr uid_t kNobody = 65534;
    if (geteuid() != 0)
        QSKIP("Only root can make a process of another user.");
    ChildProcess child(
        [] {
            if (setuid(kNobody) != 0)
                return 1;
            return liveForEver();
        },
        ChildProcess::Start::WhenReleased);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    child.release();
    QTRY_VERIFY(!isOwn(child.id()));
    QVERIFY(isAlive(child.id()));
    QVERIFY(!confirm(withoutStamp(child.id()), now, false).has_value());
    // With its stamp it is the very one, which has become somebody else's.
    QCOMPARE(confirm(child.id(), now, false), std::make_optional(child.id()));
}

void TestProcessId::signalsReachOnlyThatProcess()
{
    ChildProcess child(liveForEver);
    const ProcessId other = predecessorOf(child.id());
    QCOMPARE(platform::sendSignal(child.pid(), other.startStamp, SIGKILL), ESRCH);
    QCOMPARE(platform::sendSignal(child.pid(), 0, SIGKILL), ESRCH);
    QVERIFY(isAlive(child.id()));
    QCOMPARE(platform::sendSignal(child.pid(), child.id().startStamp, SIGTERM), 0);
    QCOMPARE(child.reap(), SIGTERM);
    QCOMPARE(platform::sendSignal(child.pid(), child.id().startStamp, SIGTERM), ESRCH);
}

QTEST_GUILESS_MAIN(TestProcessId)
#include "tst_processid.moc"
