#include "cli/output.h"

#include "cli/command.h"
#include "core/base/displaycommand.h"

#include <QJsonDocument>
#include <QStringList>

#include <cerrno>
#include <cstdlib>
#include <limits>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

/// The same JSON with those characters escaped which Qt leaves and terminals obey.
QByteArray withoutCommands(const QByteArray &json)
{
    QString text;
    for (const QChar c : QString::fromUtf8(json)) {
        if (c != QLatin1Char('\n') && isDisplayCommand(c))
            text += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            text += c;
    }
    return text.toUtf8();
}

/// For one that is set not to block, by whoever shares it with us.
void waitUntilWritable(int descriptor)
{
    pollfd wanted{descriptor, POLLOUT, 0};
    poll(&wanted, 1, -1);
}

} // namespace

int writeAll(int descriptor, const QByteArray &bytes)
{
    qsizetype done = 0;
    while (done < bytes.size()) {
        const ssize_t written =
            write(descriptor, bytes.constData() + done, size_t(bytes.size() - done));
        if (written >= 0)
            done += written;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            waitUntilWritable(descriptor);
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

Output::Output(int outDescriptor, int errorDescriptor, const OutputStyle &style,
               const OutputStyle &errorStyle)
    : m_outDescriptor(outDescriptor)
    , m_errorDescriptor(errorDescriptor)
    , m_style(style)
    , m_errorStyle(errorStyle)
{
}

Output Output::ofProcess()
{
    return Output(STDOUT_FILENO, STDERR_FILENO, OutputStyle::ofEnvironment(isatty(STDOUT_FILENO)),
                  OutputStyle::ofEnvironment(isatty(STDERR_FILENO)));
}

int Output::columns() const
{
    winsize size{};
    if (ioctl(m_outDescriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return std::numeric_limits<int>::max();
}

void Output::line(const QString &text)
{
    m_pending += printable(text).toUtf8() + '\n';
}

void Output::line(Mark mark, const QString &text)
{
    m_pending += (m_style.mark(mark) + QLatin1Char(' ') + printable(text)).toUtf8() + '\n';
}

void Output::json(const QJsonObject &object)
{
    m_pending += withoutCommands(QJsonDocument(object).toJson());
}

void Output::json(const QJsonArray &array)
{
    m_pending += withoutCommands(QJsonDocument(array).toJson());
}

void Output::jsonLine(const QJsonObject &object)
{
    m_pending += withoutCommands(QJsonDocument(object).toJson(QJsonDocument::Compact)) + '\n';
}

void Output::error(const Error &error)
{
    errorLine(Mark::Failed, QStringLiteral("sharedserver:"), error.message);
    const QJsonArray tail = error.details.value(QLatin1String("log_tail")).toArray();
    for (const QJsonValue &logLine : tail)
        errorText(QStringLiteral("    %1\n").arg(printable(logLine.toString())));
}

void Output::warning(const QString &message)
{
    errorLine(Mark::Warning, QStringLiteral("sharedserver: warning:"), message);
}

void Output::errorLine(Mark mark, const QString &prefix, const QString &message)
{
    errorText(
        QStringLiteral("%1 %2\n").arg(m_errorStyle.colored(mark, prefix), printable(message)));
}

void Output::errorText(const QString &text)
{
    flush();
    writeAll(m_errorDescriptor, text.toUtf8());
}

bool Output::pass(const QByteArray &bytes)
{
    m_pending += bytes;
    const int problem = writeAll(m_outDescriptor, m_pending);
    m_pending.clear();
    return problem == 0;
}

bool Output::isTerminal() const
{
    return isatty(m_outDescriptor) != 0;
}

bool Output::flush()
{
    const int problem = writeAll(m_outDescriptor, m_pending);
    m_pending.clear();
    if (problem == 0 || problem == EPIPE)
        return true;
    const auto failed = systemFailure(QStringLiteral("Cannot write the output"), problem);
    errorLine(Mark::Failed, QStringLiteral("sharedserver:"), failed.value().message);
    return false;
}

int Output::finish(int exitCode)
{
    return flush() || exitCode != kExitSuccess ? exitCode : kExitFailure;
}

} // namespace sharedserver
