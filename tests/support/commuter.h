#pragma once

#include "tests/support/testclient.h"

#include <QProcess>
#include <QStringList>

#include <memory>
#include <vector>

namespace sharedserver::test {

/// A client that attaches and detaches again and again, until it is told to stop; keeps what
/// commands say that fail.
class Commuter
{
public:
    explicit Commuter(const QString &server);

    /// Lets it begin no journey but the one home.
    void stop() { m_stopping = true; }
    /// Returns when it has stopped and is detached; fails the test where that does not happen.
    void waitUntilHome();

    int journeys() const { return m_journeys; }
    QStringList failures() const { return m_failures; }

private:
    void go();

    QString m_server;
    TestClient m_client;
    QProcess m_command;
    QStringList m_failures;
    int m_journeys = 0;
    bool m_attached = false;
    bool m_stopping = false;
};

/// Several of them, who take these servers in turn.
class Commuters
{
public:
    Commuters(int count, const QStringList &servers);

    /// Stops all, and returns what they had to complain of.
    QStringList stop();
    int journeys() const;

private:
    std::vector<std::unique_ptr<Commuter>> m_all;
};

} // namespace sharedserver::test
