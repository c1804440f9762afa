#include "core/supervisor/serverprocess.h"

#include "core/base/bytes.h"
#include "core/process/inheritance.h"
#include "core/process/processgroup.h"
#include "core/process/processwatch.h"
#include "core/supervisor/heldchild.h"

#include <QSocketNotifier>
#include <QTimer>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr std::chrono::milliseconds kSecondLook{100};

/// Takes the status of a child that has ended; nothing where it still lives and `options` say
/// WNOHANG (waitpid(2)).
std::optional<ExitStatus> reap(const ProcessId &child, int options)
{
    int status = 0;
    pid_t reaped = 0;
    do {
        reaped = waitpid(pid_t(child.pid), &status, options);
    } while (reaped < 0 && errno == EINTR);
    if (reaped == 0)
        return {};
    return reaped > 0 ? ExitStatus::fromWaitStatus(status) : ExitStatus();
}

/// Children that could not be killed, and that nobody waits for: they are reaped later.
std::vector<ProcessId> &leftChildren()
{
    static std::vector<ProcessId> children;
    return children;
}

} // namespace

ServerProcess::ServerProcess(ProcessMonitor *monitor, QObject *parent)
    : QObject(parent)
    , m_monitor(monitor)
{
}

ServerProcess::~ServerProcess()
{
    const bool isRunning = m_stage == Stage::Released || m_stage == Stage::Executed;
    const bool isCutShort = isRunning && m_isBoundToUs;
    if (isCutShort)
        signalServerGroup(m_child, SIGKILL);
    else if (m_stage == Stage::Held)
        ::kill(pid_t(m_child.pid), SIGKILL);
    const bool hasBeenKilled = !isCutShort || isOwn(m_child); // not another user's (sudo)
    if (!hasBeenKilled)
        leftChildren().push_back(m_child);
    else if (m_stage == Stage::Held || m_stage == Stage::Failed || isCutShort)
        reap(m_child, 0); // it is about to end
}

Result<ProcessId> ServerProcess::startHeld(const Executable &executable, const LaunchSpec &spec,
                                           int log)
{
    m_commandName = displayText(executable.argv.first());
    m_directoryName = displayText(spec.workingDirectory);

    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return systemFailure(QStringLiteral("Cannot make a socket pair to start the server"),
                             errno);
    m_gate.reset(ends[0]);
    const FileDescriptor childGate(ends[1]);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    const FileDescriptor devNull(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!devNull.isOpen())
        return systemFailure(QStringLiteral("Cannot open /dev/null"), errno);

    HeldChild child(executable, spec, log, devNull.get(), childGate.get(), m_gate.get());
    child.setEndsWithParent(m_isBoundToUs);
    const auto forked = fork(child);
    if (!forked)
        return Failure(forked.error());
    m_gateNotifier = new QSocketNotifier(m_gate.get(), QSocketNotifier::Read, this);
    connect(m_gateNotifier, &QSocketNotifier::activated, this, &ServerProcess::readGate);
    return m_child;
}

Result<void> ServerProcess::fork(const HeldChild &child)
{
    std::erase_if(leftChildren(), [](const ProcessId &left) { return reap(left, WNOHANG); });
    const pid_t pid = forkInto([&] { child.run(); });
    if (pid < 0) {
        return systemFailure(
            QStringLiteral("Cannot start a process for '%1' (check ulimit -u)").arg(m_commandName),
            errno);
    }
    m_stage = Stage::Held;
    m_child = ProcessId::of(pid);
    if (m_child.isValid())
        return {};
    m_child.pid = pid; // still ours to reap
    return failure(Error::Kind::CannotStart,
                   QStringLiteral("The process for '%1' was killed before it began. Try again.")
                       .arg(m_commandName));
}

void ServerProcess::release()
{
    m_stage = Stage::Released;
    const char permission = 1;
    ssize_t count = 0;
    do {
        count = send(m_gate.get(), &permission, 1, MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    // It would wait at its gate for ever; with the gate gone, it ends.
    if (count < 0)
        giveUpHeld(errno);
}

void ServerProcess::giveUpHeld(int errorNumber)
{
    delete std::exchange(m_gateNotifier, nullptr);
    m_gate.reset();
    m_stage = Stage::Failed;
    const Error error{Error::Kind::CannotStart,
                      QStringLiteral("Cannot let the process for '%1' go: %2. Try again.")
                          .arg(m_commandName, QString::fromUtf8(strerror(errorNumber)))};
    // Queued, as every other end of a start comes after release().
    QMetaObject::invokeMethod(
        this, [this, error] { emit executionFailed(error); }, Qt::QueuedConnection);
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
    if (count != ssize_t(sizeof(report))) {
        m_stage = Stage::Executed; // the gate closed on exec
        watch(); // from here only, so that nobody hears of the end before the start
        emit executed();
        return;
    }
    m_stage = Stage::Failed;
    const QString reason = QString::fromUtf8(strerror(report.errorNumber));
    const QString text = report.step == HeldChild::Step::ChangeDirectory
        ? QStringLiteral("Cannot enter the working directory '%1': %2.")
              .arg(m_directoryName, reason)
        : QStringLiteral("Cannot execute '%1': %2.").arg(m_commandName, reason);
    emit executionFailed(Error{Error::Kind::CannotStart, text});
}

void ServerProcess::watch()
{
    m_watch = std::make_unique<ProcessWatch>(m_monitor, m_child);
    connect(m_watch.get(), &ProcessWatch::ended, this, &ServerProcess::handleEnd);
}

void ServerProcess::handleEnd()
{
    const auto status = reap(m_child, WNOHANG);
    if (!status) {
        // Never wait for a child here, whoever said that it has ended.
        QTimer::singleShot(kSecondLook, this, &ServerProcess::watch);
        return;
    }
    m_stage = Stage::Reaped;
    emit ended(*status);
}

} // namespace sharedserver
