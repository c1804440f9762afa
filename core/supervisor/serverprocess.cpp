#include "core/supervisor/serverprocess.h"

#include "core/base/bytes.h"
#include "core/supervisor/heldchild.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sharedserver {

ServerProcess::ServerProcess(QObject *parent)
    : QProcess(parent)
{
    // No pipes: a server must survive its watcher, and would die of SIGPIPE after it.
    setProcessChannelMode(QProcess::ForwardedChannels);
    setInputChannelMode(QProcess::ForwardedInputChannel);
    connect(this, &QProcess::finished, this, &ServerProcess::handleFinished);
}

ServerProcess::~ServerProcess()
{
    // QProcess's own destructor kills and reaps what is still there.
    if (m_released && !m_failed)
        abandon();
}

Result<ProcessId> ServerProcess::startHeld(const Executable &executable, const LaunchSpec &spec,
                                           int log)
{
    m_commandName = displayText(executable.argv.first());
    m_directoryName = displayText(spec.workingDirectory);

    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return systemFailure(QStringLiteral("Cannot make a socket pair to start the server"), errno);
    m_gate.reset(ends[0]);
    const FileDescriptor childGate(ends[1]);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    const FileDescriptor devNull(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!devNull.isOpen())
        return systemFailure(QStringLiteral("Cannot open /dev/null"), errno);

    const auto child = std::make_shared<HeldChild>(executable, spec, log, devNull.get(),
                                                   childGate.get(), m_gate.get());
    setChildProcessModifier([child] { child->run(); });
    setProgram(displayText(executable.path)); // a label: the child executes by itself
    start();
    setChildProcessModifier({}); // the caller's environment is not kept here
    if (processId() == 0) {
        return failure(Error::Kind::Io,
                       QStringLiteral("Cannot start a process for '%1': %2. Check the limit of "
                                      "processes (ulimit -u).")
                           .arg(m_commandName, errorString()));
    }
    m_gateNotifier = new QSocketNotifier(m_gate.get(), QSocketNotifier::Read, this);
    connect(m_gateNotifier, &QSocketNotifier::activated, this, &ServerProcess::readGate);
    return ProcessId::of(processId());
}

void ServerProcess::release()
{
    m_released = true;
    const char permission = 1;
    ssize_t count = 0;
    do {
        count = send(m_gate.get(), &permission, 1, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
}

void ServerProcess::abandon()
{
    // QProcess kills a child that it believes to be running when it is destroyed.
    setProcessState(QProcess::NotRunning);
    disconnect(this, &QProcess::finished, this, &ServerProcess::handleFinished);
    delete std::exchange(m_gateNotifier, nullptr);
    m_gate.reset();
}

void ServerProcess::readGate()
{
    HeldChild::Report report;
    const ssize_t count = ::read(m_gate.get(), &report, sizeof(report));
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    m_gateNotifier->setEnabled(false);
    m_gateNotifier->deleteLater();
    m_gateNotifier = nullptr;
    m_gate.reset();
    m_gateRead = true;
    if (count != ssize_t(sizeof(report))) {
        emit executed(); // the gate closed on exec
        concludeStart();
        return;
    }
    m_failed = true;
    const QString reason = QString::fromUtf8(strerror(report.errorNumber));
    const QString text = report.step == HeldChild::Step::ChangeDirectory
        ? QStringLiteral("Cannot enter the working directory '%1': %2.").arg(m_directoryName, reason)
        : QStringLiteral("Cannot execute '%1': %2.").arg(m_commandName, reason);
    emit executionFailed(Error{Error::Kind::CannotStart, text});
}

void ServerProcess::handleFinished(int code, QProcess::ExitStatus how)
{
    sharedserver::ExitStatus status;
    if (how == QProcess::NormalExit)
        status.exitCode = code;
    else
        status.signal = code; // QProcess keeps the signal's number there on Unix
    m_status = status;
    concludeStart();
}

void ServerProcess::concludeStart()
{
    // The end of a short-lived server can be seen before the gate was read; its listeners want to
    // hear of the start first.
    if (m_status && m_gateRead && !m_failed)
        emit ended(*m_status);
}

} // namespace sharedserver
