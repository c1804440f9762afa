#include "core/supervisor/heldchild.h"

#include "core/process/argumentvector.h"
#include "core/process/inheritance.h"
#include "core/process/platform.h"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

HeldChild::HeldChild(const Executable &executable, const LaunchSpec &spec, int log, int devNull,
                     int gate, int parentGate)
    : m_executable(executable)
    , m_directory(spec.workingDirectory.isEmpty() ? QByteArray("/") : spec.workingDirectory)
    , m_environment(spec.environment)
    , m_argv(argumentVector(m_executable.argv))
    , m_environ(argumentVector(m_environment))
    , m_umask(spec.umask.value_or(022))
    , m_log(log)
    , m_devNull(devNull)
    , m_gate(gate)
    , m_parentGate(parentGate)
{
    static const char shell[] = "/bin/sh";
    m_shellArgv = {const_cast<char *>(shell), const_cast<char *>(m_executable.path.constData())};
    m_shellArgv.insert(m_shellArgv.end(), m_argv.begin() + 1, m_argv.end());
}

void HeldChild::run() const
{
    setsid();
    // Before the gate, at which a parent that is dead already is noticed.
    if (m_endsWithParent)
        platform::endWithParent();
    // With our copy of the parent's end open, its death would never be noticed here.
    close(m_parentGate);
    char permission = 0;
    ssize_t count = 0;
    do {
        count = read(m_gate, &permission, 1);
    } while (count < 0 && errno == EINTR);
    if (count != 1)
        _exit(126); // the watcher is gone, or has given up: never run

    dup2(m_devNull, STDIN_FILENO);
    dup2(m_log, STDOUT_FILENO);
    dup2(m_log, STDERR_FILENO);
    platform::closeOnExecFrom(STDERR_FILENO + 1);
    dropInheritance();
    if (chdir(m_directory.constData()) != 0)
        fail(Step::ChangeDirectory);
    umask(mode_t(m_umask));
    execve(m_executable.path.constData(), m_argv.data(), m_environ.data());
    if (errno == ENOEXEC)
        execve("/bin/sh", m_shellArgv.data(), m_environ.data()); // as execvp(3) does
    fail(Step::Execute);
}

void HeldChild::fail(Step step) const
{
    const Report report{step, errno};
    // Nobody to tell where this fails; the exit code still says that it did not run.
    [[maybe_unused]] const ssize_t written = write(m_gate, &report, sizeof(report));
    _exit(127);
}

} // namespace sharedserver
