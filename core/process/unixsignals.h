#pragma once

#include "core/process/filedescriptor.h"

#include <QList>
#include <QObject>

namespace sharedserver {

/// Turns Unix signals into a Qt signal for as long as it exists. One for each process (signal
/// handlers are a process's own); what they did by default comes back at its end.
class UnixSignals : public QObject
{
    Q_OBJECT
public:
    explicit UnixSignals(const QList<int> &numbers, QObject *parent = nullptr);
    ~UnixSignals() override;

    /// Lets one do what it does by default, to this process and now, and catches it again once that
    /// is over: for those that stop a process.
    void obey(int number);

signals:
    void received(int number);

private:
    QList<int> m_numbers;
    FileDescriptor m_readEnd;
};

} // namespace sharedserver
