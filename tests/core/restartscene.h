#pragma once

#include "tests/core/supervisorbench.h"

#include <csignal>

namespace sharedserver::test {

/// A server "web" with a restart policy and one client.
struct RestartScene
{
    explicit RestartScene(RestartPolicy policy, const QStringList &options = {});

    /// The server ends, and all of its end has been seen to.
    bool end(int signal = SIGKILL);
    bool isPausing() const { return bench.info("web").willRestart(); }
    qint64 pauseMs() const;
    /// Lets the pause pass, and the new process start.
    bool comeBack();

    SupervisorBench bench;
    TestClient client;
    bool isUp = false;
};

} // namespace sharedserver::test
