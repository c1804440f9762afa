#pragma once

#include "core/lockfile/serverinfo.h"

#include <QStringList>

#include <functional>
#include <optional>

namespace sharedserver {

/// What came of a request: a stable word (`started`, `attached`, `rescued`, `detached`, …), the
/// server as it then is, and remarks for the user.
struct Outcome
{
    QString word;
    ServerInfo info;
    QStringList warnings = {};
};

/// Called exactly once for a request, at once or later; never after its supervisor was destroyed or
/// has let go (see Supervisor::abandon()).
using Done = std::function<void(const Result<Outcome> &)>;

/// A process that wants a server, and what it says of itself.
struct Client
{
    ProcessId process;
    std::optional<QString> metadata = {};
};

/// What is told of a server that outlives SIGKILL. Kind::Timeout.
Failure unkillable(const QString &name, const ProcessId &server);

} // namespace sharedserver
