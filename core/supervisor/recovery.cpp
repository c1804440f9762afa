#include "core/supervisor/recovery.h"

#include "core/base/duration.h"
#include "core/lockfile/invocationlog.h"

#include <QJsonArray>

namespace sharedserver {

namespace {

// Far enough back for a server with many clients; each line is a start, an end, or one of them.
constexpr int kSearchedEntries = 2000;

/// What an entry says of a start that succeeded; nothing where it makes no sense, or that process
/// is not alive.
std::optional<ServerRecord> liveRecordOf(const Invocation &start)
{
    const auto startedAt = Timestamp::parse(start.timestamp);
    if (!startedAt)
        return {};
    ServerRecord record;
    record.startedAt = *startedAt;
    record.server.pid = start.metadata.value(QLatin1String("server_pid")).toInteger();
    record.server.startStamp =
        quint64(start.metadata.value(QLatin1String("server_start_time")).toInteger());
    const QJsonArray command = start.metadata.value(QLatin1String("command")).toArray();
    for (const QJsonValue &argument : command)
        record.command.append(argument.toString().toUtf8());
    record.gracePeriod = start.metadata.value(QLatin1String("grace_period"))
                             .toString(QLatin1String(kDefaultGracePeriod));
    if (record.command.isEmpty() || !record.liveServer())
        return {};
    return record;
}

} // namespace

std::optional<ServerRecord> recoverRecord(const LockDirectory &directory, const QString &name)
{
    std::optional<ServerRecord> record;
    InvocationLog(directory, name).searchBackwards(kSearchedEntries, [&](const Invocation &entry) {
        if (entry.command == QLatin1String("exit"))
            return true;
        const bool isStart = entry.command == QLatin1String("start") && !entry.error
            && entry.metadata.value(QLatin1String("server_pid")).isDouble();
        if (isStart)
            record = liveRecordOf(entry);
        return isStart;
    });
    return record;
}

} // namespace sharedserver
