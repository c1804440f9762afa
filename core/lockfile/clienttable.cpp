#include "core/lockfile/clienttable.h"

#include "core/lockfile/jsonvalues.h"

#include <QJsonDocument>

#include <algorithm>

namespace sharedserver {

namespace {

std::optional<ClientRecord> clientFromJson(const QString &key, const QJsonValue &value)
{
    bool isNumber = false;
    const auto pid = pidFromJson(qint64(key.toLongLong(&isNumber)));
    QJsonObject json = value.toObject();
    const auto stamp = stampFromJson(json.take(QLatin1String("start_time")));
    const auto attachedAt = Timestamp::parse(json.take(QLatin1String("attached_at")).toString());
    const QJsonValue metadata = json.take(QLatin1String("metadata"));
    if (!isNumber || !pid || !stamp || !value.isObject() || !attachedAt)
        return {};
    ClientRecord client;
    client.process = {*pid, *stamp};
    client.attachedAt = *attachedAt;
    if (metadata.isString())
        client.metadata = metadata.toString();
    client.unknownKeys = json;
    return client;
}

QJsonValue metadataToJson(const ClientRecord &client)
{
    return client.metadata ? QJsonValue(*client.metadata) : QJsonValue();
}

} // namespace

std::optional<ProcessId> ClientRecord::liveProcess() const
{
    return confirm(process, attachedAt.time(), false);
}

Result<ClientTable> ClientTable::fromJson(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    QJsonObject json = document.object();
    const QJsonValue clients = json.take(QLatin1String("clients"));
    if (!document.isObject() || !clients.isObject())
        return failure(Error::Kind::Corrupt, QStringLiteral("It holds no table of clients."));
    json.remove(QLatin1String("refcount"));
    ClientTable table;
    table.m_unknownKeys = json;
    const QJsonObject entries = clients.toObject();
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        const auto client = clientFromJson(entry.key(), entry.value());
        if (!client) {
            return failure(Error::Kind::Corrupt,
                           QStringLiteral("Its client '%1' makes no sense.").arg(entry.key()));
        }
        table.m_clients.insert(client->process.pid, *client);
    }
    return table;
}

QByteArray ClientTable::toJson() const
{
    // In the order in which a QJsonObject keeps its keys: into the middle of it, each insertion
    // would move all that is behind.
    QMap<QString, const ClientRecord *> ordered;
    for (const ClientRecord &client : m_clients)
        ordered.insert(QString::number(client.process.pid), &client);
    QJsonObject entries;
    for (auto each = ordered.cbegin(); each != ordered.cend(); ++each) {
        const ClientRecord &client = **each;
        QJsonObject entry = client.unknownKeys;
        entry.insert(QStringLiteral("attached_at"), client.attachedAt.text());
        entry.insert(QStringLiteral("metadata"), metadataToJson(client));
        if (client.process.startStamp != 0)
            entry.insert(QStringLiteral("start_time"), qint64(client.process.startStamp));
        entries.insert(each.key(), entry);
    }
    QJsonObject json = m_unknownKeys;
    json.insert(QStringLiteral("refcount"), count());
    json.insert(QStringLiteral("clients"), entries);
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

bool ClientTable::attach(const ClientRecord &client)
{
    const auto known = m_clients.find(client.process.pid);
    const bool isNew = known == m_clients.end()
        || (known->process.startStamp != 0 && known->process != client.process);
    if (isNew) {
        m_clients.insert(client.process.pid, client);
        return true;
    }
    known->process = client.process;
    if (client.metadata)
        known->metadata = client.metadata;
    return false;
}

bool ClientTable::detach(const ProcessId &process)
{
    const auto known = m_clients.find(process.pid);
    if (known == m_clients.end())
        return false;
    const bool isAnother = process.startStamp != 0 && known->process.startStamp != 0
        && process.startStamp != known->process.startStamp;
    if (isAnother)
        return false;
    m_clients.erase(known);
    return true;
}

bool ClientTable::keepLiveOnly(const ClientTable &watched)
{
    bool hasChanged = false;
    for (auto client = m_clients.begin(); client != m_clients.end();) {
        const ClientRecord *known = watched.find(client.key());
        // Without a stamp, a watch means whoever has that number.
        if (known && known->process.startStamp != 0 && known->process == client->process) {
            ++client;
            continue;
        }
        const auto process = client->liveProcess();
        if (!process) {
            client = m_clients.erase(client);
            hasChanged = true;
            continue;
        }
        if (client->process != *process) {
            client->process = *process;
            hasChanged = true;
        }
        ++client;
    }
    return hasChanged;
}

const ClientRecord *ClientTable::find(qint64 pid) const
{
    const auto client = m_clients.constFind(pid);
    return client == m_clients.cend() ? nullptr : &*client;
}

bool ClientTable::hasOthersThan(const ClientTable &other) const
{
    return std::any_of(m_clients.cbegin(), m_clients.cend(), [&](const ClientRecord &client) {
        const ClientRecord *known = other.find(client.process.pid);
        return !known || known->process != client.process;
    });
}

} // namespace sharedserver
