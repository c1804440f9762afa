#pragma once

#include "core/process/filedescriptor.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <sys/types.h>
#include <termios.h>

namespace sharedserver::test {

/// A `top` on a terminal of its own, and what it has written there.
class Top
{
public:
    explicit Top(ushort columns = 100, ushort lines = 20);
    ~Top();
    Top(const Top &) = delete;
    Top &operator=(const Top &) = delete;

    void resize(ushort columns, ushort lines) const;
    /// All it has written so far.
    QByteArray written();
    /// The last whole picture, its lines without the codes.
    QStringList picture();
    QString text() { return picture().join('\n'); }
    void press(char key) const;
    void send(int signal) const;
    /// Whether keys are read one by one and not echoed.
    bool hasTerminal() const;
    bool isTerminalAsBefore() const;
    /// Whether it has been stopped.
    bool isStopped();
    /// Its exit code; -1 where it does not end, or is killed.
    int waitForEnd();

private:
    int m_master;
    int m_slave = -1;
    FileDescriptor m_stops;
    bool m_isStopped = false;
    pid_t m_pid = 0;
    termios m_before{};
    QByteArray m_written;
};

} // namespace sharedserver::test
