#pragma once

#include "core/process/processid.h"
#include "tests/core/childprocess.h"

#include <array>
#include <memory>

namespace sharedserver::test {

/// What a process is to the leader of a group.
enum Role : size_t {
    Leader,
    Member, ///< stays in its leader's group
    Hermit, ///< makes a session of its own
    Splinter, ///< stays in the session, in a group of its own
    Corpse, ///< a member that is dead, and not reaped
    RoleCount,
};

/// A server as a test wants one: a leader with one process of each kind. All end with this object.
class Family
{
public:
    Family();
    ~Family();
    Family(const Family &) = delete;
    Family &operator=(const Family &) = delete;

    const ProcessId &id(Role role) const { return m_ids[role]; }
    bool lives(Role role) const { return isAlive(id(role)); }
    void killLeader() const;
    void reapLeader() const { m_leader->reap(); }

    bool hasCorpse = false;

private:
    std::unique_ptr<ChildProcess> m_leader;
    std::array<ProcessId, RoleCount> m_ids;
};

/// The same pid with another stamp.
ProcessId withStamp(const ProcessId &id, quint64 stamp);

} // namespace sharedserver::test
