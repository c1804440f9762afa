#pragma once

#include "core/process/filedescriptor.h"

#include <QObject>

namespace sharedserver {

/// Turns SIGTERM and SIGINT into a Qt signal, and ignores SIGHUP, for as long as it exists. One for
/// each process (signal handlers are a process's own); the handlers of before come back at its end.
class TerminationSignals : public QObject
{
    Q_OBJECT
public:
    explicit TerminationSignals(QObject *parent = nullptr);
    ~TerminationSignals() override;

signals:
    void received(int signal);

private:
    FileDescriptor m_readEnd;
};

} // namespace sharedserver
