#include "core/supervisor/supervisor.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace sharedserver {

namespace {

// How often a lost race against another tool's start is turned into a new look at the files.
constexpr int kStartTries = 3;
// Another tool's watcher looks every half a second whether its server lives, and clears up then. It
// is waited for, but not for ever: it may hang.
constexpr int kClearUpLooks = 100;
constexpr std::chrono::milliseconds kClearUpPause{100};

} // namespace

Supervisor::Supervisor(const LockDirectory &directory, Clock *clock, QObject *parent)
    : QObject(parent)
    , m_store(directory)
    , m_clock(clock)
    , m_context{&m_store, &m_monitor, clock, &m_logs, ProcessId::self()}
{
    connect(&m_fileWatcher, &QFileSystemWatcher::directoryChanged, this,
            &Supervisor::handleDirectoryChange);
    connect(&m_fileWatcher, &QFileSystemWatcher::fileChanged, this, &Supervisor::handleFileChange);
    m_fileWatcher.addPath(directory.path());
}

Supervisor::~Supervisor()
{
    // Children that are still here, those that were dropped a moment ago too, must go before the
    // monitor and the store that they use.
    qDeleteAll(findChildren<ManagedServer *>(Qt::FindDirectChildrenOnly));
}

void Supervisor::use(const QString &name, const Client &client, const LaunchSpec &spec, Done done)
{
    request({name, client, spec, done, kStartTries, kClearUpLooks});
}

void Supervisor::start(const QString &name, const std::optional<Client> &client,
                       const LaunchSpec &spec, Done done)
{
    request({name, client, spec, done, kStartTries, kClearUpLooks});
}

void Supervisor::request(const StartRequest &request)
{
    if (m_isAbandoned)
        return; // who asked asks our successor
    const auto found = discover(request.name, Care::Thorough);
    if (!found) {
        request.done(Failure(found.error()));
        return;
    }
    ManagedServer *server = *found;
    if (!server) {
        startNew(request);
        return;
    }
    if (isWithoutClient(request))
        return;
    const auto phase = server->phase();
    const bool canAttachNow = phase == Phase::Running || phase == Phase::BackingOff
        || (phase == Phase::Starting && request.client);
    if (!canAttachNow)
        whenSettled(server, [=, this] { this->request(request); });
    else if (request.client)
        server->attach(*request.client, againAfterLostRace(request));
    else if (phase == Phase::BackingOff)
        server->startNow(againAfterLostRace(request));
    else
        request.done(Outcome{QStringLiteral("already_running"), server->info()});
}

/// True, and then that is answered, where the client has ended meanwhile.
bool Supervisor::isWithoutClient(const StartRequest &request)
{
    if (!request.client || isAlive(request.client->process))
        return false;
    request.done(failure(Error::Kind::Usage,
                         QStringLiteral("Process %1 is not alive any more, so it cannot use '%2'.")
                             .arg(request.client->process.pid)
                             .arg(request.name)));
    return true;
}

void Supervisor::startNew(const StartRequest &request)
{
    if (request.spec.command.isEmpty()) {
        request.done(notRunning(request.name));
        return;
    }
    if (isWithoutClient(request))
        return;
    if (request.clearUpLooksLeft > 0 && isLeftToItsWatcher(request.name)) {
        StartRequest next = request;
        --next.clearUpLooksLeft;
        QTimer::singleShot(kClearUpPause, this, [=, this] { this->request(next); });
        return;
    }
    insert(request.name)->start(request.spec, request.client, againAfterLostRace(request));
    watchFiles(request.name);
}

/// The answer to a request, but where another tool has started a server of this name in this very
/// moment: then the request is made again.
Done Supervisor::againAfterLostRace(const StartRequest &request)
{
    return [=, this](const Result<Outcome> &result) {
        if (result || result.error().kind != Error::Kind::Conflict || request.triesLeft == 0) {
            request.done(result);
            return;
        }
        StartRequest next = request;
        --next.triesLeft;
        QMetaObject::invokeMethod(
            this, [=, this] { this->request(next); }, Qt::QueuedConnection);
    };
}

void Supervisor::withServer(const QString &name, const Phases &busy, const Done &done,
                            const std::function<void(ManagedServer *)> &act)
{
    if (m_isAbandoned)
        return; // who asked asks our successor
    const auto found = discover(name, Care::Thorough);
    if (!found) {
        done(Failure(found.error()));
        return;
    }
    ManagedServer *server = *found;
    if (!server)
        done(notRunning(name));
    else if (busy.contains(server->phase()))
        whenSettled(server, [=, this] { withServer(name, busy, done, act); });
    else
        act(server);
}

void Supervisor::unuse(const QString &name, const ProcessId &client, Done done)
{
    withServer(name, {Phase::Starting}, done,
               [=](ManagedServer *server) { server->detach(client, done); });
}

void Supervisor::stop(const QString &name, const StopOptions &options, Done done)
{
    withServer(name, {Phase::Starting}, done,
               [=](ManagedServer *server) { server->stop(options, done); });
}

void Supervisor::kill(const QString &name, Done done)
{
    withServer(name, {Phase::Starting}, done, [=](ManagedServer *server) { server->kill(done); });
}

void Supervisor::restart(const QString &name, const LaunchSpec &caller, const StopOptions &options,
                         Done done)
{
    withServer(name, {Phase::Starting, Phase::Stopping, Phase::Gone}, done,
               [=](ManagedServer *server) { server->restart(caller, options, done); });
}

void Supervisor::waitReady(const QString &name, const std::optional<ReadyCheck> &check,
                           std::optional<std::chrono::milliseconds> patience, Done done)
{
    withServer(name, {Phase::Stopping}, done,
               [=](ManagedServer *server) { server->waitReady(check, patience, done); });
}

bool Supervisor::hasOwnServers() const
{
    return std::any_of(m_servers.cbegin(), m_servers.cend(),
                       [](const auto &entry) { return !entry.second->isForeign(); });
}

void Supervisor::stopAll(const std::function<void()> &done)
{
    std::vector<QString> names;
    for (const auto &[name, server] : m_servers) {
        if (!server->isForeign())
            names.push_back(name);
    }
    if (names.empty()) {
        done();
        return;
    }
    const auto left = std::make_shared<size_t>(names.size());
    for (const QString &name : names) {
        stop(name, {.force = true, .timeout = Termination::kStragglerTime},
             [left, done](const Result<Outcome> &) {
                 if (--*left == 0)
                     done();
             });
    }
}

ServerInfo Supervisor::info(const QString &name, const InfoOptions &options) const
{
    const ManagedServer *server = find(name);
    if (!server)
        return readServerInfo(m_store, name, options);
    ServerInfo info = server->info();
    if (options.withResources && info.record)
        info.resources = resourceUse(info.record->server);
    return info;
}

QList<ServerInfo> Supervisor::list() const
{
    QList<ServerInfo> all;
    for (const auto &[name, server] : m_servers)
        all.append(server->info());
    const QStringList onDisk = m_store.names();
    for (const QString &name : onDisk) {
        if (find(name))
            continue;
        const ServerInfo info = readServerInfo(m_store, name);
        if (info.isRunning() || info.willRestart() || !info.problem.isEmpty())
            all.append(info);
    }
    std::sort(all.begin(), all.end(),
              [](const ServerInfo &a, const ServerInfo &b) { return a.name < b.name; });
    return all;
}

ManagedServer *Supervisor::find(const QString &name) const
{
    const auto entry = m_servers.find(name);
    return entry == m_servers.end() ? nullptr : entry->second;
}

QStringList Supervisor::knownNames() const
{
    QStringList names;
    for (const auto &[name, server] : m_servers)
        names.append(name);
    return names;
}

ManagedServer *Supervisor::insert(const QString &name)
{
    auto *server = new ManagedServer(m_context, name, this);
    m_servers[name] = server;
    connect(server, &ManagedServer::started, this, &Supervisor::serverStarted);
    connect(server, &ManagedServer::becameReady, this, &Supervisor::serverReady);
    connect(server, &ManagedServer::attached, this, &Supervisor::serverAttached);
    connect(server, &ManagedServer::detached, this, &Supervisor::serverDetached);
    connect(server, &ManagedServer::graceBegan, this, &Supervisor::serverGrace);
    connect(server, &ManagedServer::stopped, this, &Supervisor::serverStopped);
    connect(server, &ManagedServer::failed, this, &Supervisor::serverFailed);
    // Queued: requests that wait for the same come first, and what they begin is handed over.
    connect(server, &ManagedServer::settled, this, &Supervisor::checkQuiet, Qt::QueuedConnection);
    connect(server, &ManagedServer::gone, this, [this, name] { drop(name); });
    return server;
}

void Supervisor::drop(const QString &name)
{
    const auto entry = m_servers.find(name);
    if (entry == m_servers.end())
        return;
    entry->second->deleteLater();
    m_servers.erase(entry);
    const QStringList paths = {m_store.serverFilePath(name), m_store.clientsFilePath(name)};
    for (const QString &path : paths) {
        if (m_watchedFiles.remove(path))
            m_fileWatcher.removePath(path);
    }
    // Another tool may have started one of this name meanwhile. (A file that could not be removed
    // is no reason to look: that would not end.)
    if (const auto read = m_store.readServer(name); read && *read && (*read)->liveServer())
        m_look.ask();
    emit serverGone(name);
    if (m_servers.empty())
        emit becameEmpty();
}

void Supervisor::whenSettled(ManagedServer *server, const std::function<void()> &run)
{
    connect(server, &ManagedServer::settled, this, run, Qt::SingleShotConnection);
}

std::map<QString, HandedOver> Supervisor::handOverState() const
{
    std::map<QString, HandedOver> state;
    for (const auto &[name, server] : m_servers)
        state[name] = server->handedOver();
    return state;
}

std::optional<LaunchSpec> Supervisor::launchSpec(const QString &name) const
{
    const ManagedServer *server = find(name);
    return server ? std::make_optional(server->spec()) : std::nullopt;
}

bool Supervisor::isBusy(const ManagedServer &server)
{
    return server.phase() == ManagedServer::Phase::Starting || server.isRestarting()
        || server.isReplaced();
}

void Supervisor::whenQuiet(const std::function<void()> &then)
{
    m_quietWaiters.push_back(then);
    checkQuiet();
}

void Supervisor::checkQuiet()
{
    if (m_quietWaiters.empty())
        return;
    if (std::any_of(m_servers.cbegin(), m_servers.cend(),
                    [](const auto &entry) { return isBusy(*entry.second); }))
        return;
    for (const auto &then : std::exchange(m_quietWaiters, {}))
        then();
}

void Supervisor::abandon()
{
    stopLooking();
    for (const auto &[name, server] : m_servers)
        server->abandon();
}

void Supervisor::retreat(const std::function<void()> &then)
{
    stopLooking();
    for (const auto &[name, server] : m_servers) {
        server->settleFiles();
        if (!isBusy(*server))
            server->abandon();
    }
    whenQuiet(then);
}

void Supervisor::stopLooking()
{
    m_isAbandoned = true;
    m_look.forget();
    m_fileWatcher.blockSignals(true);
}

void Supervisor::moveTo(const LockDirectory &directory)
{
    m_store = LockfileStore(directory);
    m_watchedFiles.clear();
    m_fileWatcher.removePath(directory.path());
    m_fileWatcher.addPath(directory.path());
    const QStringList names = knownNames();
    for (const QString &name : names) {
        if (ManagedServer *server = find(name))
            server->rewriteFiles();
        if (find(name))
            watchFiles(name);
    }
}

} // namespace sharedserver
