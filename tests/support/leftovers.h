#pragma once

#include <QByteArray>
#include <QList>

namespace sharedserver::test {

/// A process that a test has left behind.
struct Leftover
{
    qint64 pid = 0;
    QByteArray command; ///< its argv, joined by spaces
};

/// All live processes, this one apart, that were started with `entry` (`K=V`) in their environment.
/// Where there is no /proc, ps(1) tells, and an entry with a blank in it is not found.
QList<Leftover> processesWith(const QByteArray &entry);

/// Kills all of them, until none is left.
void killProcessesWith(const QByteArray &entry);

} // namespace sharedserver::test
