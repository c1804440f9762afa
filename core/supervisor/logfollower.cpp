#include "core/supervisor/logfollower.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

/// The size of a regular file; nothing where it is something else.
std::optional<struct stat> regularFile(int descriptor)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    return status;
}

} // namespace

LogFollower::LogFollower(const QByteArray &path, QObject *parent)
    : QObject(parent)
    , m_path(path)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &LogFollower::look);
    const auto lookSoon = [this] {
        if (!m_pause.isActive())
            m_pause.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, lookSoon);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, lookSoon);
}

LogFollower::~LogFollower() = default;

void LogFollower::begin(qint64 mostBytes)
{
    if (openFile()) {
        const qint64 size = regularFile(m_file.get())->st_size;
        qint64 from = std::max<qint64>(0, size - mostBytes);
        if (from > 0) {
            QByteArray start(4096, Qt::Uninitialized);
            const ssize_t count = pread(m_file.get(), start.data(), size_t(start.size()), from - 1);
            start.truncate(std::max<qsizetype>(0, count));
            const qsizetype lineEnd = start.indexOf('\n');
            if (lineEnd >= 0)
                from += lineEnd;
        }
        readOn(m_file, from);
    }
    watch();
}

bool LogFollower::openFile()
{
    m_offset = 0;
    m_file.reset(::open(m_path.constData(), kReadFlags));
    if (m_file.isOpen() && !regularFile(m_file.get()))
        m_file.reset();
    return m_file.isOpen();
}

void LogFollower::look()
{
    struct stat there;
    const bool isThere = ::stat(m_path.constData(), &there) == 0;
    const auto open = m_file.isOpen() ? regularFile(m_file.get()) : std::nullopt;
    const bool isAnother =
        isThere && (!open || open->st_ino != there.st_ino || open->st_dev != there.st_dev);
    if (open && !isAnother && open->st_size < m_offset) {
        readRestOfOld();
        m_offset = 0;
    }
    if (m_file.isOpen())
        readOn(m_file, m_offset);
    if (isAnother && openFile())
        readOn(m_file, 0);
    watch();
}

void LogFollower::readRestOfOld()
{
    const QByteArray old = m_path + ".1";
    const FileDescriptor file(::open(old.constData(), kReadFlags));
    if (file.isOpen())
        readOn(file, m_offset);
}

void LogFollower::readOn(const FileDescriptor &file, qint64 from)
{
    m_offset = from;
    QByteArray text(65536, Qt::Uninitialized);
    for (;;) {
        const ssize_t count = pread(file.get(), text.data(), size_t(text.size()), m_offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return;
        m_offset += count;
        emit appended(text.left(count));
    }
}

void LogFollower::watch()
{
    // A file that is removed or replaced is watched no more, and one that is not there yet cannot
    // be: its folder tells when it comes.
    const QString path = QFile::decodeName(m_path);
    if (!m_watcher.files().contains(path))
        m_watcher.addPath(path);
    const QString folder = QFileInfo(path).absolutePath();
    if (m_watcher.files().isEmpty())
        m_watcher.addPath(folder);
    else if (!m_watcher.directories().isEmpty())
        m_watcher.removePath(folder);
}

} // namespace sharedserver
