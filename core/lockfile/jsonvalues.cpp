#include "core/lockfile/jsonvalues.h"

#include <limits>

namespace sharedserver {

std::optional<qint64> pidFromJson(const QJsonValue &value)
{
    const qint64 pid = value.toInteger(0);
    if (pid < 1 || pid > std::numeric_limits<qint32>::max())
        return {};
    return pid;
}

std::optional<quint64> stampFromJson(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return 0;
    const qint64 stamp = value.toInteger(-1);
    if (stamp < 0 || stamp > (qint64(1) << 53))
        return {};
    return quint64(stamp);
}

} // namespace sharedserver
