#pragma once

#include "core/process/processgroup.h"

#include <QHash>

#include <optional>

namespace sharedserver {

/// How much processor time servers take between two looks.
class CpuMeter
{
public:
    /// Looks at the groups of these leaders, and forgets all others. One pass over the process
    /// table. `nowMs`: milliseconds, of any clock.
    void measure(const QList<ProcessId> &leaders, qint64 nowMs);
    void forget() { m_samples.clear(); }

    /// What the group uses in all; nothing where it was gone at the last look.
    std::optional<ResourceUse> use(const ProcessId &leader) const;
    /// Percent of one processor between the last two looks; nothing where there was only one.
    std::optional<double> percent(const ProcessId &leader) const;

private:
    struct Sample
    {
        ProcessId leader;
        ResourceUse use;
        qint64 takenAtMs = 0;
        std::optional<double> percent;
    };
    const Sample *find(const ProcessId &leader) const;

    QHash<qint64, Sample> m_samples; ///< by the leader's pid
};

} // namespace sharedserver
