#pragma once

#include "core/supervisor/supervisor.h"
#include "tests/support/manualclock.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>

namespace sharedserver::test {

/// What came of one request.
class Answer
{
public:
    /// How often it was answered: once, and never again.
    int count() const { return m_state->count; }
    bool isThere() const { return count() > 0; }
    /// The outcome's word, or `error: ` and its kind; empty before.
    QString word() const;
    QString message() const { return m_state->message; }
    /// What an error shows of the server's log.
    QStringList logTail() const { return m_state->logTail; }
    /// What the request is to call.
    Done done() const;

private:
    struct State
    {
        int count = 0;
        QString word;
        QString message;
        QStringList logTail;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

/// A Supervisor in this process, with real servers and clients, and a clock that stands still.
class SupervisorBench
{
public:
    /// A server that lives so long has started; one that is still busy then is looked at again, at
    /// most so many times (managedserver.cpp).
    static constexpr std::chrono::milliseconds kSettleTime{5};
    static constexpr int kMostSettleTimes = 2000;

    SupervisorBench();
    ~SupervisorBench();

    /// A launch of the test server with these options, in this process's environment.
    LaunchSpec testServer(const QStringList &options = {}, const QString &grace = "5m") const;

    Answer use(const QString &name, const TestClient &client, const LaunchSpec &spec = {});
    Answer start(const QString &name, const LaunchSpec &spec);
    Answer unuse(const QString &name, const TestClient &client);
    Answer stop(const QString &name, const StopOptions &options = {});
    Answer restart(const QString &name, const StopOptions &options = {});
    Answer kill(const QString &name);
    Answer wait(const QString &name, std::optional<std::chrono::milliseconds> patience = {},
                const std::optional<ReadyCheck> &check = {});

    /// Waits for a start to get as far as it can, and lets the moment pass after which a server
    /// counts as started. True where it was answered then.
    bool settle(const Answer &answer);
    /// Uses a server that does not run, and waits until it has started; true where it has. One
    /// whose options have `--ignore-term` is deaf by then.
    bool started(const QString &name, const TestClient &client, const QStringList &options = {},
                 const QString &grace = "5m");

    /// Lets time pass in steps until it holds; false where it never does. A step takes some 10 ms:
    /// a longer one would end the patience of a readiness check whose command the machine has not
    /// got to yet.
    bool passUntil(const std::function<bool()> &holds,
                   std::chrono::milliseconds step = std::chrono::milliseconds(20));

    /// What a crash of the watcher is to its servers: this one lets go without a word, and the next
    /// one adopts what there is. With what it told the next one, it is a hand-over.
    void replaceSupervisor(const std::map<QString, HandedOver> &handedOver = {});

    ServerInfo info(const QString &name) const { return supervisor->info(name); }
    QString state(const QString &name) const { return stateWord(info(name).state); }
    ProcessId process(const QString &name) const;
    int refcount(const QString &name) const { return info(name).clients.count(); }
    QStringList takeEvents() { return std::exchange(events, {}); }

    TestWorld world;
    ManualClock clock;
    std::unique_ptr<Supervisor> supervisor;
    QStringList events; ///< `started web`, `stopped web (grace)`, …

private:
    void listen();
};

} // namespace sharedserver::test
