#include "app/instance/singleinstance.h"

#include "core/control/controlsocket.h"
#include "core/process/filestatus.h"

#include <QDeadlineTimer>
#include <QLocalSocket>

#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace sharedserver {

namespace {

constexpr char kLockName[] = "tray.lock";
constexpr char kSocketName[] = "tray.sock";
constexpr char kAnswer[] = "ok\n";

// A first one that is just starting adopts its servers before it answers; one that is ending stops
// its servers, or hands them over.
constexpr auto kSettleTime = 25s;
constexpr auto kLookAgain = 20ms;

Failure hung(const LockDirectory &directory)
{
    return failure(Error::Kind::Timeout,
                   QStringLiteral("The tray that runs does not answer. End the process that "
                                  "'fuser %1/%2' shows: its servers live on.")
                       .arg(directory.path(), QLatin1String(kLockName)));
}

} // namespace

SingleInstance::SingleInstance(const LockDirectory &directory, QObject *parent)
    : QObject(parent)
    , m_directory(directory)
{
    connect(&m_server, &QLocalServer::newConnection, this, &SingleInstance::accept);
    m_lossCheck.setSingleShot(true);
    m_lossCheck.setInterval(LockDirectory::kLossPatience);
    connect(&m_lossCheck, &QTimer::timeout, this, [this] {
        // Where the directory has gone, too, moveTo() comes with the next one.
        if (!hasLostFiles() || !m_directory.isStillThere())
            return;
        if (isStillTheOne())
            listenAnew();
        else
            moveTo(LockDirectory(m_directory));
    });
}

SingleInstance::~SingleInstance()
{
    if (isStillTheOne()) // else the socket is another's
        unlinkat(m_directory.descriptor(), kSocketName, 0);
}

Result<void> SingleInstance::openLockFile()
{
    m_lockFile.reset(openat(m_directory.descriptor(), kLockName,
                            O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (m_lockFile.isOpen())
        return {};
    return systemFailure(
        QStringLiteral("Cannot open '%1/%2'").arg(m_directory.path(), QLatin1String(kLockName)),
        errno);
}

/// The lock, where it comes free in a moment, as from one who only looks. Opens the file each time:
/// the first one makes it anew where it was removed.
Result<std::optional<FileLock>> SingleInstance::acquire()
{
    if (const auto opened = openLockFile(); !opened)
        return Failure(opened.error());
    auto lock = FileLock::acquire(m_lockFile.get(), FileLock::Mode::Exclusive, kLookAgain);
    const bool isIt = lock && m_directory.holds(m_lockFile.get(), kLockName);
    return isIt ? std::make_optional(std::move(*lock)) : std::nullopt;
}

bool SingleInstance::isStillTheOne() const
{
    return m_lock && m_directory.holds(m_lockFile.get(), kLockName);
}

bool SingleInstance::hasLostFiles() const
{
    if (!m_lock)
        return false;
    const bool hasLostSocket =
        m_server.isListening() && !FileStatus::ofName(kSocketName, m_directory.descriptor());
    return hasLostSocket || !isStillTheOne();
}

Result<SingleInstance::Role> SingleInstance::settle(const QByteArray &word)
{
    const QDeadlineTimer deadline(kSettleTime);
    do {
        auto lock = acquire();
        if (!lock)
            return Failure(lock.error());
        if (*lock) {
            m_lock = std::move(*lock);
            if (const auto listening = listen(); !listening)
                return Failure(listening.error());
            return Role::First;
        }
        const auto told = tell(word);
        if (!told)
            return Failure(told.error());
        if (*told)
            return Role::Second;
    } while (!deadline.hasExpired());
    return hung(m_directory);
}

Result<void> SingleInstance::endOther()
{
    QDeadlineTimer deadline(kSettleTime);
    bool isTold = false;
    do {
        const auto lock = acquire();
        if (!lock)
            return Failure(lock.error());
        if (*lock && isTold)
            return {};
        if (isTold)
            continue;
        const auto told = tell("quit");
        if (!told)
            return Failure(told.error());
        if (*lock && !*told) // else its lock was removed, and is not made anew yet
            return {};
        isTold = *told;
        if (isTold)
            deadline.setRemainingTime(kSettleTime);
    } while (!deadline.hasExpired());
    return hung(m_directory);
}

void SingleInstance::stopAnswering()
{
    m_isAnswering = false;
    m_server.close();
}

void SingleInstance::handleDirectoryChange()
{
    if (hasLostFiles())
        m_lossCheck.start();
}

void SingleInstance::moveTo(const LockDirectory &directory)
{
    m_server.close();
    m_lock.reset();
    m_directory = directory;
    auto lock = acquire();
    if (!lock || !*lock)
        return;
    m_lock = std::move(*lock);
    listenAnew();
}

void SingleInstance::listenAnew()
{
    m_server.close();
    if (!m_isAnswering)
        return;
    if (const auto listening = listen(); !listening)
        qWarning("%s", qUtf8Printable(listening.error().message));
}

Result<void> SingleInstance::listen()
{
    auto socket = listenOnSocket(m_directory, kSocketName);
    if (!socket)
        return Failure(socket.error());
    if (!m_server.listen(socket->release()))
        return failure(Error::Kind::Io, m_server.errorString());
    return {};
}

/// False where nobody listens.
Result<bool> SingleInstance::tell(const QByteArray &word) const
{
    auto connection = connectToSocket(m_directory, kSocketName);
    if (!connection && connection.error().kind == Error::Kind::Unreachable)
        return false;
    if (!connection)
        return Failure(connection.error());
    QLocalSocket socket;
    if (const auto used = useConnection(&socket, std::move(*connection)); !used)
        return Failure(used.error());
    socket.write(word + '\n');
    const QDeadlineTimer deadline(kSettleTime);
    while (!socket.canReadLine()) {
        if (!socket.waitForReadyRead(int(deadline.remainingTime()))) {
            // One that ends closes the connection; its lock tells the rest.
            if (socket.state() != QLocalSocket::ConnectedState)
                return false;
            return hung(m_directory);
        }
    }
    return true;
}

void SingleInstance::accept()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        read(socket);
    }
}

void SingleInstance::read(QLocalSocket *socket)
{
    if (!m_isAnswering || !isPeerOurs(socket->socketDescriptor())) {
        socket->abort();
        return;
    }
    while (socket->canReadLine()) {
        const QByteArray word = socket->readLine(64).trimmed();
        socket->write(kAnswer);
        socket->flush();
        if (word == "quit")
            emit quitAsked();
        else
            emit told(word);
    }
}

} // namespace sharedserver
