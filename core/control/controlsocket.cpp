#include "core/control/controlsocket.h"

#include "core/base/bytes.h"
#include "core/control/protocol.h"
#include "core/process/platform.h"

#include <QFile>
#include <QLocalSocket>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace sharedserver {

namespace {

FileDescriptor newSocket()
{
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (socket.isOpen())
        fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
    return socket;
}

Result<sockaddr_un> socketAddress(const LockDirectory &directory, const QByteArray &fileName)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    QByteArray path = QFile::encodeName(directory.path()) + '/' + fileName;
    if (size_t(path.size()) >= sizeof(address.sun_path)) {
        const auto shortPath =
            platform::shortPathInside(directory.descriptor(), fileName.toStdString());
        if (!shortPath || shortPath->size() >= sizeof(address.sun_path)) {
            return failure(Error::Kind::Io,
                           QStringLiteral("The path of the lock directory '%1' is too long for a "
                                          "socket. Set SHAREDSERVER_LOCKDIR to a shorter one.")
                               .arg(directory.path()));
        }
        path = QByteArray::fromStdString(*shortPath);
    }
    std::memcpy(address.sun_path, path.constData(), size_t(path.size()));
    return address;
}

} // namespace

Result<FileDescriptor> listenOnControlSocket(const LockDirectory &directory)
{
    return listenOnSocket(directory, protocol::kSocketName);
}

Result<FileDescriptor> adoptControlSocket(FileDescriptor inherited)
{
    fcntl(inherited.get(), F_SETFD, FD_CLOEXEC);
    int isListening = 0;
    socklen_t size = sizeof(isListening);
    if (getsockopt(inherited.get(), SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) != 0
        || !isListening) {
        return failure(Error::Kind::Io,
                       QStringLiteral("The inherited descriptor is no socket that listens."));
    }
    return inherited;
}

Result<FileDescriptor> connectToControlSocket(const LockDirectory &directory)
{
    return connectToSocket(directory, protocol::kSocketName);
}

Result<FileDescriptor> listenOnSocket(const LockDirectory &directory, const QByteArray &fileName)
{
    // Bound under another name and renamed when it listens: so it replaces a dead one at once, and
    // QLocalServer, which removes the name that its socket was bound to, never removes a
    // successor's. One that is left behind between the two is cleared away as other temporary
    // files are.
    const QByteArray bindName = '.' + fileName + '.' + QByteArray::number(getpid()) + ".tmp";
    const auto address = socketAddress(directory, bindName);
    if (!address)
        return Failure(address.error());
    FileDescriptor socket = newSocket();
    if (!socket.isOpen())
        return systemFailure(QStringLiteral("Cannot make a socket"), errno);
    unlinkat(directory.descriptor(), bindName.constData(), 0);
    // Bound with its final mode, so that there is no moment at which others could connect.
    const mode_t oldMask = umask(0177);
    const int bound =
        bind(socket.get(), reinterpret_cast<const sockaddr *>(&*address), sizeof(*address));
    const int bindError = errno;
    umask(oldMask);
    if (bound != 0) {
        return systemFailure(QStringLiteral("Cannot make a socket in '%1'").arg(directory.path()),
                             bindError);
    }
    if (listen(socket.get(), SOMAXCONN) != 0)
        return systemFailure(QStringLiteral("Cannot listen on a socket"), errno);
    if (renameat(directory.descriptor(), bindName.constData(), directory.descriptor(),
                 fileName.constData())
        != 0) {
        const int renameError = errno;
        unlinkat(directory.descriptor(), bindName.constData(), 0);
        return failure(Error::Kind::Io,
                       QStringLiteral("Cannot make the socket '%1/%2': %3. Remove what stands "
                                      "there.")
                           .arg(directory.path(), QFile::decodeName(fileName),
                                QString::fromUtf8(strerror(renameError))));
    }
    fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    return socket;
}

Result<FileDescriptor> connectToSocket(const LockDirectory &directory, const QByteArray &fileName)
{
    const auto address = socketAddress(directory, fileName);
    if (!address)
        return Failure(address.error());
    FileDescriptor socket = newSocket();
    if (!socket.isOpen())
        return systemFailure(QStringLiteral("Cannot make a socket"), errno);
    int connected = 0;
    do {
        connected =
            connect(socket.get(), reinterpret_cast<const sockaddr *>(&*address), sizeof(*address));
    } while (connected != 0 && errno == EINTR);
    if (connected != 0) {
        return failure(Error::Kind::Unreachable,
                       QStringLiteral("No watcher answers in '%1': %2.")
                           .arg(directory.path(), QString::fromUtf8(strerror(errno))));
    }
    if (!isPeerOurs(socket.get())) {
        return failure(Error::Kind::Unsafe,
                       QStringLiteral("The socket '%1/%2' is served by another user. Remove it.")
                           .arg(directory.path(), QFile::decodeName(fileName)));
    }
    return socket;
}

Result<void> useConnection(QLocalSocket *socket, FileDescriptor connection)
{
    if (socket->setSocketDescriptor(connection.release()))
        return {};
    return failure(Error::Kind::Io,
                   QStringLiteral("The system refuses to use a connection. Try again."));
}

bool hasControlSocket(const LockDirectory &directory)
{
    return faccessat(directory.descriptor(), protocol::kSocketName, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

void removeControlSocket(const LockDirectory &directory)
{
    unlinkat(directory.descriptor(), protocol::kSocketName, 0);
}

bool isPeerOurs(qintptr socket)
{
    const auto peer = platform::socketPeer(int(socket));
    return peer && peer->owner == geteuid();
}

} // namespace sharedserver
