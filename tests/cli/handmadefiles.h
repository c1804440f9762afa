#pragma once

#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace sharedserver::test {

/// What a client's entry says.
struct HandmadeClient
{
    qint64 pid = 0;
    QString metadata = {}; ///< null where it is
};

/// Writes `<name>.server.json` as the existing tool does, as if `pid` had been started as a server
/// just now. `more` is added, or replaces what is there.
void writeServerFile(const TestWorld &world, const QString &name, qint64 pid,
                     const QJsonObject &more = {});

/// Writes `<name>.clients.json`.
void writeClientsFile(const TestWorld &world, const QString &name,
                      const QList<HandmadeClient> &clients);

/// One server in each state; the names are the states, `unreadable` among them.
class EveryState
{
public:
    explicit EveryState(const TestWorld &world);

    QString serverPid() const { return m_server.pidText(); }
    QString clientPid() const { return m_client.pidText(); }
    QString deadPid() const { return QString::number(m_deadPid); }

private:
    TestClient m_server;
    TestClient m_client;
    qint64 m_deadPid = 0;
};

} // namespace sharedserver::test
