#pragma once

#include "core/process/processid.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"

#include <QString>
#include <QStringList>

namespace sharedserver::test {

/// The Rust tool as far as it can be told from its files: see foreigntool.py.
class ForeignTool
{
public:
    /// `0.4.4` or `0.6.8`.
    explicit ForeignTool(const QString &version)
        : m_version(version)
    {
    }

    /// Starts a server of that tool, with a watcher of its own. False where that failed.
    bool start(const QString &name, const QString &grace, const TestClient &client,
               const QStringList &command);
    ProcessId watcher() const { return m_watcher; }
    ProcessId server() const { return m_server; }
    /// SIGKILL, as a crash, but not while it writes; true once it is gone.
    bool killWatcher() const;

    bool incref(const QString &name, const TestClient &client) const;
    bool decref(const QString &name, const TestClient &client) const;
    /// "PID REFCOUNT" as that tool reads our files; empty where it cannot.
    QString read(const QString &name) const;

    /// What its watcher has done with that server so far: grace, active, ending, gone.
    static QStringList history(const QString &name);

private:
    CommandResult runTool(const QStringList &arguments) const;

    QString m_version;
    QString m_name;
    ProcessId m_watcher;
    ProcessId m_server;
};

/// The column `version` with a row for each.
void addVersions();

} // namespace sharedserver::test
