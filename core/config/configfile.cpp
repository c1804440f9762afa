#include "core/config/configfile.h"

#include "core/base/bytes.h"
#include "core/process/callercontext.h"
#include "core/process/filedescriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

// Far more than anyone writes by hand; a mistake beyond that.
constexpr off_t kLargestFile = 1024 * 1024;

QByteArray absolute(const QByteArray &path, const QByteArray &directory)
{
    return path.isEmpty() || path.startsWith('/') ? path : directory + '/' + path;
}

QByteArray directoryOf(const QByteArray &path)
{
    const qsizetype slash = path.lastIndexOf('/');
    return slash > 0 ? path.left(slash) : QByteArray("/");
}

QByteArray realPath(const QByteArray &path)
{
    const std::unique_ptr<char, void (*)(void *)> real(realpath(path.constData(), nullptr),
                                                       std::free);
    return real ? QByteArray(real.get()) : QByteArray();
}

/// Why what `status` describes must not be trusted; empty where it may be.
QString distrust(const struct stat &status, const QByteArray &path)
{
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return QStringLiteral("'%1' belongs to another user").arg(displayText(path));
    if (status.st_mode & (S_IWGRP | S_IWOTH)) {
        return QStringLiteral("others can write to '%1'. Tighten it with 'chmod go-w'")
            .arg(displayText(path));
    }
    return {};
}

QString distrustOfDirectory(const QByteArray &path)
{
    struct stat status;
    if (stat(path.constData(), &status) != 0)
        return QStringLiteral("'%1' cannot be examined").arg(displayText(path));
    return distrust(status, path);
}

/// One file, held open so that what is examined is what is read.
class Candidate
{
public:
    explicit Candidate(const QByteArray &path)
        : m_path(path)
        , m_file(open(path.constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY))
        , m_errorNumber(m_file.isOpen() ? 0 : errno)
    {
        if (m_file.isOpen() && fstat(m_file.get(), &m_status) != 0)
            m_errorNumber = errno;
    }

    /// Also where a directory on the way must not be entered, so that nobody can tell.
    bool isMissing() const
    {
        struct stat status;
        return m_errorNumber == ENOENT || m_errorNumber == ENOTDIR
            || (m_errorNumber == EACCES && stat(m_path.constData(), &status) != 0);
    }

    /// Why a file that was only met on the way up must not be trusted. The directories count by
    /// which it is reached, and those of the file that a symbolic link leads to.
    QString distrustOfAll() const
    {
        if (m_errorNumber == 0) {
            if (const QString why = distrust(m_status, m_path); !why.isEmpty())
                return why;
        }
        QByteArrayList directories{directoryOf(m_path)};
        if (directories.first().endsWith("/.sharedserver"))
            directories.append(directoryOf(directories.first()));
        if (const QByteArray real = realPath(m_path); !real.isEmpty())
            directories.append(directoryOf(real));
        for (const QByteArray &directory : std::as_const(directories)) {
            if (const QString why = distrustOfDirectory(directory); !why.isEmpty())
                return why;
        }
        return {};
    }

    Result<ConfigFile> read() const
    {
        const QString name = displayText(m_path);
        if (m_errorNumber != 0)
            return systemFailure(QStringLiteral("Cannot read '%1'").arg(name), m_errorNumber);
        if (!S_ISREG(m_status.st_mode)) {
            return failure(Error::Kind::Corrupt,
                           QStringLiteral("'%1' is no regular file.").arg(name));
        }
        if (m_status.st_size > kLargestFile) {
            return failure(Error::Kind::Corrupt,
                           QStringLiteral("'%1' is larger than 1 MiB.").arg(name));
        }
        QByteArray content(qsizetype(kLargestFile), Qt::Uninitialized);
        qsizetype size = 0;
        while (size < content.size()) {
            const ssize_t count =
                ::read(m_file.get(), content.data() + size, size_t(content.size() - size));
            if (count < 0 && errno != EINTR)
                return systemFailure(QStringLiteral("Cannot read '%1'").arg(name), errno);
            if (count == 0)
                break;
            size += std::max<ssize_t>(count, 0);
        }
        content.truncate(size);
        return ConfigFile{m_path, content};
    }

private:
    QByteArray m_path;
    FileDescriptor m_file;
    int m_errorNumber;
    struct stat m_status = {};
};

Result<FoundConfig> readNamed(const QByteArray &path, const QString &origin)
{
    const Candidate candidate(path);
    if (candidate.isMissing()) {
        return failure(Error::Kind::Corrupt,
                       QStringLiteral("The file '%1' that %2 names does not exist.")
                           .arg(displayText(path), origin));
    }
    const auto file = candidate.read();
    return file ? Result<FoundConfig>(FoundConfig{*file, {}}) : Failure(file.error());
}

/// Whether the search ends here.
Result<bool> tryWayUp(const QByteArray &path, FoundConfig *found)
{
    const Candidate candidate(path);
    if (candidate.isMissing())
        return false;
    const QString why = candidate.distrustOfAll();
    if (!why.isEmpty()) {
        found->warnings.append(QStringLiteral("'%1' is ignored: %2.").arg(displayText(path), why));
        return false;
    }
    const auto file = candidate.read();
    if (!file)
        return Failure(file.error());
    found->file = *file;
    return true;
}

} // namespace

QByteArray projectFolder(const QByteArray &configPath)
{
    const QByteArray directory = directoryOf(configPath);
    return directory.endsWith("/.sharedserver") ? directoryOf(directory) : directory;
}

ConfigSearch ConfigSearch::ofProcess(const QByteArray &file)
{
    ConfigSearch search;
    search.directory = currentDirectory();
    search.file = absolute(file, search.directory);
    search.environmentFile = absolute(qgetenv("SHAREDSERVER_CONFIG"), search.directory);
    search.configHome = qgetenv("XDG_CONFIG_HOME");
    const QByteArray home = qgetenv("HOME");
    if (!search.configHome.startsWith('/'))
        search.configHome = home.startsWith('/') ? home + "/.config" : QByteArray();
    return search;
}

Result<FoundConfig> findConfig(const ConfigSearch &search)
{
    if (!search.file.isEmpty())
        return readNamed(search.file, QStringLiteral("--config"));
    if (!search.environmentFile.isEmpty())
        return readNamed(search.environmentFile, QStringLiteral("$SHAREDSERVER_CONFIG"));

    FoundConfig found;
    QByteArray directory = search.directory;
    while (!directory.isEmpty()) {
        const QByteArray prefix = directory == "/" ? directory : directory + '/';
        for (const char *name : {".sharedserver.json", ".sharedserver/servers.json"}) {
            const auto isHit = tryWayUp(prefix + name, &found);
            if (!isHit)
                return Failure(isHit.error());
            if (*isHit)
                return found;
        }
        directory = directory == "/" ? QByteArray() : directoryOf(directory);
    }
    if (search.configHome.isEmpty())
        return found;
    const Candidate own(search.configHome + "/sharedserver/servers.json");
    if (own.isMissing())
        return found;
    const auto file = own.read();
    if (!file)
        return Failure(file.error());
    found.file = *file;
    return found;
}

} // namespace sharedserver
