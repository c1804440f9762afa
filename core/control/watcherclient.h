#pragma once

#include "core/base/error.h"
#include "core/lockfile/lockdirectory.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <memory>

class QLocalSocket;

namespace sharedserver {

/// One connection to the watcher of a lock directory, for callers that wait for their answer: the
/// command line, and a watcher that takes over from another.
class WatcherClient
{
public:
    /// Connects and says hello. Kind::Unreachable where no watcher listens, Kind::Protocol where it
    /// speaks another version, Kind::Unsafe where it is another user's.
    static Result<WatcherClient> connect(const LockDirectory &directory);

    WatcherClient(WatcherClient &&) noexcept;
    WatcherClient &operator=(WatcherClient &&) noexcept;
    ~WatcherClient();

    /// Sends one request and waits for its answer. Errors of the watcher come back with their kind
    /// and details; Kind::Unreachable where the connection ended first, Kind::Timeout where no
    /// answer came.
    Result<QJsonObject> call(const QString &method, const QJsonObject &params,
                             std::chrono::milliseconds timeout);
    /// Sends an environment ahead of the next `use`, `start` or `restart`, in lines that each keep
    /// to the protocol's limit.
    Result<void> stageEnvironment(const QByteArrayList &environment);
    /// What the watcher said of itself: `protocol`, `version`, `pid`, `start_time`, `kind`.
    QJsonObject greeting() const;
    /// Waits until the watcher has closed the connection.
    Result<void> waitForEnd(std::chrono::milliseconds timeout);

private:
    explicit WatcherClient(std::unique_ptr<QLocalSocket> socket);
    Result<QJsonObject> readObject(std::chrono::steady_clock::time_point deadline);

    std::unique_ptr<QLocalSocket> m_socket;
    QJsonObject m_greeting;
    int m_lastId = 0;
};

/// A request as a caller makes it, whoever the watcher is when it is answered.
struct WatcherRequest
{
    QString method;
    QJsonObject params;
    QByteArrayList environment = {}; ///< staged first where not empty
    std::chrono::milliseconds timeout{60000};
};

/// Asks the watcher of a lock directory, and starts a headless one where none answers. Where the
/// watcher goes away before it has answered (killed, handed over, just leaving), the request is
/// made again of its successor: every request of ours may be made twice.
///
/// `program` is the sharedserver executable to run as `sharedserver watch`.
Result<QJsonObject> askWatcher(const LockDirectory::Location &location, const QString &program,
                               const WatcherRequest &request);

/// The same of a watcher that is there already: Kind::Unreachable where there is none.
Result<QJsonObject> askRunningWatcher(const LockDirectory &directory,
                                      const WatcherRequest &request);

} // namespace sharedserver
