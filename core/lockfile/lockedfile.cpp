#include "core/lockfile/lockedfile.h"

#include "core/lockfile/inplacewrite.h"
#include "core/process/filestatus.h"

#include <QDeadlineTimer>
#include <QFile>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr mode_t kPrivateFile = 0600;
// How often a file may be exchanged for another while it is waited for. Who comes late to its lock
// has to look at least once more, so it is not time that ends this.
constexpr int kMostExchanges = 1000;

QString fullPath(const LockDirectory &directory, const QString &fileName)
{
    return directory.path() + QLatin1Char('/') + fileName;
}

Failure cannot(const char *verb, const LockDirectory &directory, const QString &fileName,
               int errorNumber)
{
    return systemFailure(
        QStringLiteral("Cannot %1 '%2'").arg(QLatin1String(verb), fullPath(directory, fileName)),
        errorNumber);
}

QByteArray temporaryName(const QByteArray &fileName)
{
    return '.' + fileName + '.' + QByteArray::number(getpid()) + ".tmp";
}

/// Makes a file with this content under `name`; 0 or an errno value.
int writeNewFile(int directory, const QByteArray &name, const QByteArray &content)
{
    unlinkat(directory, name.constData(), 0); // a dead process with our pid may have left one
    const FileDescriptor file(openat(directory, name.constData(),
                                     O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                     kPrivateFile));
    if (!file.isOpen())
        return errno;
    const auto written = overwriteInPlace(file.get(), content);
    if (written)
        return 0;
    unlinkat(directory, name.constData(), 0);
    return ENOSPC; // nothing else makes a write to a new file fail but a full or failing disk
}

/// What is known of the file, where it can be trusted.
Result<FileStatus> examine(int file, const LockDirectory &directory, const QByteArray &name)
{
    const auto status = FileStatus::of(file);
    if (!status)
        return cannot("look at", directory, QFile::decodeName(name), errno);
    const QString path = fullPath(directory, QFile::decodeName(name));
    if (!status->isRegular()) {
        return failure(Error::Kind::Corrupt,
                       QStringLiteral("'%1' is no regular file. Remove it.").arg(path));
    }
    if (!status->isOurs()) {
        return failure(Error::Kind::Unsafe,
                       QStringLiteral("'%1' belongs to another user. Remove it.").arg(path));
    }
    return *status;
}

} // namespace

LockedFile::LockedFile(const LockDirectory &directory, const QByteArray &fileName,
                       FileDescriptor file)
    : m_directory(directory)
    , m_fileName(fileName)
    , m_file(std::move(file))
{
}

Result<std::optional<LockedFile>> LockedFile::open(const LockDirectory &directory,
                                                   const QString &fileName, FileLock::Mode mode,
                                                   std::chrono::milliseconds timeout)
{
    const QByteArray name = QFile::encodeName(fileName);
    // Shared is for reading, also on a read-only file system.
    const int access = mode == FileLock::Mode::Shared ? O_RDONLY : O_RDWR;
    const QDeadlineTimer deadline(timeout);
    for (int exchanged = 0; exchanged < kMostExchanges; ++exchanged) {
        FileDescriptor file(openat(directory.descriptor(), name.constData(),
                                   access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
        if (!file.isOpen()) {
            if (errno == ENOENT)
                return std::optional<LockedFile>();
            if (errno == ELOOP) {
                return failure(Error::Kind::Unsafe,
                               QStringLiteral("'%1' is a symbolic link. Remove it.")
                                   .arg(fullPath(directory, fileName)));
            }
            return cannot("open", directory, fileName, errno);
        }
        const auto opened = examine(file.get(), directory, name);
        if (!opened)
            return Failure(opened.error());
        auto lock = FileLock::acquire(file.get(), mode,
                                      std::chrono::milliseconds(deadline.remainingTime()));
        if (!lock && lock.error().kind != Error::Kind::Timeout)
            return Failure(lock.error());
        if (!lock) {
            return failure(Error::Kind::Timeout,
                           QStringLiteral("Another process keeps '%1' locked. End it, and try "
                                          "again.")
                               .arg(fullPath(directory, fileName)));
        }
        lock->release(); // to the descriptor
        const auto named = FileStatus::ofName(name.constData(), directory.descriptor());
        if (named && named->isSameFile(*opened))
            return LockedFile(directory, name, std::move(file));
    }
    return cannot("keep hold of", directory, fileName, EAGAIN);
}

Result<void> LockedFile::create(const LockDirectory &directory, const QString &fileName,
                                const QByteArray &content)
{
    const int descriptor = directory.descriptor();
    const QByteArray name = QFile::encodeName(fileName);
    const QByteArray temporary = temporaryName(name);
    int error = writeNewFile(descriptor, temporary, content);
    if (error != 0)
        return cannot("write", directory, fileName, error);
    // A link, unlike a rename, never replaces what is there.
    error =
        linkat(descriptor, temporary.constData(), descriptor, name.constData(), 0) == 0 ? 0 : errno;
    unlinkat(descriptor, temporary.constData(), 0);
    if (error == EEXIST) {
        return failure(Error::Kind::Conflict,
                       QStringLiteral("'%1' is there already. Remove it, if it is no lockfile.")
                           .arg(fullPath(directory, fileName)));
    }
    if (error != 0)
        return cannot("write", directory, fileName, error);
    return {};
}

Result<QByteArray> LockedFile::read() const
{
    return readWhole(m_file.get(), kMostSize);
}

Result<void> LockedFile::write(const QByteArray &content)
{
    const auto status = FileStatus::of(m_file.get());
    if (!status)
        return cannot("look at", m_directory, QFile::decodeName(m_fileName), errno);
    // A shorter text is written with spaces up to the end of the longer one.
    const bool canBeTorn = std::max<qint64>(content.size(), status->size()) > kUntearableSize;
    if (canBeTorn) {
        const auto redo = writeRedo(content);
        if (!redo)
            return redo;
    }
    const auto written = overwriteInPlace(m_file.get(), content);
    if (written) {
        removeRedo(); // one that an interrupted write has left, too
        return written;
    }
    return failure(
        Error::Kind::Io,
        QStringLiteral("%1 ('%2').")
            .arg(written.error().message, fullPath(m_directory, QFile::decodeName(m_fileName))));
}

Result<void> LockedFile::writeRedo(const QByteArray &content)
{
    const QByteArray temporary = temporaryName(redoName());
    int error = writeNewFile(m_directory.descriptor(), temporary, content);
    if (error == 0
        && renameat(m_directory.descriptor(), temporary.constData(), m_directory.descriptor(),
                    redoName().constData())
            != 0)
        error = errno;
    if (error != 0)
        return cannot("write", m_directory, QFile::decodeName(m_fileName), error);
    return {};
}

std::optional<QByteArray> LockedFile::readRedo() const
{
    const FileDescriptor redo(openat(m_directory.descriptor(), redoName().constData(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!redo.isOpen() || !examine(redo.get(), m_directory, redoName()))
        return {};
    const auto content = readWhole(redo.get(), kMostSize);
    return content ? std::make_optional(*content) : std::nullopt;
}

void LockedFile::removeRedo()
{
    unlinkat(m_directory.descriptor(), redoName().constData(), 0);
}

QByteArray LockedFile::redoName() const
{
    return '.' + m_fileName + ".redo";
}

Result<void> LockedFile::remove()
{
    removeRedo();
    if (unlinkat(m_directory.descriptor(), m_fileName.constData(), 0) == 0 || errno == ENOENT)
        return {};
    return cannot("remove", m_directory, QFile::decodeName(m_fileName), errno);
}

qint64 ownerOfTemporary(const QString &fileName)
{
    if (!fileName.startsWith(QLatin1Char('.')) || !fileName.endsWith(QLatin1String(".tmp")))
        return 0;
    return fileName.section(QLatin1Char('.'), -2, -2).toLongLong();
}

} // namespace sharedserver
