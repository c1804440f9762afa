#include "app/servers/definitionwatch.h"

#include "core/config/serverconfig.h"

#include <QFile>
#include <QFileInfo>

namespace sharedserver {

namespace {

// Editors write a file in several steps.
constexpr std::chrono::milliseconds kPause{100};

/// Where to look, without any project's folder.
ConfigSearch search()
{
    ConfigSearch search = ConfigSearch::ofProcess();
    search.directory.clear();
    return search;
}

/// The one that is there, and tells when the file or the next folder comes.
QString nearestFolder(const QFileInfo &file)
{
    QString folder = file.absolutePath();
    while (!QFileInfo::exists(folder))
        folder = QFileInfo(folder).absolutePath();
    return folder;
}

} // namespace

DefinitionWatch::DefinitionWatch(QObject *parent)
    : QObject(parent)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPause);
    connect(&m_pause, &QTimer::timeout, this, &DefinitionWatch::read);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        // Others write there too. Ours came or went, leads elsewhere, or is being watched itself.
        const QFileInfo file(QFile::decodeName(path()));
        if (file.canonicalFilePath() != m_target
            || m_watcher.directories() != QStringList(nearestFolder(file)))
            m_pause.start();
    });
}

QByteArray DefinitionWatch::path()
{
    const ConfigSearch where = search();
    return where.environmentFile.isEmpty() ? where.configHome + "/sharedserver/servers.json"
                                           : where.environmentFile;
}

void DefinitionWatch::begin()
{
    read();
}

void DefinitionWatch::watchFolder(const QString &folder)
{
    const QStringList watched = m_watcher.directories();
    if (watched == QStringList(folder))
        return;
    if (!watched.isEmpty())
        m_watcher.removePaths(watched);
    m_watcher.addPath(folder);
}

void DefinitionWatch::watchFile(const QFileInfo &file)
{
    const QStringList watched = m_watcher.files();
    const QString target = file.canonicalFilePath();
    if (target != m_target && !watched.isEmpty())
        m_watcher.removePaths(watched);
    m_target = target;
    if (file.exists() && m_watcher.files().isEmpty())
        m_watcher.addPath(file.filePath());
}

void DefinitionWatch::read()
{
    const QFileInfo file(QFile::decodeName(path()));
    watchFile(file);
    watchFolder(nearestFolder(file));
    QList<ServerDefinition> definitions;
    QStringList problems;
    const auto config = ServerConfig::load(search());
    if (!config)
        problems.append(config.error().message);
    const QStringList names = config ? config->names() : QStringList();
    for (const QString &name : names) {
        const auto definition = config->definition(name);
        if (!definition)
            problems.append(definition.error().message);
        else if (*definition)
            definitions.append(**definition);
    }
    if (config) // else those of before still hold: it may be half written
        emit changed(definitions);
    const QString problem = problems.value(0);
    if (problem != m_problem)
        emit problemChanged(m_problem = problem);
}

} // namespace sharedserver
