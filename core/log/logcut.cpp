#include "core/log/logcut.h"

#include "core/lockfile/filelock.h"
#include "core/log/logmarker.h"
#include "core/process/filedescriptor.h"
#include "core/process/filestatus.h"
#include "core/process/wholetransfer.h"

#include <algorithm>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

using platform::FrontRemoval;

// What a server writes while the log is copied stays behind in it. The cut is made at the end of a
// line in this last part of the log (one over this number), so that it can be the one that leaves
// the least to be filled up to a whole block.
constexpr qint64 kChoice = 8;

// How many times the bound the old lines may take: a log is over its bound when it is cut.
constexpr qint64 kMostOld = 2;

// How many more pieces are copied of a log that can only be emptied, while its server adds others.
constexpr int kMostCatchingUp = 100;

/// One log that is to be cut.
class Cut
{
public:
    Cut(const QByteArray &path, int file, qint64 maxBytes, FrontRemoval most)
        : m_path(path)
        , m_file(file)
        , m_maxBytes(maxBytes)
        , m_most(most)
    {
        if (const auto status = FileStatus::of(file))
            m_block = std::clamp<qint64>(status->blockSize(), 512, 65536);
    }

    LogCut make()
    {
        if (!isNeeded())
            return LogCut::NotNeeded;
        limitToPossible();
        completeInterrupted();
        if (!isNeeded())
            return LogCut::Made;
        if (m_most == FrontRemoval::None) {
            copyAside(m_size);
            emptyAfter(m_size);
            return LogCut::Made;
        }
        const qint64 end = chooseEnd();
        const qint64 block = blockBefore(end);
        if (block <= markerBegin())
            return LogCut::NotNeeded; // not a whole block would go
        copyAside(end);
        if (replaceRest(block, end))
            platform::dropFront(m_file, block, m_most);
        return LogCut::Made;
    }

private:
    bool isNeeded()
    {
        const auto status = FileStatus::of(m_file);
        if (!status || !status->isRegular())
            return false;
        m_size = status->size();
        m_layout = LogLayout::of(m_file);
        return m_size - m_layout.begin > m_maxBytes;
    }

    QByteArray freshPath() const { return m_path + ".1.new"; }

    FileDescriptor makeFresh() const
    {
        unlink(freshPath().constData());
        return FileDescriptor(::open(freshPath().constData(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    }

    void limitToPossible()
    {
        const FileDescriptor scratch = makeFresh();
        if (scratch.isOpen())
            m_most = std::min(m_most, platform::frontRemoval(scratch.get()));
        unlink(freshPath().constData());
    }

    /// Where the file's data begins, with the marker.
    qint64 markerBegin() const { return platform::dataBegin(m_file); }

    /// The last block that ends where a marker still fits in before `end`.
    qint64 blockBefore(qint64 end) const
    {
        return std::max<qint64>(0, end - LogMarker::kLeastSize) / m_block * m_block;
    }

    /// The end of a line, and the file's own where the last line alone is over the bound.
    qint64 chooseEnd() const
    {
        for (qint64 length = std::max<qint64>(m_maxBytes / kChoice, 1);; length *= 2) {
            const qint64 from = std::max(m_layout.begin, m_size - length);
            const qint64 best = bestEnd(readAt(m_file, from, m_size - from), from);
            if (best > 0)
                return best;
            if (from == m_layout.begin || length > m_maxBytes)
                return m_size;
        }
    }

    /// That of the lines in `text`, which stands at `from`; 0 where there is none to cut at.
    qint64 bestEnd(const QByteArray &text, qint64 from) const
    {
        qint64 best = 0;
        qint64 bestRest = m_block;
        qsizetype at = text.lastIndexOf('\n');
        while (at >= 0 && bestRest > 0) {
            const qint64 end = from + at + 1;
            const qint64 rest = end - LogMarker::kLeastSize - blockBefore(end);
            if (rest < bestRest && blockBefore(end) > markerBegin()) {
                best = end;
                bestRest = rest;
            }
            at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1;
        }
        return best;
    }

    /// The lines before `end` become `<path>.1`, as many as may be kept.
    void copyAside(qint64 end)
    {
        const QByteArray old = m_path + ".1";
        if (copyTo(old, end))
            return;
        unlink(old.constData()); // which makes room
        copyTo(old, end);
    }

    bool copyTo(const QByteArray &old, qint64 end)
    {
        const QByteArray fresh = freshPath();
        const FileDescriptor aside = makeFresh();
        if (!aside.isOpen())
            return false;
        bool isGood = true;
        for (qint64 at = firstKept(end); at < end && isGood;) {
            const QByteArray part = readAt(m_file, at, std::min<qint64>(end - at, 1 << 20));
            isGood = !part.isEmpty() && writeOn(aside.get(), part) == 0;
            at += part.size();
        }
        if (isGood && rename(fresh.constData(), old.constData()) == 0)
            return true;
        unlink(fresh.constData());
        return false;
    }

    /// The beginning of the first line before `end` that is not dropped.
    qint64 firstKept(qint64 end) const
    {
        const qint64 from = end - kMostOld * m_maxBytes;
        if (from <= m_layout.begin)
            return m_layout.begin;
        const QByteArray text = readAt(m_file, from - 1, std::min<qint64>(end - from, 1 << 20));
        const qsizetype lineEnd = text.indexOf('\n');
        return lineEnd >= 0 ? from + lineEnd : from;
    }

    /// What stands between the last whole block and `end` was copied, and cannot be taken away: the
    /// marker takes its place.
    bool replaceRest(qint64 block, qint64 end) const
    {
        const LogMarker marker{m_layout.base + block, end - block};
        return writeAt(m_file, marker.text(), block) == 0;
    }

    /// Killed after its marker was written: what stands before it was copied already.
    void completeInterrupted()
    {
        if (m_most == FrontRemoval::None || !FileStatus::ofName((m_path + ".1").constData()))
            return;
        for (qint64 block = markerBegin() + m_block; block < m_size; block += m_block) {
            const auto marker = LogMarker::at(m_file, block);
            if (!marker || marker->position != m_layout.base + block)
                continue;
            platform::dropFront(m_file, block, m_most);
            return;
        }
    }

    /// Adds what was written since `copied` to the copy, and empties the log at once.
    void emptyAfter(qint64 copied)
    {
        const QByteArray old = m_path + ".1";
        const FileDescriptor aside(
            ::open(old.constData(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
        for (int tries = 0; tries < kMostCatchingUp && aside.isOpen(); ++tries) {
            const QByteArray more = readAt(m_file, copied, 1 << 16);
            if (more.isEmpty() || writeOn(aside.get(), more) != 0)
                break;
            copied += more.size();
        }
        [[maybe_unused]] const int result = ftruncate(m_file, 0);
    }

    QByteArray m_path;
    int m_file;
    qint64 m_maxBytes;
    FrontRemoval m_most;
    qint64 m_block = 4096;
    qint64 m_size = 0;
    LogLayout m_layout;
};

} // namespace

LogCut boundLog(const QByteArray &path, qint64 maxBytes, FrontRemoval most)
{
    const FileDescriptor file(
        ::open(path.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
    const auto status = FileStatus::of(file.get());
    // Most often it is far from its bound: then this is all that it costs.
    if (!status || !status->isRegular() || status->size() <= maxBytes)
        return LogCut::NotNeeded;
    const auto lock = FileLock::tryAcquire(file.get(), FileLock::Mode::Exclusive);
    if (!lock)
        return LogCut::Busy;
    return Cut(path, file.get(), maxBytes, most).make();
}

} // namespace sharedserver
