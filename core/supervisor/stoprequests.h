#pragma once

#include "core/supervisor/clock.h"
#include "core/supervisor/outcome.h"

#include <QJsonObject>
#include <QObject>

#include <chrono>
#include <functional>
#include <list>
#include <memory>

namespace sharedserver {

/// How somebody wants a server stopped.
struct StopOptions
{
    bool force = false; ///< SIGKILL where it has not ended in time
    std::chrono::milliseconds timeout{10000};
};

/// Those who wait for one server to be torn down, each with his own patience.
class StopRequests : public QObject
{
    Q_OBJECT
public:
    /// What the error of somebody whose patience is over shows of the server.
    using Details = std::function<QJsonObject()>;

    StopRequests(Clock *clock, const QString &serverName, Details details,
                 QObject *parent = nullptr);
    ~StopRequests() override;

    /// Answers when the server has ended, or when this patience is over.
    void add(const StopOptions &options, Done done);
    bool isEmpty() const { return m_waiters.empty(); }
    /// What all of them want from now on, in the time that is left: SIGKILL at the earliest moment
    /// for which somebody wants that; else nobody but the most patient one counts.
    StopOptions together() const;
    /// From now on nobody is turned away: the end is certain.
    void waitForCertainEnd();
    void answerAll(const Result<Outcome> &result);
    /// Nobody is answered any more.
    void forgetAll();

signals:
    /// Somebody's patience with SIGTERM is over, and he wants SIGKILL.
    void forceWanted();
    /// The last one was told that the server did not stop in time.
    void allGaveUp();

private:
    struct Waiter;
    void handleDeadline(Waiter *waiter);

    Clock *m_clock;
    QString m_serverName;
    Details m_details;
    std::list<std::unique_ptr<Waiter>> m_waiters;
};

} // namespace sharedserver
