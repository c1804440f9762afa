#include "tests/cli/handmadefiles.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>

namespace sharedserver::test {

namespace {

QString nowText()
{
    return QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs);
}

} // namespace

void writeServerFile(const TestWorld &world, const QString &name, qint64 pid,
                     const QJsonObject &more)
{
    QJsonObject file{{"pid", pid},
                     {"command", QJsonArray{"web-server", "--port", "8000"}},
                     {"grace_period", "5m"},
                     {"watcher_pid", QJsonValue()},
                     {"started_at", nowText()}};
    for (auto it = more.begin(); it != more.end(); ++it)
        file.insert(it.key(), it.value());
    world.writeLockFile(name + ".server.json", QJsonDocument(file).toJson());
}

void writeClientsFile(const TestWorld &world, const QString &name,
                      const QList<HandmadeClient> &clients)
{
    QJsonObject entries;
    for (const HandmadeClient &client : clients) {
        const QJsonValue metadata =
            client.metadata.isNull() ? QJsonValue() : QJsonValue(client.metadata);
        entries.insert(QString::number(client.pid),
                       QJsonObject{{"attached_at", nowText()}, {"metadata", metadata}});
    }
    const QJsonObject file{{"refcount", int(clients.size())}, {"clients", entries}};
    world.writeLockFile(name + ".clients.json", QJsonDocument(file).toJson());
}

EveryState::EveryState(const TestWorld &world)
{
    TestClient dying;
    m_deadPid = dying.pid();
    dying.kill();
    writeServerFile(world, "active", m_server.pid());
    writeClientsFile(world, "active", {{m_client.pid()}});
    writeServerFile(world, "grace", m_server.pid());
    writeServerFile(world, "defunct", m_deadPid, {{"watcher_pid", m_client.pid()}});
    world.writeLockFile("unreadable.server.json", "{");
}

} // namespace sharedserver::test
