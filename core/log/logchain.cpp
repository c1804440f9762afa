#include "core/log/logchain.h"

#include "core/process/filefront.h"
#include "core/process/filestatus.h"
#include "core/process/wholetransfer.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr qint64 kStep = 65536;

/// Whether it is a log of ours. One that the user named may have a neighbour that is none of it.
bool isInOurFolder(const QByteArray &path)
{
    return path.left(path.lastIndexOf('/')).endsWith("/sharedserver/logs");
}

} // namespace

std::optional<LogChain> LogChain::open(const QByteArray &path, std::chrono::milliseconds patience)
{
    LogChain chain;
    chain.m_file.reset(::open(path.constData(), kReadFlags));
    auto status = FileStatus::of(chain.m_file.get());
    if (!status || !status->isRegular())
        return {};
    auto lock = FileLock::acquire(chain.m_file.get(), FileLock::Mode::Shared, patience);
    if (lock)
        chain.m_lock = std::move(*lock);
    else
        chain.m_isHeld = lock.error().kind == Error::Kind::Timeout;
    status = FileStatus::of(chain.m_file.get()); // as it is while it is locked
    if (!status)
        return {};
    chain.m_identity = {status->device(), status->inode()};
    chain.m_size = status->size();
    chain.m_changedAtMs = platform::modifiedAtMs(chain.m_file.get());
    chain.m_layout = LogLayout::of(chain.m_file.get());
    chain.m_oldBegin = chain.logBegin();
    if (!chain.m_layout.isContinued && !isInOurFolder(path))
        return chain;
    chain.m_old.reset(::open((path + ".1").constData(), kReadFlags | O_NOFOLLOW));
    const auto old = FileStatus::of(chain.m_old.get());
    if (old && old->isRegular())
        chain.m_oldBegin = chain.logBegin() - old->size();
    return chain;
}

QByteArray LogChain::read(qint64 place, qint64 most) const
{
    if (place < logBegin())
        return readAt(m_old.get(), place - m_oldBegin, std::min(most, logBegin() - place));
    return readAt(m_file.get(), place - m_layout.base, std::min(most, end() - place));
}

qint64 LogChain::lastLines(qint64 count) const
{
    if (count <= 0)
        return end();
    qint64 upTo = end();
    if (upTo > begin() && read(upTo - 1, 1) == "\n")
        --upTo; // it ends the last line
    while (upTo > begin()) {
        // Not over the seam between the files: read() stops there.
        const qint64 seam = upTo > logBegin() ? logBegin() : begin();
        const qint64 from = std::max(seam, upTo - kStep);
        const QByteArray text = read(from, upTo - from);
        qsizetype at = text.lastIndexOf('\n');
        while (at >= 0) {
            if (--count == 0)
                return from + at + 1;
            at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1;
        }
        upTo = from;
    }
    return begin();
}

qint64 LogChain::nextLine(qint64 place) const
{
    if (place <= begin())
        return begin();
    for (qint64 at = place - 1; at < end();) {
        const QByteArray text = read(at, kStep);
        const qsizetype lineEnd = text.indexOf('\n');
        if (lineEnd >= 0)
            return at + lineEnd + 1;
        if (text.isEmpty())
            break;
        at += text.size();
    }
    return end();
}

QByteArray LogChain::readEmptied(qint64 place, qint64 most) const
{
    return m_old.isOpen() ? readAt(m_old.get(), place, most) : QByteArray();
}

} // namespace sharedserver
