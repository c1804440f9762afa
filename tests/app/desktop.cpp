#include "tests/app/desktop.h"

#ifdef Q_OS_LINUX
#include <csignal>
#include <sys/prctl.h>
#endif

namespace sharedserver::test {

namespace {

/// The first line that a program prints, as those do that tell where they are.
QString firstLine(QProcess *process)
{
    // There may be no application yet, and so no events.
    while (!process->canReadLine() && process->waitForReadyRead()) {
    }
    if (!process->canReadLine())
        qFatal("%s does not start: %s", qPrintable(process->program()),
               process->readAllStandardError().constData());
    return QString::fromUtf8(process->readLine()).trimmed();
}

} // namespace

Desktop::Desktop()
{
    startDisplay();
    startBus();
}

Desktop::~Desktop()
{
    while (!m_processes.empty()) {
        m_processes.back()->kill();
        m_processes.back()->waitForFinished();
        m_processes.pop_back();
    }
}

void Desktop::startDisplay()
{
    // It chooses a free number itself.
    QProcess *server = start(
        "Xvfb", {"-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"});
    m_display = ':' + firstLine(server);
}

void Desktop::startBus()
{
    QProcess *bus =
        start("dbus-daemon", {"--config-file=" BUS_CONFIGURATION, "--nofork", "--print-address=1"});
    m_busAddress = firstLine(bus);
}

QStringList Desktop::environment() const
{
    return {"DISPLAY=" + m_display, "DBUS_SESSION_BUS_ADDRESS=" + m_busAddress,
            "QT_QPA_PLATFORM=xcb", "XDG_CURRENT_DESKTOP=test"};
}

void Desktop::enter() const
{
    const QStringList own = environment();
    for (const QString &entry : own)
        qputenv(entry.section('=', 0, 0).toUtf8(), entry.section('=', 1).toUtf8());
}

std::unique_ptr<QProcess> Desktop::newProcess() const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList own = this->environment();
    for (const QString &entry : own)
        environment.insert(entry.section('=', 0, 0), entry.section('=', 1));
    process->setProcessEnvironment(environment);
#ifdef Q_OS_LINUX
    // Also where the test is killed.
    process->setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGKILL); });
#endif
    return process;
}

QProcess *Desktop::start(const QString &program, const QStringList &arguments)
{
    m_processes.push_back(newProcess());
    QProcess *process = m_processes.back().get();
    process->start(program, arguments);
    if (!process->waitForStarted())
        qFatal("Cannot start %s: %s", qPrintable(program), qPrintable(process->errorString()));
    return process;
}

QString Desktop::run(const QString &program, const QStringList &arguments)
{
    const auto process = newProcess();
    process->start(program, arguments);
    process->waitForFinished();
    return QString::fromUtf8(process->readAllStandardOutput());
}

} // namespace sharedserver::test
