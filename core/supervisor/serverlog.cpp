#include "core/supervisor/serverlog.h"

#include "core/base/bytes.h"

#include <QDir>
#include <QFile>
#include <QFileSystemWatcher>
#include <QTimer>

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

// How long a log that was just written to is left unwatched: a chatty server must not wake the
// watcher at every line.
constexpr std::chrono::seconds kPause{2};

QByteArray homeOf(const LaunchSpec &spec)
{
    const QByteArray home = spec.environmentValue("HOME");
    return home.startsWith('/') ? home : QFile::encodeName(QDir::homePath());
}

bool copyAll(int from, int to)
{
    char buffer[65536];
    off_t offset = 0;
    for (;;) {
        const ssize_t count = pread(from, buffer, sizeof(buffer), offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return count == 0;
        offset += count;
        for (ssize_t done = 0; done < count;) {
            const ssize_t written = write(to, buffer + done, size_t(count - done));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            done += written;
        }
    }
}

} // namespace

QByteArray defaultLogPath(const QString &name, const LaunchSpec &spec)
{
    QByteArray state = spec.environmentValue("XDG_STATE_HOME");
    if (!state.startsWith('/'))
        state = homeOf(spec) + "/.local/state";
    return state + "/sharedserver/logs/" + name.toLatin1() + ".log";
}

Result<OpenLog> openLog(const QString &name, const LaunchSpec &spec)
{
    OpenLog log;
    log.isBounded = spec.logFile.isEmpty();
    log.path = log.isBounded ? defaultLogPath(name, spec) : spec.logFile;
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
    if (log.isBounded) {
        const QString folder = displayText(log.path.left(log.path.lastIndexOf('/')));
        if (!QDir().mkpath(folder)) {
            return systemFailure(QStringLiteral("Cannot make the log folder '%1'").arg(folder),
                                 errno);
        }
        boundLog(log.path, LogKeeper::kMaxBytes);
        flags |= O_NOFOLLOW;
    }
    // O_NONBLOCK only for the opening: a named pipe nobody reads must not hold up the watcher.
    log.file.reset(::open(log.path.constData(), flags | O_NONBLOCK, 0600));
    if (!log.file.isOpen()) {
        return systemFailure(
            QStringLiteral("Cannot open the log file '%1' for writing").arg(displayText(log.path)),
            errno);
    }
    fcntl(log.file.get(), F_SETFL, flags & O_APPEND);
    struct stat status;
    if (fstat(log.file.get(), &status) == 0 && S_ISREG(status.st_mode))
        log.startOffset = status.st_size;
    return log;
}

QStringList logTail(const QByteArray &path, int lines, qint64 from)
{
    constexpr qint64 kMostBytes = 256 * 1024;
    const FileDescriptor file(
        ::open(path.constData(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat status;
    if (!file.isOpen() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    if (from > status.st_size)
        from = 0; // it was put aside meanwhile
    const qint64 begin = std::max<qint64>(from, status.st_size - kMostBytes);
    QByteArray text(qsizetype(status.st_size - begin), Qt::Uninitialized);
    const ssize_t count = pread(file.get(), text.data(), size_t(text.size()), begin);
    text.truncate(std::max<qsizetype>(0, qsizetype(count)));
    if (text.endsWith('\n'))
        text.chop(1);
    if (text.isEmpty())
        return {};
    QByteArrayList all = text.split('\n');
    if (begin > from && all.size() > 1)
        all.removeFirst(); // cut in the middle
    QStringList tail;
    for (qsizetype i = std::max<qsizetype>(0, all.size() - lines); i < all.size(); ++i)
        tail.append(displayText(all.at(i)));
    return tail;
}

void boundLog(const QByteArray &path, qint64 maxBytes)
{
    const FileDescriptor file(::open(path.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
    struct stat status;
    if (!file.isOpen() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)
        || status.st_size <= maxBytes)
        return;
    const QByteArray old = path + ".1";
    unlink(old.constData());
    const FileDescriptor aside(
        ::open(old.constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (aside.isOpen())
        copyAll(file.get(), aside.get());
    // The bound holds even where the copy failed: a full disk helps nobody.
    [[maybe_unused]] const int result = ftruncate(file.get(), 0);
}

LogKeeper::LogKeeper(qint64 maxBytes, QObject *parent)
    : QObject(parent)
    , m_maxBytes(maxBytes)
{
}

LogKeeper::~LogKeeper() = default;

void LogKeeper::keep(const QByteArray &path)
{
    if (!m_watcher) {
        m_watcher = std::make_unique<QFileSystemWatcher>();
        connect(m_watcher.get(), &QFileSystemWatcher::fileChanged, this, &LogKeeper::handleWrite);
    }
    const QString file = QFile::decodeName(path);
    m_kept.insert(file);
    m_watcher->addPath(file);
}

void LogKeeper::forget(const QByteArray &path)
{
    const QString file = QFile::decodeName(path);
    if (m_kept.remove(file))
        m_watcher->removePath(file);
}

void LogKeeper::handleWrite(const QString &path)
{
    boundLog(QFile::encodeName(path), m_maxBytes);
    m_watcher->removePath(path);
    QTimer::singleShot(kPause, this, [this, path] {
        if (!m_kept.contains(path))
            return;
        boundLog(QFile::encodeName(path), m_maxBytes); // what came during the pause
        m_watcher->addPath(path);
    });
}

} // namespace sharedserver
