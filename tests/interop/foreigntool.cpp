#include "tests/interop/foreigntool.h"

#include "core/lockfile/filelock.h"
#include "tests/support/patience.h"

#include <QFile>
#include <QTest>

#include <csignal>

namespace sharedserver::test {

CommandResult ForeignTool::runTool(const QStringList &arguments) const
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start("python3", QStringList{FOREIGN_TOOL, m_version} + arguments);
    CommandResult result = finish(&process);
    if (result.exitCode != 0)
        qWarning("%s", qPrintable(result.errors));
    return result;
}

bool ForeignTool::start(const QString &name, const QString &grace, const TestClient &client,
                        const QStringList &command)
{
    const auto started =
        runTool(QStringList{"start", name, grace, client.pidText(), "--"} + command);
    const QStringList pids = started.output.simplified().split(' ');
    if (started.exitCode != 0 || pids.size() != 2)
        return false;
    m_name = name;
    m_watcher = ProcessId::of(pids.first().toLongLong());
    m_server = ProcessId::of(pids.last().toLongLong());
    return m_watcher.isValid() && m_server.isValid();
}

bool ForeignTool::killWatcher() const
{
    // It empties the clients file for a moment each time it writes it, twice a second, and under
    // the lock. Killed then, it would lose the clients.
    QFile clients(qEnvironmentVariable("SHAREDSERVER_LOCKDIR") + "/" + m_name + ".clients.json");
    if (!clients.open(QIODevice::ReadOnly))
        return false;
    const auto lock = FileLock::acquire(clients.handle(), FileLock::Mode::Shared,
                                        std::chrono::milliseconds(kPatienceMs));
    return lock && ::kill(pid_t(m_watcher.pid), SIGKILL) == 0
        && QTest::qWaitFor([this] { return !isAlive(m_watcher); }, kPatienceMs);
}

bool ForeignTool::incref(const QString &name, const TestClient &client) const
{
    return runTool({"incref", name, client.pidText()}).exitCode == 0;
}

bool ForeignTool::decref(const QString &name, const TestClient &client) const
{
    return runTool({"decref", name, client.pidText()}).exitCode == 0;
}

QString ForeignTool::read(const QString &name) const
{
    return runTool({"read", name}).output.simplified();
}

QStringList ForeignTool::history(const QString &name)
{
    QFile file(qEnvironmentVariable("SHAREDSERVER_LOCKDIR") + "/../" + name + ".foreign.log");
    return file.open(QIODevice::ReadOnly)
        ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts)
        : QStringList();
}

void addVersions()
{
    QTest::addColumn<QString>("version");
    QTest::newRow("0.4.4") << "0.4.4";
    QTest::newRow("0.6.8") << "0.6.8";
}

} // namespace sharedserver::test
