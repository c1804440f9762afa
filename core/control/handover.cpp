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
const QLatin1String kForce("force");
const QLatin1String kTimeout("timeout_ms");
const QLatin1String kGraceOver("grace_over");
const QLatin1String kExit("exit");

void addEnd(QJsonObject *part, const HandedOver &server)
{
    if (server.stop) {
        part->insert(kStopping, true);
        part->insert(kForce, server.stop->force);
        part->insert(kTimeout, qint64(server.stop->timeout.count()));
    }
    if (server.isGraceOver)
        part->insert(kGraceOver, true);
    if (server.exit)
        part->insert(kExit, server.exit->toJson());
}

/// Version 1.0.0 tells `stopping` alone.
std::optional<StopOptions> stopOf(const QJsonObject &part)
{
    if (!part.value(kStopping).toBool())
        return {};
    StopOptions stop;
    stop.force = part.value(kForce).toBool();
    stop.timeout = std::chrono::milliseconds(part.value(kTimeout).toInteger(stop.timeout.count()));
    return stop;
}

HandedOver serverOf(const QJsonObject &part)
{
    const QJsonValue exit = part.value(kExit);
    return {LaunchSpec::fromJson(part),
            {part.value(kPid).toInteger(), quint64(part.value(kStartTime).toInteger())},
            stopOf(part),
            part.value(kGraceOver).toBool(),
            exit.isObject() ? std::make_optional(ExitStatus::fromJson(exit.toObject()))
                            : std::nullopt};
}

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
        addEnd(&part, server);
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
        servers[name] = serverOf(part);
    else
        known->second.spec.environment += bytesFromJson(part.value(kEnvironment).toArray());
}

} // namespace sharedserver
