#include "core/process/processwatch.h"

#include "core/process/platform.h"

#include <QSocketNotifier>
#include <QTimer>

#include <cerrno>
#include <chrono>

namespace sharedserver {

namespace {

constexpr std::chrono::milliseconds kPollInterval{500};

} // namespace

ProcessMonitor::ProcessMonitor(QObject *parent)
    : QObject(parent)
    , m_queue(std::make_unique<platform::ExitQueue>())
{
    if (m_queue->descriptor() < 0)
        return;
    m_notifier = new QSocketNotifier(m_queue->descriptor(), QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &ProcessMonitor::collect);
}

ProcessMonitor::~ProcessMonitor() = default;

void ProcessMonitor::add(ProcessWatch *watch)
{
    watch->m_token = ++m_lastToken;
    const ProcessId &process = watch->process();
    const int error = m_queue->add(watch->m_token, pid_t(process.pid), process.startStamp);
    if (error == 0) {
        m_watches.insert(watch->m_token, watch);
        return;
    }
    if (error == ESRCH) {
        ExitStatus status;
        const auto corpse = platform::inspect(pid_t(process.pid));
        if (corpse && corpse->startStamp == process.startStamp)
            status = ExitStatus::fromWaitStatus(corpse->waitStatus);
        const auto tell = [this, watch, status] {
            emit watch->ended(status);
            emit told();
        };
        QMetaObject::invokeMethod(watch, tell, Qt::QueuedConnection);
        return;
    }
    m_polled.insert(watch->m_token, watch);
    if (!m_pollTimer) {
        m_pollTimer = new QTimer(this);
        connect(m_pollTimer, &QTimer::timeout, this, &ProcessMonitor::poll);
    }
    // Not anew with each: who comes often would put the look off for ever.
    if (!m_pollTimer->isActive())
        m_pollTimer->start(kPollInterval);
}

void ProcessMonitor::remove(ProcessWatch *watch)
{
    if (m_watches.remove(watch->m_token))
        m_queue->remove(watch->m_token);
    if (m_polled.remove(watch->m_token) && m_polled.isEmpty())
        m_pollTimer->stop();
}

void ProcessMonitor::collect()
{
    // A handler may delete any watch, so each is looked up only when its turn comes.
    const auto allEnded = m_queue->takeEnded();
    for (const auto &ended : allEnded) {
        if (ProcessWatch *watch = m_watches.take(ended.token))
            emit watch->ended(ExitStatus::fromWaitStatus(ended.waitStatus));
    }
    if (!allEnded.empty())
        emit told();
}

void ProcessMonitor::poll()
{
    bool hasTold = false;
    const QList<quint64> tokens = m_polled.keys();
    for (const quint64 token : tokens) {
        ProcessWatch *watch = m_polled.value(token);
        if (!watch)
            continue;
        // What kept it from the queue may be over.
        const ProcessId &process = watch->process();
        const int error = m_queue->add(token, pid_t(process.pid), process.startStamp);
        if (error != 0 && error != ESRCH && isAlive(process))
            continue;
        m_polled.remove(token);
        if (error == 0) {
            m_watches.insert(token, watch);
            continue;
        }
        emit watch->ended({});
        hasTold = true;
    }
    if (m_polled.isEmpty())
        m_pollTimer->stop();
    if (hasTold)
        emit told();
}

ProcessWatch::ProcessWatch(ProcessMonitor *monitor, const ProcessId &process, QObject *parent)
    : QObject(parent)
    , m_monitor(monitor)
    , m_process(process)
{
    m_monitor->add(this);
}

ProcessWatch::~ProcessWatch()
{
    m_monitor->remove(this);
}

} // namespace sharedserver
