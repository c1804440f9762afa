// How a Supervisor learns what the lockfiles say that it did not write: at its own start, when a
// name is asked for, when a file changes, and when somebody calls the doctor.

#include "core/supervisor/recovery.h"
#include "core/supervisor/supervisor.h"

#include <QFileInfo>

namespace sharedserver {

namespace {

// What nobody asks for must not grow for as long as a tray runs.
constexpr qsizetype kMostFindings = 200;

/// Why the files of a server cannot be read; empty where they can.
QString problemOf(const LockfileStore &store, const QString &name)
{
    const auto record = store.readServer(name);
    const auto clients = store.readClients(name);
    if (record && clients)
        return {};
    return (record ? clients.error() : record.error()).message;
}

/// Whether a live watcher of another tool looks after that server. We, who are `us`, hold the
/// watcher's lock, so another watcher of our own kind has let go and is leaving.
bool hasForeignWatcher(const ServerRecord &record, const ProcessId &us)
{
    const auto watcher = record.liveWatcher();
    return watcher && record.manager.isEmpty() && *watcher != us;
}

} // namespace

void Supervisor::adoptAll(const std::map<QString, HandedOver> &handedOver)
{
    m_handedOver = handedOver;
    m_store.removeStale();
    const QStringList names = m_store.names();
    for (const QString &name : names)
        discover(name, Care::Gentle);
    m_handedOver.clear();
}

Result<ManagedServer *> Supervisor::discover(const QString &name, Care care)
{
    // A server whose end is already known to the kernel must not be attached to any more.
    m_monitor.collect();
    if (ManagedServer *known = find(name))
        return known;
    const auto read = m_store.readServer(name);
    if (!read)
        return discoverUnreadable(name, read.error(), care);
    if (!*read) {
        if (const auto recovered = recoverRecord(m_store.directory(), name)) {
            addFinding(name, QStringLiteral("Its server file was missing."),
                       QStringLiteral("Written again from the history."));
            return takeOver(name, *recovered);
        }
        const auto orphans = m_store.readClients(name);
        if (!orphans && !isDamage(orphans.error()))
            return Failure(orphans.error());
        if (!orphans || *orphans) {
            addFinding(name, QStringLiteral("Clients were listed for a server that is not there."),
                       QStringLiteral("The list was removed."));
            m_store.removeClients(name);
        }
        return nullptr;
    }
    return takeOver(name, **read);
}

ManagedServer *Supervisor::takeOver(const QString &name, const ServerRecord &record)
{
    const auto live = record.liveServer();
    const bool isForeign = hasForeignWatcher(record, m_context.watcher);
    if (!live && isForeign)
        return nullptr; // that watcher is about to clean up
    if (!live) {
        // Its server may live all the same, where it is the file that lies.
        if (const auto recovered = recoverRecord(m_store.directory(), name)) {
            addFinding(name, QStringLiteral("Its server file named another process."),
                       QStringLiteral("Written again from the history."));
            return takeOver(name, *recovered);
        }
    }
    ManagedServer *server = insert(name);
    const auto known = handedOver(name, record.server);
    const auto spec = known ? std::make_optional(known->spec) : std::nullopt;
    if (!live && record.restartAt && spec) {
        server->resumeBackoff(record, *spec);
    } else if (!live) {
        addFinding(name,
                   QStringLiteral("It named process %1, which is gone.").arg(record.server.pid),
                   QStringLiteral("Cleaned up."));
        const bool isWantedDead = known && known->stop;
        server->finishOff(record, isWantedDead ? std::nullopt : spec,
                          known ? known->exit : std::nullopt);
    } else if (isForeign) {
        server->observe(record, *live);
    } else {
        server->adopt(record, *live, spec);
    }
    if (live && known && known->isGraceOver && !isForeign)
        server->endGrace();
    if (live && known && known->stop)
        server->stop(*known->stop, [](const Result<Outcome> &) {});
    ManagedServer *found = find(name);
    if (found)
        watchFiles(name);
    if (found && live)
        emit serverFound(found->info());
    return found;
}

bool Supervisor::isLeftToItsWatcher(const QString &name) const
{
    const auto read = m_store.readServer(name);
    return read && *read && !(*read)->liveServer() && hasForeignWatcher(**read, m_context.watcher);
}

std::optional<HandedOver> Supervisor::handedOver(const QString &name,
                                                 const ProcessId &process) const
{
    const auto known = m_handedOver.find(name);
    if (known == m_handedOver.end())
        return {};
    // Version 1.0.0 does not tell the process.
    const ProcessId &told = known->second.process;
    const bool isIt = !told.isValid() || canBeTheSame(told, process);
    return isIt ? std::make_optional(known->second) : std::nullopt;
}

Result<ManagedServer *> Supervisor::discoverUnreadable(const QString &name, const Error &problem,
                                                       Care care)
{
    if (!isDamage(problem))
        return Failure(problem);
    if (const auto recovered = recoverRecord(m_store.directory(), name)) {
        addFinding(name, problem.message, QStringLiteral("Written again from the history."));
        return takeOver(name, *recovered);
    }
    if (care == Care::Thorough) {
        const auto removed = m_store.removeServer(name, {});
        if (removed && !*removed)
            return discover(name, care); // somebody has mended it meanwhile
        addFinding(name, problem.message,
                   removed ? QStringLiteral("Removed; no running server of that name is known.")
                           : QStringLiteral("It could not be removed."),
                   removed.has_value());
        m_store.removeClients(name);
    }
    return nullptr;
}

bool Supervisor::watchFiles(const QString &name)
{
    bool isAnyNew = false;
    const QStringList paths = {m_store.serverFilePath(name), m_store.clientsFilePath(name)};
    for (const QString &path : paths) {
        if (!m_watchedFiles.contains(path) && QFileInfo::exists(path)
            && m_fileWatcher.addPath(path)) {
            m_watchedFiles.insert(path);
            isAnyNew = true;
        }
    }
    return isAnyNew;
}

void Supervisor::handleFileChange(const QString &path)
{
    // It may be another file under the same name by now, which is not watched yet.
    m_watchedFiles.remove(path);
    m_fileWatcher.removePath(path);
    const QString name = LockfileStore::serverNameOf(QFileInfo(path).fileName());
    if (ManagedServer *server = find(name)) {
        watchFiles(name); // before the look, so that no change comes in between
        server->syncWithFiles();
        watchFiles(name);
    } else {
        lookAtUnknown(name);
    }
}

void Supervisor::lookAtUnknown(const QString &name)
{
    auto record = m_store.readServer(name);
    if (!record) {
        // Other tools make a file and write to it afterwards, of which the directory tells nothing.
        watchFiles(name);
        record = m_store.readServer(name);
    }
    if (record && *record)
        takeOver(name, **record);
}

void Supervisor::handleDirectoryChange()
{
    if (!m_store.directory().isStillThere()) {
        emit directoryLost();
        return;
    }
    emit directoryChanged();
    m_look.ask();
}

void Supervisor::lookAround()
{
    if (m_isAbandoned)
        return;
    const auto found = m_store.scan();
    for (auto entry = found.cbegin(); entry != found.cend(); ++entry) {
        const QString &name = entry.key();
        const LockfileStore::Files &files = entry.value();
        ManagedServer *server = find(name);
        if (!server) {
            lookAtUnknown(name);
            continue;
        }
        const bool isNew =
            (files.clients && !m_watchedFiles.contains(m_store.clientsFilePath(name)))
            || (files.server && !m_watchedFiles.contains(m_store.serverFilePath(name)));
        // What was written to it before it was watched, nobody has told of.
        if (isNew && watchFiles(name))
            server->syncWithFiles();
    }
    // Nor of the end of a file that went before it was watched.
    const QStringList names = knownNames();
    for (const QString &name : names) {
        ManagedServer *server = find(name);
        if (!server)
            continue;
        const LockfileStore::Files files = found.value(name);
        if (!files.server || (!files.clients && server->hasClients()))
            server->syncWithFiles();
    }
}

void Supervisor::addFinding(const QString &name, const QString &problem, const QString &action,
                            bool mended)
{
    m_findings.append({name, problem, action, mended});
    while (m_findings.size() > kMostFindings)
        m_findings.removeFirst();
}

QList<Supervisor::Finding> Supervisor::doctor(const QString &name)
{
    const QStringList names = name.isEmpty() ? m_store.names() : QStringList{name};
    for (const QString &each : names) {
        if (ManagedServer *server = find(each)) {
            const QString problem = problemOf(m_store, each);
            server->syncWithFiles();
            if (problem.isEmpty())
                continue;
            const bool isMended = problemOf(m_store, each).isEmpty();
            addFinding(each, problem,
                       isMended ? QStringLiteral("Written again from memory.")
                                : QStringLiteral("It could not be written again."),
                       isMended);
        } else if (const auto found = discover(each, Care::Thorough); !found) {
            addFinding(each, found.error().message, QStringLiteral("It was left as it is."), false);
        }
    }
    QList<Finding> found;
    for (auto finding = m_findings.begin(); finding != m_findings.end();) {
        if (!name.isEmpty() && finding->name != name) {
            ++finding;
            continue;
        }
        found.append(*finding);
        finding = m_findings.erase(finding);
    }
    return found;
}

} // namespace sharedserver
