#pragma once

#include <QByteArray>
#include <QString>

class QDBusConnection;

namespace sharedserver {

/// Whether a process whose /proc/PID/cgroup has this content belongs to a service of systemd's,
/// which ends everything in it when the service ends (systemd.kill(5)).
bool isInService(const QByteArray &cgroups);

/// Moves this process, and what it starts from then on, into a scope of its own: servers outlive
/// the service that the desktop has started us as at login. Asks the user's systemd
/// (StartTransientUnit, org.freedesktop.systemd1(5)) and does not wait; where there is none,
/// nothing happens.
void moveToOwnScope(QDBusConnection bus);

/// The same, but only where it is needed.
void leaveService();

} // namespace sharedserver
