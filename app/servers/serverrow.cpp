#include "app/servers/serverrow.h"

#include "core/supervisor/serverlog.h"

namespace sharedserver {

Look ServerRow::look() const
{
    if (!info.problem.isEmpty())
        return Look::Unreadable;
    switch (info.state) {
    case ServerState::Active:
        return Look::Active;
    case ServerState::Grace:
        return Look::Grace;
    case ServerState::Defunct:
        return Look::Defunct;
    case ServerState::Stopped:
        break;
    }
    if (!failure.isEmpty())
        return Look::Failed;
    return endReason == QLatin1String("crashed") ? Look::Crashed : Look::Stopped;
}

bool ServerRow::isTrouble() const
{
    switch (look()) {
    case Look::Crashed:
    case Look::Failed:
        return !isSeen;
    case Look::Unreadable:
    case Look::Defunct:
        return true;
    case Look::Active:
    case Look::Grace:
    case Look::Stopped:
        break;
    }
    return false;
}

bool ServerRow::canStart() const
{
    return !info.isRunning() && !command().isEmpty();
}

bool ServerRow::startsAsDefined() const
{
    return definition && !definition->command.isEmpty() && !canStop();
}

QByteArrayList ServerRow::command() const
{
    if (startsAsDefined())
        return definition->command;
    if (spec && !spec->command.isEmpty())
        return spec->command;
    if (info.record)
        return info.record->command;
    return definition ? definition->command : QByteArrayList();
}

QByteArray ServerRow::workingDirectory() const
{
    if (startsAsDefined() && !definition->workingDirectory.isEmpty())
        return definition->workingDirectory;
    if (spec && !spec->workingDirectory.isEmpty())
        return spec->workingDirectory;
    if (info.record)
        return info.record->workingDir;
    return definition ? definition->workingDirectory : QByteArray();
}

QByteArray ServerRow::logPath() const
{
    if (info.record && !info.record->logFile.isEmpty())
        return info.record->logFile;
    if (spec && !spec->logFile.isEmpty())
        return spec->logFile;
    if (definition && !definition->logFile.isEmpty())
        return definition->logFile;
    return defaultLogPath(info.name, spec.value_or(LaunchSpec()));
}

QString ServerRow::stateText() const
{
    if (info.isReady() == false)
        return tr("%1, not ready yet").arg(lookText());
    if (info.willRestart())
        return tr("%1, starts again soon").arg(lookText());
    return lookText();
}

QString ServerRow::lookText() const
{
    switch (look()) {
    case Look::Active:
        return tr("Active");
    case Look::Grace:
        return tr("Grace period");
    case Look::Stopped:
        return tr("Stopped");
    case Look::Crashed:
        if (info.lastExit && info.lastExit->exitCode)
            return tr("Crashed (exit code %1)").arg(*info.lastExit->exitCode);
        if (info.lastExit && info.lastExit->signal)
            return tr("Crashed (signal %1)").arg(*info.lastExit->signal);
        return tr("Crashed");
    case Look::Failed:
        return vainRestarts > 0 ? tr("Given up after %n restart(s)", nullptr, vainRestarts)
                                : tr("Failed to start");
    case Look::Unreadable:
        return tr("Unreadable");
    case Look::Defunct:
        return tr("Defunct");
    }
    return {};
}

} // namespace sharedserver
