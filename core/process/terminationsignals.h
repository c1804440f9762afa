#pragma once

#include "core/process/unixsignals.h"

namespace sharedserver {

/// SIGTERM and SIGINT as a Qt signal; SIGHUP is ignored meanwhile. For a process that goes on when
/// its terminal is closed.
class TerminationSignals : public UnixSignals
{
    Q_OBJECT
public:
    explicit TerminationSignals(QObject *parent = nullptr);
    ~TerminationSignals() override;
};

} // namespace sharedserver
