#include "core/process/terminationsignals.h"

#include <csignal>

namespace sharedserver {

TerminationSignals::TerminationSignals(QObject *parent)
    : UnixSignals({SIGTERM, SIGINT}, parent)
{
    std::signal(SIGHUP, SIG_IGN);
}

TerminationSignals::~TerminationSignals()
{
    std::signal(SIGHUP, SIG_DFL);
}

} // namespace sharedserver
