#pragma once

#include "core/control/eventhistory.h"
#include "core/control/handover.h"
#include "core/supervisor/supervisor.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QObject>

namespace sharedserver {

class ControlConnection;
class Params;

/// What a watcher says of itself in its answer to hello.
struct WatcherIdentity
{
    QString kind; ///< `headless` or `tray`
    ProcessId process;
};

/// Turns requests of the control socket into calls of the supervisor, and their outcomes into
/// answers: a method a row of docs/protocol.md.
class RequestHandler : public QObject
{
    Q_OBJECT
public:
    RequestHandler(Supervisor *supervisor, const WatcherIdentity &identity,
                   QObject *parent = nullptr);

    /// `events` are those that subscribers may have missed.
    void handle(ControlConnection *connection, const QJsonValue &id, const QString &method,
                const QJsonObject &params, const EventHistory &events);

signals:
    /// Somebody wants to be the watcher.
    void handOverRequested(const sharedserver::Successor &successor);
    /// This watcher is to end; called with no servers left running, or by request with them.
    void shutDownRequested();

private:
    struct Request;
    using Method = void (RequestHandler::*)(const Request &);
    static const QHash<QString, Method> &methods();

    void hello(const Request &request);
    void list(const Request &request);
    void info(const Request &request);
    void use(const Request &request);
    void start(const Request &request);
    void unuse(const Request &request);
    void stop(const Request &request);
    void restart(const Request &request);
    void kill(const Request &request);
    void wait(const Request &request);
    void doctor(const Request &request);
    void logs(const Request &request);
    void stage(const Request &request);
    void subscribe(const Request &request);
    void handOver(const Request &request);
    void shutDown(const Request &request);

    Done answerTo(const Request &request) const;
    /// The same where the caller wants to hear of a server that is ready: `wait` and `wait_ms`.
    Done answerWhenReady(const Request &request, const QString &name) const;
    /// Whether all params were right; answers with what was wrong where not.
    static bool isRight(const Request &request);

    Supervisor *m_supervisor;
    WatcherIdentity m_identity;
};

} // namespace sharedserver
