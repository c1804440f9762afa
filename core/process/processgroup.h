#pragma once

#include "core/base/error.h"
#include "core/process/processid.h"

#include <QHash>
#include <QList>

namespace sharedserver {

/// The live members (zombies left out) of the group that `leader` leads or led.
///
/// A leader that is dead but whose stamp is known is enough: its group number cannot be given to
/// strangers while a member lives. Members of another user, of another session, or older than the
/// leader are never returned: they would be a stranger's group under a recycled number. So is
/// nobody where the leader's stamp is not known: confirm() it first. `isKnown` becomes false where
/// the processes cannot be looked through now (no descriptor left), so that nobody can tell.
QList<ProcessId> liveGroupMembers(const ProcessId &leader, bool *isKnown = nullptr);

/// Signals a server and all of its group; only the process itself where it leads no group of its
/// own (a server that another tool started). Where the leader is dead, each remaining member gets
/// the signal by its own identity. Says whether anything was there to be signalled.
bool signalServerGroup(const ProcessId &leader, int signal);

struct ResourceUse
{
    quint64 cpuMicroseconds = 0; ///< of all live members since each one's start
    quint64 residentBytes = 0;
};

/// Sums over the group. Costs one pass over the process table: only while something shows it.
ResourceUse resourceUse(const ProcessId &leader);
/// The same for many at once, by the leader's pid, in a single pass. Those that are gone are left
/// out.
QHash<qint64, ResourceUse> resourceUses(const QList<ProcessId> &leaders);

} // namespace sharedserver
