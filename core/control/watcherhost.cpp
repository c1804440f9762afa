#include "core/control/watcherhost.h"

#include "core/control/controlsocket.h"
#include "core/control/watcherclient.h"
#include "core/control/watcherlauncher.h"
#include "core/lockfile/filelock.h"
#include "core/process/inheritance.h"

#include <QTimer>

#include <csignal>
#include <utility>

#include <sys/stat.h>

namespace sharedserver {

namespace {

// A predecessor first lets a start or a restart come to its end.
constexpr std::chrono::seconds kHandOverTimeout{30};

// One who only looks whether the lock is held, holds it for a moment.
constexpr std::chrono::milliseconds kLookTime{20};

// Where the directory or the socket cannot be made again.
constexpr std::chrono::seconds kTryAgain{1};

// In bytes. Subscribers are hardly ever behind; more is for those that come back later.
constexpr qsizetype kMostEventsHandedOver = 256 * 1024;

/// Whether a watcher is there. One that is just dying takes connections, too, until the system has
/// closed its socket, but they end without a greeting.
bool isServed(const LockDirectory &directory)
{
    auto watcher = WatcherClient::connect(directory);
    if (!watcher)
        return false;
    watcher->setGreetingTimeout(kLetGoTimeout);
    const auto greeting = watcher->greeting();
    return greeting || greeting.error().kind != Error::Kind::Unreachable;
}

} // namespace

WatcherHost::WatcherHost(const LockDirectory::Location &location, const QString &kind,
                         QObject *parent)
    : QObject(parent)
    , m_location(location)
    , m_kind(kind)
{
}

WatcherHost::~WatcherHost()
{
    letGo();
}

Result<void> WatcherHost::begin(const Begin &how)
{
    umask(077);
    std::signal(SIGPIPE, SIG_IGN);
    takeSignalsBack();
    raiseOpenFilesLimit();
    auto directory = LockDirectory::openOrCreate(m_location);
    if (!directory)
        return Failure(directory.error());
    m_directory = *directory;

    HandOverState handedOver;
    FileDescriptor socket;
    if (how.lockDescriptor >= 0) {
        auto lock = WatcherLock::adopt(*m_directory, FileDescriptor(how.lockDescriptor));
        if (!lock)
            return Failure(lock.error());
        auto inherited = adoptControlSocket(FileDescriptor(how.socketDescriptor));
        if (!inherited)
            return Failure(inherited.error());
        m_lock = std::move(*lock);
        socket = std::move(*inherited);
    } else {
        const auto gate = passStartGate(*m_directory);
        if (!gate)
            return Failure(gate.error());
        if (how.takeOver) {
            auto state = takeOverFromRunning();
            if (!state)
                return Failure(state.error());
            handedOver = std::move(*state);
        }
        const auto locked = lockAndListen(&socket);
        if (!locked)
            return locked;
    }

    m_supervisor = std::make_unique<Supervisor>(*m_directory, &m_clock);
    m_handler = std::make_unique<RequestHandler>(m_supervisor.get(),
                                                 WatcherIdentity{m_kind, ProcessId::self()});
    m_server = std::make_unique<ControlServer>(m_supervisor.get(), m_handler.get());
    connect(m_supervisor.get(), &Supervisor::becameEmpty, this, &WatcherHost::maybeIdle);
    connect(m_server.get(), &ControlServer::connectionEnded, this, &WatcherHost::maybeIdle);
    connect(m_handler.get(), &RequestHandler::handOverRequested, this, &WatcherHost::handOver);
    connect(m_supervisor.get(), &Supervisor::directoryLost, this, &WatcherHost::replaceLost,
            Qt::QueuedConnection);
    m_lossCheck.setSingleShot(true);
    connect(&m_lossCheck, &QTimer::timeout, this, &WatcherHost::replaceLost);
    // The removal of a directory that is open somewhere, as it is here, is not told (inotify(7),
    // IN_DELETE_SELF); that of the files in it is.
    connect(m_supervisor.get(), &Supervisor::directoryChanged, this, &WatcherHost::lookForLoss);
    connect(m_server.get(), &ControlServer::connectionEnded, this, [this] {
        if (m_successor && !m_successor->isThere())
            stay();
    });
    connect(m_handler.get(), &RequestHandler::shutDownRequested, this, &WatcherHost::end);
    m_server->events().goOn(handedOver.events);
    m_supervisor->adoptAll(handedOver.servers);
    return m_server->listen(std::move(socket));
}

Result<void> WatcherHost::lockAndListen(FileDescriptor *socket)
{
    // Where one serves, its lock can be had only if somebody has removed the file: it gets
    // another.
    Result<std::optional<WatcherLock>> lock = std::optional<WatcherLock>();
    if (!isServed(*m_directory)) {
        // One who is just dying or has just handed over lets go in a moment.
        lock = WatcherLock::acquire(*m_directory, kLetGoTimeout);
        if (!lock)
            return Failure(lock.error());
    }
    if (!*lock) {
        return failure(Error::Kind::Conflict,
                       QStringLiteral("Another watcher serves '%1' already. Use --take-over to "
                                      "take its place.")
                           .arg(m_directory->path()));
    }
    auto listening = listenOnControlSocket(*m_directory);
    if (!listening)
        return Failure(listening.error());
    m_lock = std::move(**lock);
    *socket = std::move(*listening);
    return {};
}

Result<HandOverState> WatcherHost::takeOverFromRunning()
{
    HandOverState handedOver;
    auto predecessor = WatcherClient::connect(*m_directory);
    if (!predecessor) {
        // Nobody there, or a stranger: then there is nothing to take over but the files.
        if (predecessor.error().kind == Error::Kind::Unreachable
            || predecessor.error().kind == Error::Kind::Unsafe)
            return handedOver;
        return Failure(predecessor.error());
    }
    const auto answer =
        predecessor->call(QStringLiteral("handover"), {}, kHandOverTimeout,
                          [&](const QString &, const QJsonObject &part) { handedOver.add(part); });
    if (!answer && answer.error().kind != Error::Kind::Unreachable)
        return Failure(answer.error());
    // One that died in the middle of it may have told the half of an environment.
    handedOver = answer ? std::move(handedOver) : HandOverState();
    if (answer)
        handedOver.events = answer->value(QLatin1String("events")).toObject();
    const auto end = predecessor->waitForEnd(kLetGoTimeout);
    if (!end)
        return Failure(end.error());
    return handedOver;
}

void WatcherHost::handOver(const Successor &successor)
{
    m_successor = successor;
    m_server->fallSilent();
    m_supervisor->whenQuiet([this] { handOverNow(); });
}

void WatcherHost::handOverNow()
{
    if (!m_successor)
        return; // he has gone meanwhile
    const Successor successor = *std::exchange(m_successor, {});
    const HandOverState state{m_supervisor->handOverState(),
                              m_server->events().toJson(kMostEventsHandedOver)};
    if (!successor.tell(state)) {
        stay();
        return;
    }
    m_server->flush();
    m_supervisor->abandon();
    end();
}

/// Whoever wanted our place does not want it any more.
void WatcherHost::stay()
{
    m_successor.reset();
    m_server->speakAgain();
    if (m_lock && m_lock->isStillThere(*m_directory))
        removeControlSocket(*m_directory); // nobody listens on it by now
    replaceLost();
}

void WatcherHost::end()
{
    // Queued: the handler of a server's signal may be above us on the stack.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!m_lock)
                return; // not twice
            letGo();
            emit ended();
        },
        Qt::QueuedConnection);
}

bool WatcherHost::isBusy() const
{
    return m_supervisor && (!m_supervisor->isEmpty() || m_server->hasConnections());
}

bool WatcherHost::leaveIfIdle()
{
    if (isBusy())
        return false;
    // With the start gate in hand nobody is just looking whether we are there.
    const auto gate = FileLock::tryAcquire(m_directory->descriptor(), FileLock::Mode::Exclusive);
    if (!gate && m_directory->isStillThere())
        return false;
    letGo();
    return true;
}

void WatcherHost::letGo()
{
    if (!m_lock)
        return;
    m_lossCheck.stop();
    m_server->flush();
    m_supervisor->abandon();
    if (m_lock->isStillThere(*m_directory))
        removeControlSocket(*m_directory);
    // Before the connections: a successor takes their end as the sign that it can have the lock.
    m_lock.reset();
    m_server.reset();
    m_handler.reset();
    m_supervisor.reset();
}

bool WatcherHost::hasLostFiles() const
{
    return m_lock && !(hasControlSocket(*m_directory) && m_lock->isStillThere(*m_directory));
}

void WatcherHost::lookForLoss()
{
    if (!hasLostFiles())
        return;
    // What another one has started since is not ours to adopt, not for a moment.
    if (!m_lock->isStillThere(*m_directory) && WatcherLock::isHeld(*m_directory))
        replaceLost();
    else
        m_lossCheck.start(LockDirectory::kLossPatience);
}

/// Another watcher has the lock, and adopts our servers. They are let go at once, but for what is
/// being started: a second watcher would start again what the other one stops.
void WatcherHost::yield()
{
    m_server->fallSilent();
    m_supervisor->retreat([this] { end(); });
}

void WatcherHost::replaceLost()
{
    if (!m_lock)
        return; // let go meanwhile
    if (m_lock->isStillThere(*m_directory))
        restoreSocket();
    else
        restoreLock();
}

/// The lock's file is gone, alone or with the whole directory: without it, anybody could become
/// another watcher beside us.
void WatcherHost::restoreLock()
{
    const auto directory = LockDirectory::openOrCreate(m_location);
    Result<std::optional<WatcherLock>> lock = std::optional<WatcherLock>();
    if (directory)
        lock = WatcherLock::acquire(*directory, kLookTime);
    if (!directory || !lock) {
        // It cannot be made now (its parent is gone, for instance). The servers go on; the next
        // request cannot reach us.
        m_lossCheck.start(kTryAgain);
        return;
    }
    const bool isMoved = !m_directory->isStillThere();
    if (!*lock && m_lock->isStillThere(*directory)) {
        restoreSocket(); // it is ours, and could not be seen for a moment
        return;
    }
    if (!*lock && !connectToControlSocket(*directory)) {
        // Held by one who only looks whether it is, or who is just dying: nobody would adopt.
        m_lossCheck.start(LockDirectory::kLossPatience);
        return;
    }
    if (isMoved)
        m_supervisor->moveTo(*directory);
    if (!*lock) {
        yield();
        return;
    }
    m_directory = *directory;
    m_lock = std::move(**lock);
    if (!m_server->isSilent())
        removeControlSocket(*m_directory); // of one that was here meanwhile, and has died
    restoreSocket();
    if (isMoved)
        emit directoryRestored(*directory);
}

void WatcherHost::restoreSocket()
{
    // After a hand-over, or while a successor is being waited for, it is no longer ours to make.
    if (!m_lock || m_server->isSilent() || hasControlSocket(*m_directory))
        return;
    auto socket = listenOnControlSocket(*m_directory);
    if (!socket || !m_server->listen(std::move(*socket))) {
        removeControlSocket(*m_directory);
        m_lossCheck.start(kTryAgain);
    }
}

} // namespace sharedserver
