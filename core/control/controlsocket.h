#pragma once

#include "core/base/error.h"
#include "core/lockfile/lockdirectory.h"
#include "core/process/filedescriptor.h"

class QLocalSocket;

namespace sharedserver {

/// Makes the listening `control.sock`, mode 0600, in place of a dead one's. Only for the holder of
/// the WatcherLock: it removes what stands there.
///
/// A socket address holds 107 bytes of path (unix(7), sun_path). Where the lock directory's path is
/// longer, the address goes through the open directory's descriptor (Linux: /proc/self/fd).
Result<FileDescriptor> listenOnControlSocket(const LockDirectory &directory);

/// Takes over one that is inherited from the process that made it. Kind::Io where nothing listens
/// there.
Result<FileDescriptor> adoptControlSocket(FileDescriptor inherited);

/// A connection to it. Kind::Unreachable where nobody listens; Kind::Unsafe where another user
/// does.
Result<FileDescriptor> connectToControlSocket(const LockDirectory &directory);

/// The same for a socket of another name, with a lock and a purpose of its own.
Result<FileDescriptor> listenOnSocket(const LockDirectory &directory, const QByteArray &fileName);
Result<FileDescriptor> connectToSocket(const LockDirectory &directory, const QByteArray &fileName);

/// Lets `socket` speak through such a connection. A QLocalSocket that could not take it would still
/// say that it is connected, and every wait on it would end at once.
Result<void> useConnection(QLocalSocket *socket, FileDescriptor connection);

/// Whether there is a file of that name, alive or not.
bool hasControlSocket(const LockDirectory &directory);

void removeControlSocket(const LockDirectory &directory);

/// Whether the process at the other end belongs to our own user.
bool isPeerOurs(qintptr socket);

} // namespace sharedserver
