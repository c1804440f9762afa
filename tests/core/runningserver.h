#pragma once

#include "tests/core/supervisorbench.h"

#include <QList>

namespace sharedserver::test {

/// A server "web" with one client.
struct RunningServer
{
    explicit RunningServer(const QStringList &options = {});

    QList<ProcessId> group() const;
    /// Whether neither a process nor a file of it is left.
    bool isGone() const;

    SupervisorBench bench;
    TestClient client;
    bool isUp;
    ProcessId server;
};

} // namespace sharedserver::test
