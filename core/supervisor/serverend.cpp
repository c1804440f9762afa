#include "core/supervisor/serverend.h"

#include <QTimer>

#include <chrono>

namespace sharedserver {

namespace {

constexpr std::chrono::milliseconds kLookAgain{100};

} // namespace

ServerEnd::ServerEnd(const LockDirectory &directory, const QString &name, QObject *parent)
    : QObject(parent)
    , m_store(directory)
    , m_name(name)
{
    connect(&m_files, &QFileSystemWatcher::directoryChanged, this, &ServerEnd::look);
    connect(&m_files, &QFileSystemWatcher::fileChanged, this, &ServerEnd::look);
    if (!directory.isMissing())
        m_files.addPath(directory.path());
    QMetaObject::invokeMethod(this, &ServerEnd::look, Qt::QueuedConnection);
}

ServerEnd::~ServerEnd() = default;

void ServerEnd::look()
{
    if (m_isOver)
        return;
    // A file that was replaced is watched no more.
    const QString path = m_store.serverFilePath(m_name);
    if (!m_files.files().contains(path))
        m_files.addPath(path);
    const auto found = m_store.directory().isMissing() ? Result<std::optional<ServerRecord>>()
                                                       : m_store.readServer(m_name);
    if (!found && found.error().kind == Error::Kind::Timeout) {
        // Somebody is just writing it, and takes long.
        QTimer::singleShot(kLookAgain, this, &ServerEnd::look);
        return;
    }
    const auto read = found.value_or(std::optional<ServerRecord>());
    const auto server = read ? read->liveServer() : std::nullopt;
    // Of a dead one its watcher decides what becomes of it.
    const auto decisive = server || !read ? server : read->liveWatcher();
    if (decisive) {
        watch(*decisive);
        return;
    }
    m_isOver = true;
    m_process.reset();
    emit stopped();
}

void ServerEnd::watch(const ProcessId &process)
{
    if (m_process && m_process->process() == process)
        return;
    m_process = std::make_unique<ProcessWatch>(&m_monitor, process);
    // Queued, because the watch goes then.
    connect(m_process.get(), &ProcessWatch::ended, this, &ServerEnd::look, Qt::QueuedConnection);
}

} // namespace sharedserver
