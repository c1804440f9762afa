#pragma once

#include "core/config/serverdefinition.h"
#include "core/lockfile/serverinfo.h"
#include "core/supervisor/launchspec.h"

#include <QCoreApplication>

#include <optional>

namespace sharedserver {

/// What a server looks like to the user: its state, and how it came to it.
enum class Look { Active, Grace, Stopped, Crashed, Failed, Unreadable, Defunct };

/// One server as the tray shows it: running, stopped since the tray began, or defined only.
struct ServerRow
{
    Q_DECLARE_TR_FUNCTIONS(ServerRow)
public:
    ServerInfo info; ///< the record stays when it has stopped
    QString endReason; ///< why it has stopped, as Supervisor::serverStopped tells it
    QString failure; ///< why it could not be started
    int vainRestarts = 0; ///< after how many its policy has given it up
    std::optional<LaunchSpec> spec; ///< what it was started with, where that is known
    std::optional<ServerDefinition> definition; ///< where servers.json has one
    std::optional<double> cpuPercent; ///< of one processor
    bool isSeen = true; ///< its trouble was looked at

    Look look() const;
    bool isTrouble() const;
    /// What can be started again, or for the first time.
    bool canStart() const;
    /// What runs, or will be started again.
    bool canStop() const { return info.isRunning() || info.willRestart(); }
    /// Whether a start goes by what servers.json says now, and not by how it was started before.
    bool startsAsDefined() const;
    /// What runs, or what a start would run.
    QByteArrayList command() const;
    QByteArray workingDirectory() const;
    QByteArray logPath() const;

    /// "Active", "Crashed (exit code 3)", …, and what is to be expected of it.
    QString stateText() const;

private:
    QString lookText() const;
};

} // namespace sharedserver
