#include "tests/support/leftovers.h"

#include "core/process/processid.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>
#include <utility>

#include <unistd.h>

namespace sharedserver::test {

namespace {

QByteArray readProcFile(const QString &pid, const char *file)
{
    QFile content(QStringLiteral("/proc/%1/%2").arg(pid, QLatin1String(file)));
    return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
}

} // namespace

QList<Leftover> processesWith(const QByteArray &entry)
{
    QList<Leftover> found;
    const QStringList pids =
        QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[1-9]*")}, QDir::Dirs);
    for (const QString &pid : pids) {
        const QByteArray environment = '\0' + readProcFile(pid, "environ");
        if (!environment.contains('\0' + entry + '\0') || pid.toLongLong() == getpid())
            continue;
        if (ProcessId::of(pid.toLongLong()).isValid())
            found.append({pid.toLongLong(), readProcFile(pid, "cmdline").replace('\0', ' ')});
    }
    return found;
}

void killProcessesWith(const QByteArray &entry)
{
    // Again until none is left: one of them may have forked meanwhile.
    const bool allGone = QTest::qWaitFor([&entry] {
        const QList<Leftover> left = processesWith(entry);
        for (const Leftover &process : left)
            kill(pid_t(process.pid), SIGKILL);
        return left.isEmpty();
    });
    if (!allGone)
        qWarning("Cannot kill all processes with %s", entry.constData());
}

} // namespace sharedserver::test
