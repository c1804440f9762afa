#include "core/lockfile/inplacewrite.h"

#include "core/process/filestatus.h"
#include "core/process/wholetransfer.h"

#include <cerrno>

#include <unistd.h>

namespace sharedserver {

namespace {

constexpr qsizetype kFirstRead = 2048;

} // namespace

Result<void> overwriteInPlace(int file, const QByteArray &content)
{
    const auto status = FileStatus::of(file);
    if (!status)
        return systemFailure(QStringLiteral("Cannot look at a lockfile"), errno);
    // What nobody can read needs no care, and could be more than memory holds.
    const bool isTooBig = status->size() > kMostSize;
    if (isTooBig && ftruncate(file, 0) != 0)
        return systemFailure(QStringLiteral("Cannot cut a lockfile"), errno);
    const qsizetype oldSize = isTooBig ? 0 : status->size();
    if (content.size() > oldSize) {
        const int error = writeAt(file, QByteArray(content.size() - oldSize, ' '), oldSize);
        if (error != 0) {
            [[maybe_unused]] const int cut = ftruncate(file, oldSize);
            return systemFailure(QStringLiteral("Cannot write a lockfile"), error);
        }
    }
    const int error = writeAt(file, content.leftJustified(oldSize, ' '), 0);
    if (error != 0)
        return systemFailure(QStringLiteral("Cannot write a lockfile"), error);
    if (content.size() < oldSize && ftruncate(file, content.size()) != 0)
        return systemFailure(QStringLiteral("Cannot cut a lockfile"), errno);
    return {};
}

Result<QByteArray> readWhole(int file, qsizetype most)
{
    // Most files fit the first read, which then says by its shortness that this was all.
    QByteArray content(kFirstRead, Qt::Uninitialized);
    qsizetype done = 0;
    for (;;) {
        const qsizetype room = content.size() - done;
        const ssize_t count = pread(file, content.data() + done, size_t(room), done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return systemFailure(QStringLiteral("Cannot read a lockfile"), errno);
        done += count;
        // Only what filled its first read is worth another question: then before it is read.
        const auto status = count == room ? FileStatus::of(file) : std::nullopt;
        const bool isMore = status && status->size() > most;
        if (done > most || isMore)
            return failure(Error::Kind::Corrupt, QStringLiteral("It is far too big."));
        if (count < room)
            break;
        content.resize(done * 2);
    }
    content.truncate(done);
    return content;
}

} // namespace sharedserver
