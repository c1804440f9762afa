#include "core/lockfile/inplacewrite.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr qsizetype kFirstRead = 2048;

/// 0, or an errno value.
int writeAt(int file, const QByteArray &content, off_t offset)
{
    qsizetype done = 0;
    while (done < content.size()) {
        const ssize_t count =
            pwrite(file, content.constData() + done, size_t(content.size() - done), offset + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0 ? ENOSPC : errno;
        done += count;
    }
    return 0;
}

} // namespace

Result<void> overwriteInPlace(int file, const QByteArray &content)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return systemFailure(QStringLiteral("Cannot look at a lockfile"), errno);
    // What nobody can read needs no care, and could be more than memory holds.
    if (status.st_size > kMostSize && ftruncate(file, 0) != 0)
        return systemFailure(QStringLiteral("Cannot cut a lockfile"), errno);
    const qsizetype oldSize = status.st_size > kMostSize ? 0 : status.st_size;
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
        struct stat status;
        const bool isMore = count == room && fstat(file, &status) == 0 && status.st_size > most;
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
