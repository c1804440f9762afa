#include "core/supervisor/raretask.h"

#include <algorithm>
#include <chrono>

namespace sharedserver {

using Time = std::chrono::steady_clock;

RareTask::RareTask(std::function<void()> task, QObject *parent)
    : QObject(parent)
    , m_task(std::move(task))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &RareTask::run);
}

void RareTask::ask()
{
    if (!m_timer.isActive())
        startWhenRested();
}

void RareTask::startWhenRested()
{
    m_timer.start(restLeft());
}

std::chrono::milliseconds RareTask::restLeft() const
{
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(m_restsUntil - Time::now());
    return std::max(rest, std::chrono::milliseconds(0));
}

void RareTask::run()
{
    const auto begin = Time::now();
    m_task();
    const auto end = Time::now();
    m_restsUntil = end + std::min<Time::duration>(kRest * (end - begin), kLongestRest);
    if (m_timer.isActive()) // it was asked for meanwhile
        startWhenRested();
}

} // namespace sharedserver
