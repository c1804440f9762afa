#pragma once

#include "core/process/processid.h"

#include <QProcess>

namespace sharedserver::test {

/// A process that does nothing but live, to be attached to servers. Ends with this object.
class TestClient
{
public:
    TestClient();
    ~TestClient();

    qint64 pid() const { return m_process.processId(); }
    QString pidText() const { return QString::number(pid()); }
    ProcessId id() const { return m_id; }
    /// SIGKILL, and reaped when this returns.
    void kill();

private:
    QProcess m_process;
    ProcessId m_id;
};

} // namespace sharedserver::test
