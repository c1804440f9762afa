#include "core/supervisor/outcome.h"

namespace sharedserver {

Failure unkillable(const QString &name, const ProcessId &server)
{
    return failure(Error::Kind::Timeout,
                   QStringLiteral("Server '%1' (process %2) does not end on SIGKILL: it belongs to "
                                  "another user by now, or hangs in the kernel. End it as that "
                                  "user, or try again later.")
                       .arg(name)
                       .arg(server.pid));
}

} // namespace sharedserver
