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
/// Only Linux shows environments; elsewhere there are none.
QList<Leftover> processesWith(const QByteArray &entry);

/// Kills all of them, until none is left.
void killProcessesWith(const QByteArray &entry);

} // namespace sharedserver::test
