// A signal for a server reaches its whole process group, and nobody besides it.

#include "core/process/platform.h"
#include "core/process/processgroup.h"
#include "tests/core/childprocess.h"
#include "tests/core/family.h"

#include <QTest>

#include <cerrno>
#include <csignal>

#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestGroupSignals : public QObject
{
    Q_OBJECT
private slots:
    void stragglersOlderThanTheLeaderAreStrangers();
    void membersOfOtherUsersAreStrangers();
    void theWholeGroupIsSignalled();
    void whoLeadsNoGroupIsSignalledAlone();
    void stragglersAreSignalledOneByOne_data();
    void stragglersAreSignalledOneByOne();
    void aSignalForAnotherStampReachesNobody_data();
    void aSignalForAnotherStampReachesNobody();
    void whereNobodyIsNothingIsSignalled();
    void groupSignalsNeedTheirLeader();
};

void TestGroupSignals::stragglersOlderThanTheLeaderAreStrangers()
{
    // A leader that is gone without a trace, and under its number a group older than it was.
    const Family family;
    family.killLeader();
    family.reapLeader();
    const ProcessId younger = withStamp(family.id(Leader), family.id(Member).startStamp + 1);
    QVERIFY(liveGroupMembers(younger).isEmpty());
    QVERIFY(!signalServerGroup(younger, SIGKILL));
    QVERIFY(family.lives(Member));
}

void TestGroupSignals::membersOfOtherUsersAreStrangers()
{
    if (geteuid() != 0)
        QSKIP("Only root can make a process of another user.");
    constexpr uid_t kNobody = 65534;
    int line[2];
    QCOMPARE(pipe(line), 0);
    ChildProcess leader([&line] {
        setsid();
        const pid_t other = fork();
        if (other == 0) {
            if (setuid(kNobody) != 0)
                return 1;
            const pid_t pid = getpid();
            return write(line[1], &pid, sizeof(pid)) > 0 ? liveForEver() : 1;
        }
        return liveForEver();
    });
    pid_t pid = 0;
    QCOMPARE(read(line[0], &pid, sizeof(pid)), ssize_t(sizeof(pid)));
    close(line[0]);
    close(line[1]);
    const ProcessId other = ProcessId::of(pid);
    QCOMPARE(liveGroupMembers(leader.id()), QList<ProcessId>{leader.id()});
    kill(leader.pid(), SIGKILL);
    leader.reap();
    QVERIFY(!signalServerGroup(leader.id(), SIGTERM));
    QVERIFY(isAlive(other));
    QCOMPARE(platform::sendSignal(pid, other.startStamp, SIGKILL), 0);
}

void TestGroupSignals::theWholeGroupIsSignalled()
{
    const Family family;
    QVERIFY(signalServerGroup(family.id(Leader), SIGTERM));
    QTRY_VERIFY(!family.lives(Leader));
    QTRY_VERIFY(!family.lives(Member));
    QVERIFY(family.lives(Hermit));
    QVERIFY(family.lives(Splinter));
}

void TestGroupSignals::whoLeadsNoGroupIsSignalledAlone()
{
    // Both children are of this very process's group, as a server of another tool may be.
    ChildProcess child(liveForEver);
    const ChildProcess bystander(liveForEver);
    QVERIFY(signalServerGroup(child.id(), SIGTERM));
    QCOMPARE(child.reap(), SIGTERM);
    QVERIFY(isAlive(bystander.id()));
}

void TestGroupSignals::stragglersAreSignalledOneByOne_data()
{
    QTest::addColumn<bool>("isReaped");

    QTest::newRow("zombie leader") << false;
    QTest::newRow("reaped leader") << true;
}

void TestGroupSignals::stragglersAreSignalledOneByOne()
{
    QFETCH(bool, isReaped);
    const Family family;
    family.killLeader();
    if (isReaped)
        family.reapLeader();
    QVERIFY(signalServerGroup(family.id(Leader), SIGTERM));
    QTRY_VERIFY(!family.lives(Member));
    QVERIFY(family.lives(Hermit));
    QVERIFY(family.lives(Splinter));
    QTRY_VERIFY(liveGroupMembers(family.id(Leader)).isEmpty());
}

void TestGroupSignals::aSignalForAnotherStampReachesNobody_data()
{
    QTest::addColumn<int>("difference");
    QTest::addColumn<bool>("isLeader");

    QTest::newRow("a predecessor of the leader") << -1 << true;
    QTest::newRow("a successor of the leader") << 1 << true;
    QTest::newRow("a predecessor of a member") << -1 << false;
    QTest::newRow("a successor of a member") << 1 << false;
}

void TestGroupSignals::aSignalForAnotherStampReachesNobody()
{
    QFETCH(int, difference);
    QFETCH(bool, isLeader);
    const Family family;
    const ProcessId &real = family.id(isLeader ? Leader : Member);
    const ProcessId other = withStamp(real, real.startStamp + quint64(difference));
    QVERIFY(!signalServerGroup(other, SIGKILL));
    QVERIFY(!signalServerGroup(withStamp(real, 0), SIGKILL));
    // What would have hit them would have arrived before this does.
    QVERIFY(signalServerGroup(real, SIGCONT));
    for (const Role role : {Leader, Member, Hermit, Splinter})
        QVERIFY(family.lives(role));
}

void TestGroupSignals::whereNobodyIsNothingIsSignalled()
{
    ChildProcess child([] {
        setsid();
        return 0;
    });
    child.reap();
    QVERIFY(!signalServerGroup(child.id(), SIGKILL));
    QVERIFY(!signalServerGroup({}, SIGKILL));
    // kill(2) would take these for "everybody" and for a group.
    QVERIFY(!signalServerGroup({-1, 1}, 0));
    QVERIFY(!signalServerGroup({0, 1}, 0));
    QVERIFY(!signalServerGroup({-qint64(getpgrp()), 1}, 0));
}

void TestGroupSignals::groupSignalsNeedTheirLeader()
{
    const Family family;
    const ProcessId &leader = family.id(Leader);
    const auto pid = pid_t(leader.pid);
    QCOMPARE(platform::sendSignalToGroup(pid, leader.startStamp - 1, SIGKILL), ESRCH);
    QCOMPARE(platform::sendSignalToGroup(pid, 0, SIGKILL), ESRCH);
    QVERIFY(family.lives(Leader) && family.lives(Member));
    family.killLeader();
    QCOMPARE(platform::sendSignalToGroup(pid, leader.startStamp, SIGTERM), 0);
    QTRY_VERIFY(!family.lives(Member));
    family.reapLeader();
    QCOMPARE(platform::sendSignalToGroup(pid, leader.startStamp, SIGTERM), ESRCH);
}

QTEST_GUILESS_MAIN(TestGroupSignals)
#include "tst_groupsignals.moc"
