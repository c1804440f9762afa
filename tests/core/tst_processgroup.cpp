// A server is its whole process group, and nobody besides it is ever signalled.

#include "core/process/platform.h"
#include "core/process/processgroup.h"
#include "tests/core/childprocess.h"

#include <QTest>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>

#include <unistd.h>

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
    void stragglersOlderThanTheLeaderAreStrangers();
    void whoLeadsNoGroupIsAlone();
    void membersOfOtherUsersAreStrangers();
    void theWholeGroupIsSignalled();
    void whoLeadsNoGroupIsSignalledAlone();
    void stragglersAreSignalledOneByOne_data();
    void stragglersAreSignalledOneByOne();
    void aSignalForAnotherStampReachesNobody_data();
    void aSignalForAnotherStampReachesNobody();
    void whereNobodyIsNothingIsSignalled();
    void groupSignalsNeedTheirLeader();
    void useIsTheSumOfTheGroup();
    void nobodyUsesNothing();
    void manyAreSummedAtOnce();
};

namespace {

enum Role : size_t {
    Leader,
    Member, ///< stays in its leader's group
    Hermit, ///< makes a session of its own
    Splinter, ///< stays in the session, in a group of its own
    Corpse, ///< a member that is dead, and not reaped
    RoleCount,
};

struct Arrival
{
    Role role;
    pid_t pid;
};

/// Becomes what its role says, tells so, and lives.
int play(Role role, int report)
{
    if (role == Leader || role == Hermit)
        setsid();
    if (role == Splinter)
        setpgid(0, 0);
    const Arrival arrival{role, getpid()};
    if (write(report, &arrival, sizeof(arrival)) != ssize_t(sizeof(arrival)) || role == Corpse)
        return 1;
    return liveForEver();
}

int playFamily(int report)
{
    setsid();
    for (const Role role : {Member, Hermit, Splinter, Corpse}) {
        if (fork() == 0)
            _exit(play(role, report));
    }
    return play(Leader, report);
}

/// A server as a test wants one: a leader with one process of each kind. All end with this object.
class Family
{
public:
    Family()
    {
        int line[2];
        if (pipe(line) != 0)
            qFatal("Cannot make a pipe");
        m_leader = std::make_unique<ChildProcess>([&line] { return playFamily(line[1]); });
        close(line[1]);
        Arrival arrival;
        for (size_t i = 0; i < RoleCount; ++i) {
            if (read(line[0], &arrival, sizeof(arrival)) != ssize_t(sizeof(arrival)))
                qFatal("A process did not arrive");
            m_ids[arrival.role] = {arrival.pid, platform::inspect(arrival.pid)->startStamp};
        }
        close(line[0]);
        // It is counted as dead only from then on.
        hasCorpse = QTest::qWaitFor([this] { return !isAlive(id(Corpse)); });
    }
    ~Family()
    {
        for (const Role role : {Member, Hermit, Splinter})
            platform::sendSignal(pid_t(id(role).pid), id(role).startStamp, SIGKILL);
    }

    const ProcessId &id(Role role) const { return m_ids[role]; }
    bool lives(Role role) const { return isAlive(id(role)); }
    void killLeader() const
    {
        kill(m_leader->pid(), SIGKILL);
        m_leader->becomesZombie();
    }
    void reapLeader() const { m_leader->reap(); }

    bool hasCorpse = false;

private:
    std::unique_ptr<ChildProcess> m_leader;
    std::array<ProcessId, RoleCount> m_ids;
};

ProcessId withStamp(const ProcessId &id, quint64 stamp)
{
    return {id.pid, stamp};
}

} // namespace

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

void TestProcessGroup::stragglersOlderThanTheLeaderAreStrangers()
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

void TestProcessGroup::membersOfOtherUsersAreStrangers()
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

void TestProcessGroup::theWholeGroupIsSignalled()
{
    const Family family;
    QVERIFY(signalServerGroup(family.id(Leader), SIGTERM));
    QTRY_VERIFY(!family.lives(Leader));
    QTRY_VERIFY(!family.lives(Member));
    QVERIFY(family.lives(Hermit));
    QVERIFY(family.lives(Splinter));
}

void TestProcessGroup::whoLeadsNoGroupIsSignalledAlone()
{
    // Both children are of this very process's group, as a server of another tool may be.
    ChildProcess child(liveForEver);
    const ChildProcess bystander(liveForEver);
    QVERIFY(signalServerGroup(child.id(), SIGTERM));
    QCOMPARE(child.reap(), SIGTERM);
    QVERIFY(isAlive(bystander.id()));
}

void TestProcessGroup::stragglersAreSignalledOneByOne_data()
{
    QTest::addColumn<bool>("isReaped");

    QTest::newRow("zombie leader") << false;
    QTest::newRow("reaped leader") << true;
}

void TestProcessGroup::stragglersAreSignalledOneByOne()
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

void TestProcessGroup::aSignalForAnotherStampReachesNobody_data()
{
    QTest::addColumn<int>("difference");
    QTest::addColumn<bool>("isLeader");

    QTest::newRow("a predecessor of the leader") << -1 << true;
    QTest::newRow("a successor of the leader") << 1 << true;
    QTest::newRow("a predecessor of a member") << -1 << false;
    QTest::newRow("a successor of a member") << 1 << false;
}

void TestProcessGroup::aSignalForAnotherStampReachesNobody()
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

void TestProcessGroup::whereNobodyIsNothingIsSignalled()
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

void TestProcessGroup::groupSignalsNeedTheirLeader()
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
