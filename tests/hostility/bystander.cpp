#include "tests/hostility/bystander.h"

#include "core/process/platform.h"
#include "tests/core/rawclient.h"

#include <QDebug>
#include <QJsonObject>

#include <algorithm>

namespace sharedserver::test {

namespace {

// He asks as fast as he is answered, so only the first of many trips need be kept.
constexpr size_t kMostTrips = 1000000;

double milliseconds(std::chrono::microseconds time)
{
    return double(time.count()) / 1000.0;
}

} // namespace

Bystander::Bystander()
    : m_thread(&Bystander::ask, this)
{
}

Bystander::~Bystander()
{
    m_isOver = true;
    if (m_thread.joinable())
        m_thread.join();
}

void Bystander::ask()
{
    using Clock = std::chrono::steady_clock;
    RawClient client = RawClient::greeted();
    // Once at least, however short the trouble is.
    do {
        const auto before = Clock::now();
        m_isAnswered = client.ask("list").contains("result");
        const auto trip =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - before);
        if (m_trips.size() < kMostTrips)
            m_trips.push_back(trip);
    } while (m_isAnswered && !m_isOver);
}

bool Bystander::wasServed()
{
    m_isOver = true;
    m_thread.join();
    std::sort(m_trips.begin(), m_trips.end());
    const auto worst = m_trips.back();
    qInfo().nospace() << "a bystander's round trips: " << m_trips.size() << ", median "
                      << milliseconds(m_trips[m_trips.size() / 2]) << " ms, worst "
                      << milliseconds(worst) << " ms";
    return m_isAnswered && worst < kPatience;
}

qint64 residentBytes(qint64 pid)
{
    const auto info = platform::inspect(pid_t(pid));
    return info ? qint64(info->residentBytes) : 0;
}

} // namespace sharedserver::test
