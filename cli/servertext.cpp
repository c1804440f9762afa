#include "cli/servertext.h"

#include "core/base/duration.h"

namespace sharedserver {

namespace {

QString graceText(const ServerInfo &info, const QDateTime &now)
{
    const auto left = info.graceRemaining(now);
    if (!left)
        return QStringLiteral("shutting down soon");
    return QStringLiteral("shutting down in %1").arg(humanDuration(std::chrono::seconds(*left)));
}

} // namespace

Mark stateMark(const ServerInfo &info)
{
    switch (info.state) {
    case ServerState::Active:
        return info.isReady() == false ? Mark::Warning : Mark::Running;
    case ServerState::Grace:
        return Mark::Warning;
    case ServerState::Stopped:
        return info.willRestart() ? Mark::Warning : Mark::Stopped;
    case ServerState::Defunct:
        break;
    }
    return Mark::Failed;
}

QString stateTitle(const ServerInfo &info)
{
    if (info.willRestart())
        return QStringLiteral("Restarting");
    QString word = stateWord(info.state);
    word[0] = word[0].toUpper();
    return info.isReady() == false ? word + QStringLiteral(", not ready") : word;
}

TextTable::Cell stateCell(const ServerInfo &info)
{
    if (info.state == ServerState::Stopped && !info.problem.isEmpty())
        return {QStringLiteral("Unreadable"), Mark::Failed};
    return {stateTitle(info), stateMark(info)};
}

QString stateLine(const ServerInfo &info, const QDateTime &now)
{
    const qint64 pid = info.record ? info.record->server.pid : 0;
    const QString notReady =
        info.isReady() == false ? QStringLiteral(", not ready yet") : QString();
    switch (info.state) {
    case ServerState::Active:
        return QStringLiteral("%1 is active (PID: %2, refcount: %3%4)")
            .arg(info.name)
            .arg(pid)
            .arg(info.clients.count())
            .arg(notReady);
    case ServerState::Grace:
        return QStringLiteral("%1 is in grace period (PID: %2, %3%4)")
            .arg(info.name)
            .arg(pid)
            .arg(graceText(info, now), notReady);
    case ServerState::Defunct:
        return QStringLiteral("%1 is defunct (PID: %2 is dead, not cleaned up yet)")
            .arg(info.name)
            .arg(pid);
    case ServerState::Stopped:
        break;
    }
    if (const auto left = info.restartRemaining(now)) {
        return QStringLiteral("%1 is stopped, and will be started again in %2")
            .arg(info.name, humanDuration(std::chrono::seconds(*left)));
    }
    return QStringLiteral("%1 is stopped").arg(info.name);
}

QString memoryText(quint64 bytes)
{
    constexpr double kMiB = 1024 * 1024;
    return QStringLiteral("%1 MiB").arg(double(bytes) / kMiB, 0, 'f', 1);
}

QString localTime(const QDateTime &time)
{
    return time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd hh:mm:ss"));
}

} // namespace sharedserver
