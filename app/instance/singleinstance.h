#pragma once

#include "core/lockfile/filelock.h"
#include "core/lockfile/lockdirectory.h"

#include <QLocalServer>
#include <QObject>
#include <QTimer>

#include <optional>

class QLocalSocket;

namespace sharedserver {

/// One tray for each lock directory. The first one holds a lock (`tray.lock`) for its whole life
/// and listens beside it (`tray.sock`); a later one sends it a word and ends.
///
/// The lock decides and the socket only tells: so what a killed tray leaves behind is never taken
/// for a live one, and of many that start at once one remains.
class SingleInstance : public QObject
{
    Q_OBJECT
public:
    explicit SingleInstance(const LockDirectory &directory, QObject *parent = nullptr);
    ~SingleInstance() override;

    enum class Role { First, Second };
    /// Becomes the tray of this directory, or else gives `word` to the one that is. One that is
    /// just starting or ending is waited for. Kind::Timeout where the first one does not answer.
    Result<Role> settle(const QByteArray &word);
    /// Gives `quit` to the tray that runs, if one does, and waits for its end.
    Result<void> endOther();
    /// About to end: a later one is not answered any more, but waits for that, and takes our place.
    void stopAnswering();
    /// Is the tray of this directory, too, which stands in the place of the one before. Where
    /// another tray is already, that one takes over from us.
    void moveTo(const LockDirectory &directory);
    /// To be called after changes in the directory: makes the lock and the socket anew where they
    /// were removed, which is noticed in no other way.
    void handleDirectoryChange();

signals:
    /// Another one was started with this word: `show` or `hidden`.
    void told(const QByteArray &word);
    /// It was asked to end.
    void quitAsked();

private:
    Result<void> openLockFile();
    Result<std::optional<FileLock>> acquire();
    void listenAnew();
    bool isStillTheOne() const;
    bool hasLostFiles() const;
    Result<void> listen();
    Result<bool> tell(const QByteArray &word) const;
    void accept();
    void read(QLocalSocket *socket);

    LockDirectory m_directory;
    FileDescriptor m_lockFile;
    std::optional<FileLock> m_lock;
    QLocalServer m_server;
    QTimer m_lossCheck;
    bool m_isAnswering = true;
};

} // namespace sharedserver
