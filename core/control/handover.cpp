#include "core/control/handover.h"

#include "core/base/bytes.h"
#include "core/control/protocol.h"

#include <QJsonArray>

namespace sharedserver {

namespace {

const QLatin1String kName("name");
const QLatin1String kEnvironment("env");
const QLatin1String kPid("pid");
const QLatin1String kStartTime("start_time");
const QLatin1String kStopping("stopping");

} // namespace

QList<QJsonObject> HandOverState::parts() const
{
    QList<QJsonObject> all;
    for (const auto &[name, server] : servers) {
        QJsonObject part = server.spec.toJson();
        part.insert(kName, name);
        part.remove(kEnvironment);
        part.insert(kPid, server.process.pid);
        part.insert(kStartTime, qint64(server.process.startStamp));
        if (server.isBeingStopped)
            part.insert(kStopping, true);
        all.append(part);
        const QList<QByteArrayList> environments = protocol::partsOf(server.spec.environment);
        for (const QByteArrayList &environment : environments)
            all.append({{kName, name}, {kEnvironment, jsonFromBytes(environment)}});
    }
    return all;
}

void HandOverState::add(const QJsonObject &part)
{
    const QString name = part.value(kName).toString();
    const auto known = servers.find(name);
    if (known == servers.end())
        servers[name] = {
            LaunchSpec::fromJson(part),
            {part.value(kPid).toInteger(), quint64(part.value(kStartTime).toInteger())},
            part.value(kStopping).toBool()};
    else
        known->second.spec.environment += bytesFromJson(part.value(kEnvironment).toArray());
}

} // namespace sharedserver
