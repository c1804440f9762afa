#include "core/supervisor/recovery.h"

#include "core/lockfile/invocationlog.h"

#include <QJsonArray>

namespace sharedserver {

namespace {

// Far enough back for a server with many clients; each line is a start, an end, or one of them.
constexpr int kSearchedEntries = 2000;

} // namespace

std::optional<ServerRecord> recoverRecord(const LockDirectory &directory, const QString &name)
{
    const QList<Invocation> history = InvocationLog(directory, name).last(kSearchedEntries);
    for (auto entry = history.crbegin(); entry != history.crend(); ++entry) {
        if (entry->command == QLatin1String("exit"))
            return {};
        const QJsonValue pid = entry->metadata.value(QLatin1String("server_pid"));
        if (entry->command != QLatin1String("start") || entry->error || !pid.isDouble())
            continue;
        const auto startedAt = Timestamp::parse(entry->timestamp);
        if (!startedAt)
            return {};
        ServerRecord record;
        record.server.pid = pid.toInteger();
        record.server.startStamp =
            quint64(entry->metadata.value(QLatin1String("server_start_time")).toInteger());
        const QJsonArray command = entry->metadata.value(QLatin1String("command")).toArray();
        for (const QJsonValue &argument : command)
            record.command.append(argument.toString().toUtf8());
        record.gracePeriod =
            entry->metadata.value(QLatin1String("grace_period")).toString(QStringLiteral("5m"));
        record.startedAt = *startedAt;
        if (record.command.isEmpty() || !record.liveServer())
            return {};
        return record;
    }
    return {};
}

} // namespace sharedserver
