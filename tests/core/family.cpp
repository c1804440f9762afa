#include "tests/core/family.h"

#include "core/process/platform.h"
#include "tests/support/patience.h"

#include <QTest>

#include <csignal>
#include <type_traits>

#include <unistd.h>

namespace sharedserver::test {

namespace {

/// Without a gap, which would be written though nothing had been put there.
struct Arrival
{
    Role role;
    qint64 pid;
};
static_assert(std::has_unique_object_representations_v<Arrival>);

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

} // namespace

Family::Family()
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
        m_ids[arrival.role] = {arrival.pid, platform::inspect(pid_t(arrival.pid))->startStamp};
    }
    close(line[0]);
    // It is counted as dead only from then on.
    hasCorpse = QTest::qWaitFor([this] { return !isAlive(id(Corpse)); }, kPatienceMs);
}

Family::~Family()
{
    for (const Role role : {Member, Hermit, Splinter})
        platform::sendSignal(pid_t(id(role).pid), id(role).startStamp, SIGKILL);
}

void Family::killLeader() const
{
    kill(m_leader->pid(), SIGKILL);
    m_leader->becomesZombie();
}

ProcessId withStamp(const ProcessId &id, quint64 stamp)
{
    return {id.pid, stamp};
}

} // namespace sharedserver::test
