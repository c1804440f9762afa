#include "core/lockfile/lockdirectory.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr mode_t kPrivateFolder = 0700;
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
constexpr mode_t kOthersMayAnything = S_IRWXG | S_IRWXO;

bool belongsToAnother(const QString &path)
{
    struct stat status;
    return lstat(QFile::encodeName(path).constData(), &status) == 0 && status.st_uid != geteuid();
}

Failure unsafe(const QString &path, const QString &why)
{
    return failure(Error::Kind::Unsafe,
                   QStringLiteral("The lock directory '%1' %2, or set SHAREDSERVER_LOCKDIR to a "
                                  "directory of your own.")
                       .arg(path, why));
}

/// mkdir with its parents, each private where it is made here.
int makePath(const QByteArray &path)
{
    if (mkdir(path.constData(), kPrivateFolder) == 0 || errno == EEXIST)
        return 0;
    const qsizetype slash = path.lastIndexOf('/');
    if (errno != ENOENT || slash <= 0)
        return errno;
    const int error = makePath(path.left(slash));
    if (error != 0)
        return error;
    return mkdir(path.constData(), kPrivateFolder) == 0 || errno == EEXIST ? 0 : errno;
}

} // namespace

LockDirectory::Location LockDirectory::locate()
{
    const QString named = qEnvironmentVariable("SHAREDSERVER_LOCKDIR");
    if (!named.isEmpty())
        return {QDir::cleanPath(QDir().absoluteFilePath(named)), true};
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (runtime.startsWith(QLatin1Char('/')))
        return {runtime + QStringLiteral("/sharedserver"), false};
    const QString common = QStringLiteral("/tmp/sharedserver");
    if (!belongsToAnother(common))
        return {common, false};
    return {QStringLiteral("%1-%2").arg(common).arg(geteuid()), false};
}

Result<LockDirectory> LockDirectory::open(const Location &location)
{
    LockDirectory directory;
    directory.m_path = location.path;
    const QByteArray path = QFile::encodeName(location.path);
    FileDescriptor descriptor(
        ::open(path.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status;
    if (!descriptor.isOpen()) {
        const int openError = errno;
        if (openError == ENOENT)
            return directory;
        if (lstat(path.constData(), &status) == 0 && S_ISLNK(status.st_mode)) {
            return unsafe(location.path,
                          QStringLiteral("is a symbolic link, which anyone may have planted. "
                                         "Remove it"));
        }
        if (openError == ENOTDIR)
            return unsafe(location.path, QStringLiteral("is no directory. Remove it"));
        if (belongsToAnother(location.path))
            return unsafe(location.path, QStringLiteral("belongs to another user. Remove it"));
        return systemFailure(
            QStringLiteral("Cannot open the lock directory '%1'").arg(location.path), openError);
    }
    if (fstat(descriptor.get(), &status) != 0)
        return systemFailure(QStringLiteral("Cannot look at '%1'").arg(location.path), errno);
    if (status.st_uid != geteuid())
        return unsafe(location.path, QStringLiteral("belongs to another user. Remove it"));
    if ((status.st_mode & kOthersMayWrite) != 0 && !location.isExplicit) {
        return unsafe(location.path,
                      QStringLiteral("can be written by others, who may have put anything there. "
                                     "Look into it and run 'chmod 700' on it"));
    }
    if ((status.st_mode & kOthersMayAnything) != 0
        && fchmod(descriptor.get(), kPrivateFolder) != 0) {
        const QString reason = QString::fromUtf8(strerror(errno));
        return unsafe(location.path,
                      QStringLiteral("is open to others and cannot be closed (%1). Run 'chmod 700' "
                                     "on it")
                          .arg(reason));
    }
    directory.m_directory = std::make_shared<FileDescriptor>(std::move(descriptor));
    return directory;
}

Result<LockDirectory> LockDirectory::openOrCreate(const Location &location)
{
    auto directory = open(location);
    if (!directory || !directory->isMissing())
        return directory;
    const int error = makePath(QFile::encodeName(location.path));
    if (error != 0) {
        return failure(Error::Kind::Io,
                       QStringLiteral("Cannot make the lock directory '%1': %2. Set "
                                      "SHAREDSERVER_LOCKDIR to a directory that you can write.")
                           .arg(location.path, QString::fromUtf8(strerror(error))));
    }
    return open(location);
}

bool LockDirectory::isStillThere() const
{
    struct stat opened;
    struct stat named;
    if (!m_directory || fstat(m_directory->get(), &opened) != 0)
        return false;
    if (lstat(QFile::encodeName(m_path).constData(), &named) != 0)
        return errno != ENOENT && errno != ENOTDIR; // else it only cannot be seen now
    return opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace sharedserver
