#include "tests/support/leftovers.h"

#include "core/process/processid.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <csignal>
#include <utility>

#include <unistd.h>

namespace sharedserver::test {

namespace {

QString procPath(const QString &pid, const char *file)
{
    return QStringLiteral("/proc/%1/%2").arg(pid, QLatin1String(file));
}

QByteArray readProcFile(const QString &pid, const char *file)
{
    QFile content(procPath(pid, file));
    return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
}

/// A kernel's thread and a zombie run none, and a stranger's is not shown.
bool runsAProgram(const QString &pid)
{
    return !QFile::symLinkTarget(procPath(pid, "exe")).isEmpty();
}

/// Whether a program was started with no environment at all: it begins where it ends.
bool hasEmptyEnvironment(const QString &pid)
{
    // Fields of proc(5), counted from what follows the name. In execve(2) the kernel sets
    // start_code last: as long as it is 0, env_end can still move on.
    constexpr qsizetype startCode = 23;
    constexpr qsizetype envStart = 47;
    constexpr qsizetype envEnd = 48;
    const QByteArray stat = readProcFile(pid, "stat");
    const QByteArrayList fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return fields.size() > envEnd && fields[startCode] != "0" && fields[envStart] == fields[envEnd];
}

/// `environ` or `cmdline` of a process. While it is in its execve(2) it has left one program and
/// not yet got what the next is given: both read as empty then, and whoever counted it out would
/// see one process too few. So it is read again.
QByteArray readProgramFile(const QString &pid, const char *file)
{
    for (;;) {
        const QByteArray content = readProcFile(pid, file);
        if (!content.isEmpty() || !runsAProgram(pid) || hasEmptyEnvironment(pid))
            return content;
    }
}

QList<Leftover> processesOfProc(const QByteArray &entry)
{
    QList<Leftover> found;
    const QStringList pids =
        QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[1-9]*")}, QDir::Dirs);
    for (const QString &pid : pids) {
        const QByteArray environment = '\0' + readProgramFile(pid, "environ");
        if (environment.contains('\0' + entry + '\0'))
            found.append({pid.toLongLong(), readProgramFile(pid, "cmdline").replace('\0', ' ')});
    }
    return found;
}

/// The lines of ps(1) with these options: a pid and what is asked for after it.
QList<Leftover> linesOfPs(const QStringList &options)
{
    QProcess ps;
    ps.start("ps", options);
    if (!ps.waitForFinished(kPatienceMs))
        return {};
    QList<Leftover> found;
    const QByteArrayList lines = ps.readAllStandardOutput().split('\n');
    for (const QByteArray &line : lines) {
        const QByteArray text = line.trimmed();
        const qsizetype blank = text.indexOf(' ');
        if (blank > 0)
            found.append({text.left(blank).toLongLong(), text.mid(blank + 1)});
    }
    return found;
}

QList<Leftover> processesOfPs(const QByteArray &entry)
{
    // macOS: all processes, those without a terminal too, with their environments after their
    // commands, each entry after a blank. One's own alone show theirs.
    QStringList pids;
    const QList<Leftover> all = linesOfPs({"-axEww", "-o", "pid=,command="});
    for (const Leftover &process : all) {
        if ((process.command + ' ').contains(' ' + entry + ' '))
            pids.append(QString::number(process.pid));
    }
    // The commands alone. That ps itself, which was started here, has gone by now.
    return pids.isEmpty() ? QList<Leftover>()
                          : linesOfPs({"-ww", "-o", "pid=,command=", "-p", pids.join(',')});
}

} // namespace

QList<Leftover> processesWith(const QByteArray &entry)
{
    static const bool hasProc = QFile::exists(QStringLiteral("/proc/self/environ"));
    QList<Leftover> found = hasProc ? processesOfProc(entry) : processesOfPs(entry);
    found.removeIf([](const Leftover &process) {
        return process.pid == getpid() || !ProcessId::of(process.pid).isValid();
    });
    return found;
}

void killProcessesWith(const QByteArray &entry)
{
    // Again until none is left: one of them may have forked meanwhile.
    const bool allGone = QTest::qWaitFor(
        [&entry] {
            const QList<Leftover> left = processesWith(entry);
            for (const Leftover &process : left)
                kill(pid_t(process.pid), SIGKILL);
            return left.isEmpty();
        },
        kPatienceMs);
    if (!allGone)
        qWarning("Cannot kill all processes with %s", entry.constData());
}

} // namespace sharedserver::test
