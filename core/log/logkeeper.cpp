#include "core/log/logkeeper.h"

#include "core/log/logcut.h"

#include <QDateTime>
#include <QFile>
#include <QFileSystemWatcher>
#include <QTimer>

#include <algorithm>

namespace sharedserver {

namespace {

// How long a log that was just written to is left unwatched: a chatty server must not wake the
// watcher at every line.
constexpr std::chrono::milliseconds kMostPause{250};
constexpr std::chrono::milliseconds kLeastPause{5};
// How exactly one can say when a line was written, while others follow it closely.
constexpr qint64 kMarkEveryMs = 1000;

} // namespace

struct LogKeeper::Entry
{
    explicit Entry(const KeptLog &kept)
        : log(kept)
        , times(kept.timesPath)
    {
    }
    KeptLog log;
    LogTimes times;
    QTimer pause;
    qint64 end = 0; ///< of the log, at the last look
    qint64 markedEnd = -1;
    qint64 markedAtMs = 0;
};

LogKeeper::LogKeeper(qint64 maxBytes, QObject *parent)
    : QObject(parent)
    , m_maxBytes(maxBytes)
{
}

LogKeeper::~LogKeeper() = default;

void LogKeeper::keep(const KeptLog &log)
{
    auto chain = LogChain::open(log.path);
    if (!chain)
        return; // a pipe, or /dev/null
    if (!m_watcher) {
        m_watcher = std::make_unique<QFileSystemWatcher>();
        connect(m_watcher.get(), &QFileSystemWatcher::fileChanged, this, &LogKeeper::handleWrite);
    }
    const QString path = QFile::decodeName(log.path);
    const auto entry = std::make_shared<Entry>(log);
    entry->pause.setSingleShot(true);
    connect(&entry->pause, &QTimer::timeout, this, [this, path] { handlePause(path); });
    m_kept.insert(path, entry);
    if (log.startPlace)
        entry->times.mark(chain->identity(), log.startMs, *log.startPlace, chain->begin());
    chain.reset(); // it may have to be cut
    look(*entry);
    m_watcher->addPath(path);
}

void LogKeeper::forget(const QByteArray &path)
{
    const QString file = QFile::decodeName(path);
    const auto entry = m_kept.take(file);
    if (!entry)
        return;
    m_watcher->removePath(file);
    entry->markedAtMs = 0;
    look(*entry);
}

void LogKeeper::handleWrite(const QString &path)
{
    const auto entry = m_kept.value(path);
    if (!entry)
        return;
    m_watcher->removePath(path);
    look(*entry);
    entry->pause.start(kMostPause);
}

void LogKeeper::handlePause(const QString &path)
{
    const auto entry = m_kept.value(path);
    if (!entry)
        return;
    const qint64 growth = look(*entry);
    if (growth == 0) {
        rest(path, *entry);
        return;
    }
    // At this pace, look again when a quarter of the bound is written.
    const std::chrono::milliseconds pause(entry->pause.interval() * (m_maxBytes / 4) / growth);
    entry->pause.start(std::clamp(pause, kLeastPause, kMostPause));
}

void LogKeeper::rest(const QString &path, Entry &entry)
{
    m_watcher->addPath(path);
    entry.markedAtMs = 0; // the end of a burst is told exactly
    if (look(entry) > 0) {
        m_watcher->removePath(path); // it was written to before it was watched
        entry.pause.start(kMostPause);
    }
}

qint64 LogKeeper::look(Entry &entry) const
{
    if (entry.log.isBounded)
        boundLog(entry.log.path, m_maxBytes);
    const auto chain = LogChain::open(entry.log.path);
    if (!chain)
        return 0;
    const qint64 nowMs = QDateTime::currentMSecsSinceEpoch();
    const qint64 growth = chain->end() - std::exchange(entry.end, chain->end());
    const bool isDue = std::abs(nowMs - entry.markedAtMs) >= kMarkEveryMs;
    if (chain->end() != entry.markedEnd && isDue) {
        entry.times.mark(chain->identity(), nowMs, chain->end(), chain->begin());
        entry.markedEnd = chain->end();
        entry.markedAtMs = nowMs;
    }
    return std::max<qint64>(growth, 0);
}

} // namespace sharedserver
