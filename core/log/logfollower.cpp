#include "core/log/logfollower.h"

#include "core/process/wholetransfer.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace sharedserver {

namespace {

// What is read at once, while the log is held. What comes of it can take its time.
constexpr qint64 kPiece = 1024 * 1024;
// After which a log is read although another process holds it.
constexpr int kMostVainLooks = LogChain::kPatience / LogFollower::kPause;

} // namespace

LogFollower::LogFollower(const QByteArray &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, [this] { look(); });
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &LogFollower::lookSoon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &LogFollower::lookSoon);
}

LogFollower::~LogFollower() = default;

void LogFollower::lookSoon()
{
    if (!m_pause.isActive())
        m_pause.start();
}

void LogFollower::begin(qint64 mostBytes)
{
    LogPosition start;
    if (const auto chain = LogChain::open(m_path)) {
        const qint64 first = std::max(chain->logBegin(), chain->end() - mostBytes);
        start = {chain->identity(),
                 first > chain->logBegin() ? chain->nextLine(first) : chain->logBegin()};
    }
    beginAt(start);
}

void LogFollower::beginAt(const LogPosition &start)
{
    m_next = start;
    look();
}

void LogFollower::catchUp()
{
    m_pause.stop();
    look(LogChain::kPatience);
}

void LogFollower::look(std::chrono::milliseconds patience)
{
    // Not what comes meanwhile: a server that writes without end must not keep us here.
    std::optional<qint64> upTo;
    while (readOn(patience, &upTo)) {
    }
    watch();
}

/// Nothing where there is no log, or it is to be looked at again soon.
std::optional<LogChain> LogFollower::open(std::chrono::milliseconds patience)
{
    const bool isTired = m_vainLooks == kMostVainLooks;
    auto chain = LogChain::open(m_path, isTired ? std::chrono::milliseconds(0) : patience);
    if (!chain || !chain->isHeld()) {
        m_vainLooks = 0;
    } else if (patience == LogChain::kPatience) {
        m_vainLooks = kMostVainLooks;
    } else if (!isTired) {
        ++m_vainLooks;
        lookSoon();
        return {};
    }
    return chain;
}

/// Reads one piece; false where that was the last one. `upTo` becomes where the log ends now.
bool LogFollower::readOn(std::chrono::milliseconds patience, std::optional<qint64> *upTo)
{
    auto chain = open(patience);
    if (!chain)
        return false;
    QByteArray text;
    qint64 missing = 0;
    if (m_next.log != chain->identity()) {
        startOver();
        m_next = {chain->identity(), chain->logBegin()};
    } else if (chain->end() < m_next.place) {
        text = chain->readEmptied(m_next.place, kPiece); // and then again from its begin
        m_next.place = 0;
    }
    if (text.isEmpty()) {
        missing = std::max<qint64>(0, chain->begin() - m_next.place);
        m_next.place += missing;
        text = chain->read(m_next.place, kPiece);
        m_next.place += text.size();
    }
    const qint64 end = chain->end();
    m_nextInFile = chain->placeInFile(m_next.place);
    m_file = chain->takeFile();
    chain.reset();
    if (missing > 0)
        emit skipped(missing);
    if (!text.isEmpty())
        emit appended(text);
    if (!*upTo)
        *upTo = end;
    return !text.isEmpty() && m_next.place < **upTo;
}

/// Another file has taken the place of the one that was read, which may have got more since.
void LogFollower::startOver()
{
    while (m_file.isOpen()) {
        const QByteArray text = readAt(m_file.get(), m_nextInFile, kPiece);
        if (text.isEmpty())
            break;
        m_nextInFile += text.size();
        emit appended(text);
    }
}

void LogFollower::watch()
{
    // A file that is removed or replaced is watched no more, and one that is not there yet cannot
    // be: its folder tells when it comes.
    const QString path = QFile::decodeName(m_path);
    bool isNew = false;
    if (!m_watcher.files().contains(path))
        isNew = m_watcher.addPath(path);
    const QString folder = QFileInfo(path).absolutePath();
    if (m_watcher.files().isEmpty())
        m_watcher.addPath(folder);
    else if (!m_watcher.directories().isEmpty())
        m_watcher.removePath(folder);
    if (isNew)
        lookSoon(); // for what came before it was watched
}

} // namespace sharedserver
