#pragma once

#include "core/base/error.h"
#include "core/control/eventhistory.h"
#include "core/lockfile/lockdirectory.h"

#include <QFileSystemWatcher>
#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <QStringList>

#include <memory>

namespace sharedserver {

/// The events of a lock directory, whoever its watcher is. Starts none: where none runs, it waits
/// for one to come, and where one goes away, for the next. After a hand-over it goes on where it
/// was, so that nothing is missed.
class EventStream : public QObject
{
    Q_OBJECT
public:
    /// Of these servers; of all where `names` is empty.
    EventStream(const LockDirectory::Location &location, const QStringList &names,
                QObject *parent = nullptr);
    ~EventStream() override;

    /// Tells what has happened since `since`, and all that will. Without it: what will. Of a
    /// watcher that comes only later, that is all from its beginning.
    void begin(const std::optional<EventCursor> &since);

signals:
    /// There is no watcher, for now.
    void waiting();
    /// A watcher listens to us. `missed`: something may have happened that was not and will not be
    /// told.
    void connected(bool missed);
    /// All has been told that had happened before it was connected.
    void caughtUp();
    /// `event` (`server.started`, …), `epoch`, `sequence`, `time`, `server`, and what the event has
    /// of its own (docs/protocol.md).
    void happened(const QJsonObject &event);
    /// The watcher is one that cannot be talked to.
    void failed(const sharedserver::Error &error);

private:
    void connectSoon();
    void tryToConnect();
    void watchForOne();
    void subscribe();
    void readLines();
    void readMessage(const QJsonObject &message);
    void readAnswer(const QJsonObject &message);
    void handleEnd();

    LockDirectory::Location m_location;
    QStringList m_names;
    std::optional<EventCursor> m_next; ///< after which to go on; nothing: from now on
    std::unique_ptr<QLocalSocket> m_socket;
    QFileSystemWatcher m_directory; ///< while there is no watcher
    bool m_isAnswered = false; ///< by the one that is connected, or was
    qint64 m_toReplay = -1; ///< how many past events are still to come; -1: that is not known yet
    bool m_isTrying = false;
};

} // namespace sharedserver
