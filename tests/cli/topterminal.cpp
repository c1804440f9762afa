#include "tests/cli/topterminal.h"

#include "tests/support/commandline.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sharedserver::test {

namespace {

[[noreturn]] void become(int terminal)
{
    setpgid(0, 0);
    std::signal(SIGTTOU, SIG_IGN); // it is in the background until then
    tcsetpgrp(terminal, getpid());
    // The default of what a test program may ignore.
    for (const int number : {SIGTTOU, SIGTSTP, SIGINT, SIGTERM, SIGHUP})
        std::signal(number, SIG_DFL);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        dup2(terminal, stream);
    execl(programUnderTest().constData(), "sharedserver", "top", nullptr);
    _exit(127);
}

/// The leader of a session, as a shell is: one whose terminal it is, and who can go on with
/// what was stopped.
[[noreturn]] void lead(const QByteArray &path, int stops)
{
    setsid();
    const int terminal = open(path.constData(), O_RDWR | O_CLOEXEC);
    ioctl(terminal, TIOCSCTTY, 0);
    const pid_t child = fork();
    if (child == 0)
        become(terminal);
    int status = 0;
    while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) {
        if (write(stops, "T", 1) != 1)
            break;
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

} // namespace

Top::Top(ushort columns, ushort lines)
    : m_master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
{
    if (m_master < 0 || grantpt(m_master) != 0 || unlockpt(m_master) != 0)
        qFatal("There is no terminal to test with");
    const QByteArray path = ptsname(m_master);
    m_slave = open(path.constData(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    resize(columns, lines);
    tcgetattr(m_slave, &m_before);
    int ends[2];
    if (pipe(ends) != 0)
        qFatal("There is no pipe");
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    m_stops.reset(ends[0]);
    const FileDescriptor writeEnd(ends[1]);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    m_pid = fork();
    if (m_pid == 0)
        lead(path, writeEnd.get());
}

Top::~Top()
{
    if (m_pid > 0) {
        pid_t group = 0;
        if (ioctl(m_master, TIOCGPGRP, &group) == 0 && group > 0)
            killpg(group, SIGKILL);
        waitpid(m_pid, nullptr, 0);
    }
    close(m_slave);
    close(m_master);
}

void Top::resize(ushort columns, ushort lines) const
{
    winsize size{};
    size.ws_col = columns;
    size.ws_row = lines;
    ioctl(m_master, TIOCSWINSZ, &size);
}

QByteArray Top::written()
{
    pollfd poll{m_master, POLLIN, 0};
    char buffer[4096];
    while (::poll(&poll, 1, 0) == 1 && (poll.revents & POLLIN) != 0) {
        const ssize_t count = read(m_master, buffer, sizeof(buffer));
        if (count <= 0)
            break;
        m_written.append(buffer, count);
    }
    return m_written;
}

QStringList Top::picture()
{
    const QByteArray all = written();
    qsizetype begin = all.lastIndexOf("\x1b[H");
    if (begin >= 0 && !all.mid(begin).contains("q quit"))
        begin = all.lastIndexOf("\x1b[H", begin - 1); // is still being written
    static const QRegularExpression codes("\x1b\\[[?0-9;]*[A-Za-z]");
    return QString::fromUtf8(all.mid(std::max<qsizetype>(begin, 0)))
        .remove(codes)
        .remove('\r')
        .split('\n');
}

void Top::press(char key) const
{
    QCOMPARE(write(m_master, &key, 1), 1);
}

void Top::send(int signal) const
{
    pid_t group = 0;
    QCOMPARE(ioctl(m_master, TIOCGPGRP, &group), 0);
    kill(group, signal);
}

bool Top::hasTerminal() const
{
    termios now{};
    tcgetattr(m_slave, &now);
    return (now.c_lflag & (ICANON | ECHO)) == 0;
}

bool Top::isTerminalAsBefore() const
{
    termios now{};
    tcgetattr(m_slave, &now);
    return now.c_lflag == m_before.c_lflag && now.c_iflag == m_before.c_iflag
        && now.c_oflag == m_before.c_oflag;
}

bool Top::isStopped()
{
    char byte = 0;
    m_isStopped = m_isStopped || read(m_stops.get(), &byte, 1) == 1;
    return m_isStopped;
}

int Top::waitForEnd()
{
    int status = 0;
    const bool isOver = QTest::qWaitFor(
        [&] {
            written();
            return waitpid(m_pid, &status, WNOHANG) == m_pid;
        },
        20000);
    if (!isOver)
        return -1;
    m_pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace sharedserver::test
