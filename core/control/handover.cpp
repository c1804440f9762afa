#include "core/control/handover.h"

#include "core/base/bytes.h"
#include "core/control/protocol.h"

#include <QJsonArray>

namespace sharedserver {

namespace {

const QLatin1String kName("name");
const QLatin1String kEnvironment("env");

} // namespace

QList<QJsonObject> HandOverState::parts() const
{
    QList<QJsonObject> all;
    for (const auto &[name, spec] : servers) {
        QJsonObject part = spec.toJson();
        part.insert(kName, name);
        part.remove(kEnvironment);
        all.append(part);
        const QList<QByteArrayList> environments = protocol::partsOf(spec.environment);
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
        servers[name] = LaunchSpec::fromJson(part);
    else
        known->second.environment += bytesFromJson(part.value(kEnvironment).toArray());
}

} // namespace sharedserver
