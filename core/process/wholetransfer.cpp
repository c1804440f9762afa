#include "core/process/wholetransfer.h"

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace sharedserver {

namespace {

/// `writeSome` writes from a place in the bytes on, as write(2) does.
template<typename WriteSome>
int writeWhole(qsizetype size, WriteSome writeSome)
{
    qsizetype done = 0;
    while (done < size) {
        const ssize_t count = writeSome(done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0 ? ENOSPC : errno;
        done += count;
    }
    return 0;
}

} // namespace

QByteArray readAt(int file, qint64 offset, qint64 length)
{
    QByteArray bytes(qsizetype(std::max<qint64>(length, 0)), Qt::Uninitialized);
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t count =
            pread(file, bytes.data() + done, size_t(bytes.size() - done), offset + done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += count;
    }
    bytes.truncate(done);
    return bytes;
}

int writeAt(int file, const QByteArray &bytes, qint64 offset)
{
    return writeWhole(bytes.size(), [&](qsizetype done) {
        return pwrite(file, bytes.constData() + done, size_t(bytes.size() - done), offset + done);
    });
}

int writeOn(int file, const QByteArray &bytes)
{
    return writeWhole(bytes.size(), [&](qsizetype done) {
        return write(file, bytes.constData() + done, size_t(bytes.size() - done));
    });
}

} // namespace sharedserver
