#include "core/process/cpumeter.h"

#include <utility>

namespace sharedserver {

void CpuMeter::measure(const QList<ProcessId> &leaders, qint64 nowMs)
{
    const auto uses = resourceUses(leaders);
    const auto before = std::exchange(m_samples, {});
    for (const ProcessId &leader : leaders) {
        const auto use = uses.constFind(leader.pid);
        if (use == uses.constEnd())
            continue;
        Sample sample{leader, *use, nowMs, {}};
        const auto last = before.constFind(leader.pid);
        if (last != before.constEnd() && last->leader == leader) {
            const qint64 elapsed = nowMs - last->takenAtMs;
            // Less than before: a member of the group has ended, and its share with it.
            if (elapsed > 0 && use->cpuMicroseconds >= last->use.cpuMicroseconds) {
                sample.percent = double(use->cpuMicroseconds - last->use.cpuMicroseconds)
                    / double(elapsed) / 10.0;
            } else {
                sample.percent = last->percent;
            }
        }
        m_samples.insert(leader.pid, sample);
    }
}

const CpuMeter::Sample *CpuMeter::find(const ProcessId &leader) const
{
    const auto sample = m_samples.constFind(leader.pid);
    return sample != m_samples.constEnd() && sample->leader == leader ? &*sample : nullptr;
}

std::optional<ResourceUse> CpuMeter::use(const ProcessId &leader) const
{
    const Sample *sample = find(leader);
    return sample ? std::optional(sample->use) : std::nullopt;
}

std::optional<double> CpuMeter::percent(const ProcessId &leader) const
{
    const Sample *sample = find(leader);
    return sample ? sample->percent : std::nullopt;
}

} // namespace sharedserver
