// A server is its whole process group: who belongs to it, and what they use together. Which of them
// signals reach has a test of its own.

#include "core/process/platform.h"
#include "core/process/processgroup.h"
#include "tests/core/childprocess.h"
#include "tests/core/family.h"

#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestProcessGroup : public QObject
{
    Q_OBJECT
private slots:
    void membersAreTheLeaderAndWhoStayed();
    void whoLeftIsNoMember();
    void zombiesAreNoMembers();
    void stragglersOfAZombieLeaderAreFound();
    void stragglersOfAReapedLeaderAreFound();
    void anEmptyGroupHasNoMembers();
    void aWrongStampHasNoMembers();
    void withoutAStampThereAreNoMembers();
    void whoLeadsNoGroupIsAlone();
    void useIsTheSumOfTheGroup();
    void nobodyUsesNothing();
    void manyAreSummedAtOnce();
};

void TestProcessGroup::membersAreTheLeaderAndWhoStayed()
{
    const Family family;
    const QList<ProcessId> members = liveGroupMembers(family.id(Leader));
    QCOMPARE(members.size(), 2);
    QVERIFY(members.contains(family.id(Leader)));
    QVERIFY(members.contains(family.id(Member)));
}

void TestProcessGroup::whoLeftIsNoMember()
{
    const Family family;
    const QList<ProcessId> members = liveGroupMembers(family.id(Leader));
    QVERIFY(!members.contains(family.id(Hermit)));
    QVERIFY(!members.contains(family.id(Splinter)));
    QCOMPARE(liveGroupMembers(family.id(Hermit)), QList<ProcessId>{family.id(Hermit)});
    QCOMPARE(liveGroupMembers(family.id(Splinter)), QList<ProcessId>{family.id(Splinter)});
}

void TestProcessGroup::zombiesAreNoMembers()
{
    const Family family;
    QVERIFY(family.hasCorpse);
    QVERIFY(!liveGroupMembers(family.id(Leader)).contains(family.id(Corpse)));
    family.killLeader();
    QVERIFY(!liveGroupMembers(family.id(Leader)).contains(family.id(Leader)));
}

void TestProcessGroup::stragglersOfAZombieLeaderAreFound()
{
    const Family family;
    family.killLeader();
    QCOMPARE(livenessOf(family.id(Leader)), Liveness::Zombie);
    QCOMPARE(liveGroupMembers(family.id(Leader)), QList<ProcessId>{family.id(Member)});
}

void TestProcessGroup::stragglersOfAReapedLeaderAreFound()
{
    const Family family;
    family.killLeader();
    family.reapLeader();
    QCOMPARE(livenessOf(family.id(Leader)), Liveness::Gone);
    QCOMPARE(liveGroupMembers(family.id(Leader)), QList<ProcessId>{family.id(Member)});
}

void TestProcessGroup::anEmptyGroupHasNoMembers()
{
    ChildProcess child([] {
        setsid();
        return 0;
    });
    child.becomesZombie();
    QVERIFY(liveGroupMembers(child.id()).isEmpty());
    child.reap();
    QVERIFY(liveGroupMembers(child.id()).isEmpty());
    QVERIFY(liveGroupMembers({}).isEmpty());
    QVERIFY(liveGroupMembers({-1, 1}).isEmpty());
}

void TestProcessGroup::aWrongStampHasNoMembers()
{
    const Family family;
    const ProcessId &leader = family.id(Leader);
    QVERIFY(liveGroupMembers(withStamp(leader, leader.startStamp - 1)).isEmpty());
    QVERIFY(liveGroupMembers(withStamp(leader, leader.startStamp + 1)).isEmpty());
}

void TestProcessGroup::withoutAStampThereAreNoMembers()
{
    const Family family;
    QVERIFY(liveGroupMembers(withStamp(family.id(Leader), 0)).isEmpty());
    family.killLeader();
    family.reapLeader();
    QVERIFY(liveGroupMembers(withStamp(family.id(Leader), 0)).isEmpty());
}

void TestProcessGroup::whoLeadsNoGroupIsAlone()
{
    ChildProcess child(liveForEver);
    QCOMPARE(liveGroupMembers(child.id()), QList<ProcessId>{child.id()});
    kill(child.pid(), SIGKILL);
    child.becomesZombie();
    QVERIFY(liveGroupMembers(child.id()).isEmpty());
    child.reap();
    QVERIFY(liveGroupMembers(child.id()).isEmpty());
}

void TestProcessGroup::useIsTheSumOfTheGroup()
{
    const ChildProcess busy([] {
        setsid();
        if (fork() == 0)
            return liveForEver();
        for (;;)
            getppid();
    });
    const auto memberCount = [&busy] { return liveGroupMembers(busy.id()).size(); };
    QTRY_COMPARE(memberCount(), 2);
    const QList<ProcessId> members = liveGroupMembers(busy.id());
    const ProcessId other = members.first() == busy.id() ? members.last() : members.first();
    QTRY_VERIFY(resourceUse(busy.id()).cpuMicroseconds > 50'000);
    // Another process's pages are in the sum: more than the leader alone has.
    QVERIFY(platform::inspect(pid_t(other.pid))->residentBytes > 0);
    QVERIFY(resourceUse(busy.id()).residentBytes > platform::inspect(busy.pid())->residentBytes);
    QVERIFY(platform::sendSignal(pid_t(other.pid), other.startStamp, SIGKILL) == 0);
}

void TestProcessGroup::nobodyUsesNothing()
{
    const Family family;
    const ProcessId &leader = family.id(Leader);
    QVERIFY(resourceUse(leader).residentBytes > 0);
    QCOMPARE(resourceUse(withStamp(leader, leader.startStamp - 1)).residentBytes, 0u);
    QCOMPARE(resourceUse(withStamp(leader, 0)).residentBytes, 0u);
    QCOMPARE(resourceUse({}).residentBytes, 0u);
    QVERIFY(resourceUses({}).isEmpty());
}

void TestProcessGroup::manyAreSummedAtOnce()
{
    const Family one;
    const Family two;
    const ProcessId gone = withStamp(one.id(Leader), 1);
    const auto uses = resourceUses({one.id(Leader), two.id(Leader), gone});
    QCOMPARE(uses.size(), 2);
    QVERIFY(uses.value(one.id(Leader).pid).residentBytes > 0);
    QVERIFY(uses.value(two.id(Leader).pid).residentBytes > 0);
}

QTEST_GUILESS_MAIN(TestProcessGroup)
#include "tst_processgroup.moc"
