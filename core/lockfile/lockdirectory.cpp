#include "core/lockfile/lockdirectory.h"

#include "core/process/filestatus.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr mode_t kPrivateFolder = 0700;

bool belongsToAnother(const QString &path)
{
    const auto status = FileStatus::ofName(QFile::encodeName(path).constData());
    return status && !status->isOurs();
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
    if (!descriptor.isOpen()) {
        const int openError = errno;
        if (openError == ENOENT)
            return directory;
        const auto named = FileStatus::ofName(path.constData());
        if (named && named->isSymbolicLink()) {
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
    const auto status = FileStatus::of(descriptor.get());
    if (!status)
        return systemFailure(QStringLiteral("Cannot look at '%1'").arg(location.path), errno);
    if (!status->isOurs())
        return unsafe(location.path, QStringLiteral("belongs to another user. Remove it"));
    if (status->isOthersToWrite() && !location.isExplicit) {
        return unsafe(location.path,
                      QStringLiteral("can be written by others, who may have put anything there. "
                                     "Look into it and run 'chmod 700' on it"));
    }
    if (status->isOthersToUse() && fchmod(descriptor.get(), kPrivateFolder) != 0) {
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
    const auto opened = m_directory ? FileStatus::of(m_directory->get()) : std::nullopt;
    if (!opened)
        return false;
    const auto named = FileStatus::ofName(QFile::encodeName(m_path).constData());
    if (!named)
        return errno != ENOENT && errno != ENOTDIR; // else it only cannot be seen now
    return named->isSameFile(*opened);
}

bool LockDirectory::holds(int file, const char *name) const
{
    const auto opened = FileStatus::of(file);
    const auto named = FileStatus::ofName(name, descriptor());
    return opened && named && opened->isSameFile(*named);
}

} // namespace sharedserver
