#pragma once

#include "core/base/error.h"
#include "core/control/linesocket.h"
#include "core/lockfile/lockdirectory.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <functional>
#include <optional>

namespace sharedserver {

/// One connection to the watcher of a lock directory, for callers that wait for their answer: the
/// command line, and a watcher that takes over from another.
class WatcherClient
{
public:
    /// Connects. The hello goes out together with the first request, so that both take one turn of
    /// the watcher's. Kind::Unreachable where no watcher listens, Kind::Unsafe where it is another
    /// user's.
    static Result<WatcherClient> connect(const LockDirectory &directory);

    /// Sends one request and waits for its answer. Errors of the watcher come back with their kind
    /// and details; Kind::Unreachable where the connection ended first, Kind::Timeout where no
    /// answer came in that time after the watcher's greeting, Kind::Protocol where it speaks
    /// another version. `notified` is called for each notification that comes before the answer.
    using Notified = std::function<void(const QString &method, const QJsonObject &params)>;
    Result<QJsonObject> call(const QString &method, const QJsonObject &params,
                             std::chrono::milliseconds timeout, const Notified &notified = {});
    /// Sends an environment ahead of the next `use`, `start` or `restart`, in lines that each keep
    /// to the protocol's limit.
    Result<void> stageEnvironment(const QByteArrayList &environment);
    /// Waits for what the watcher says of itself, where that has not come yet: `protocol`,
    /// `version`, `pid`, `start_time`, `kind`. Until then it may still be adopting servers.
    Result<QJsonObject> greeting();
    /// Whether it has said that already: then it was there, and may have done what it was asked.
    bool isGreeted() const { return m_greeting.has_value(); }
    /// How long to wait for that; the default is long enough for a very busy machine.
    void setGreetingTimeout(std::chrono::milliseconds timeout) { m_greetingTimeout = timeout; }
    /// Waits until the watcher has closed the connection.
    Result<void> waitForEnd(std::chrono::milliseconds timeout);

private:
    explicit WatcherClient(FileDescriptor connection);
    Result<void> send(const QByteArray &line, LineSocket::Time::time_point deadline);
    Result<QJsonObject> readAnswer(int id, LineSocket::Time::time_point deadline,
                                   const Notified &notified = {});
    Result<QJsonObject> readObject(LineSocket::Time::time_point deadline);
    /// `what` it did not do in time.
    Failure tooLate(const char *what) const;

    LineSocket m_socket;
    QByteArray m_unsent; ///< the hello, until the first request
    std::optional<QJsonObject> m_greeting;
    std::chrono::milliseconds m_greetingTimeout;
    int m_lastId = 0;
};

/// A request as a caller makes it, whoever the watcher is when it is answered.
struct WatcherRequest
{
    QString method;
    QJsonObject params;
    QByteArrayList environment = {}; ///< staged first where not empty
    std::chrono::milliseconds timeout{60000};
    /// For callers that can do it without a watcher, too, and need not wait long for one that
    /// hangs.
    std::optional<std::chrono::milliseconds> greetingTimeout = {};
};

/// Asks the watcher of a lock directory, and starts a headless one where none answers. Where the
/// watcher goes away before it has answered (killed, handed over, just leaving), the request is
/// made again of its successor: every request of ours may be made twice.
///
/// Only for the program `sharedserver`, which then runs itself as `sharedserver watch`.
Result<QJsonObject> askWatcher(const LockDirectory::Location &location,
                               const WatcherRequest &request);

} // namespace sharedserver
