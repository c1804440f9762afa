#pragma once

#include "core/lockfile/clienttable.h"
#include "core/lockfile/lockfilestore.h"
#include "core/lockfile/serverrecord.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace sharedserver::test {

/// The content of a file below tests/fixtures/lockfiles.
QByteArray fixture(const QString &file);

/// What our watcher would write of a server that has just been started; no watcher watches it.
ServerRecord recordOf(const ProcessId &server);

/// A client that has just attached.
ClientRecord clientOf(const ProcessId &process, const std::optional<QString> &metadata = {});
/// Attaches such a client to the server "web"; true where its file says so.
bool attach(LockfileStore &store, qint64 pid);
ClientTable tableOf(const QList<ProcessId> &processes);

/// A text of another tool's server file that means this process, started now. Has a stamp where
/// the text had one.
QByteArray meaning(const ProcessId &server, const QByteArray &serverJson);

/// A text that a crash, a full disk or a user's editor has damaged.
struct Damage
{
    QByteArray text;
    QByteArray what; ///< such as `cut at 17` or `'{' at 21`
};

/// Each cut of the text, and at each place each of eight bytes instead of what is there.
QList<Damage> damagesOf(const QByteArray &text);

/// Gives a file another content without exchanging it. Never makes it empty on the way, which some
/// file systems answer by waiting for the disk.
void overwriteFile(const QString &path, const QByteArray &content);

} // namespace sharedserver::test
