#pragma once

#include <QProcess>

namespace sharedserver::test {

/// A real tray in a process of its own, in the world of the test. Has to be ended by the test.
class TrayProcess
{
public:
    /// `more` are variables on top of the test's own, `K=V`.
    explicit TrayProcess(const QStringList &arguments = {"--hidden"}, const QStringList &more = {});
    ~TrayProcess();

    /// Waits until it is the watcher.
    bool waitUntilReady();
    /// As the user's session ends it (SIGTERM): servers go to a headless watcher.
    bool quit();
    /// The same without waiting for the end.
    void beginToQuit();
    bool waitForEnd();
    void kill();

    qint64 pid() const { return m_process.processId(); }
    int exitCode() const { return m_process.exitCode(); }
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    QString errors() { return QString::fromUtf8(m_process.readAllStandardError()); }

private:
    QProcess m_process;
};

/// Who answers at the control socket: `tray`, `headless`, or nothing where nobody does.
QString watcherKind();
qint64 watcherPid();

} // namespace sharedserver::test
