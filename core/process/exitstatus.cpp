#include "core/process/exitstatus.h"

#include <csignal>

#include <sys/wait.h>

namespace sharedserver {

ExitStatus ExitStatus::fromWaitStatus(std::optional<int> waitStatus)
{
    ExitStatus status;
    if (waitStatus && WIFEXITED(*waitStatus))
        status.exitCode = WEXITSTATUS(*waitStatus);
    else if (waitStatus && WIFSIGNALED(*waitStatus))
        status.signal = WTERMSIG(*waitStatus);
    return status;
}

QString ExitStatus::text() const
{
    if (exitCode)
        return QStringLiteral("exit code %1").arg(*exitCode);
    if (!signal)
        return QStringLiteral("unknown exit status");
    struct Name
    {
        int number;
        const char *text;
    };
    // The names are what people search for, and no portable function tells them.
    static constexpr Name names[] = {
        {SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},
        {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"},
        {SIGSEGV, "SIGSEGV"}, {SIGPIPE, "SIGPIPE"}, {SIGTERM, "SIGTERM"}, {SIGXCPU, "SIGXCPU"},
        {SIGTRAP, "SIGTRAP"}, {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}, {SIGALRM, "SIGALRM"},
    };
    for (const Name &name : names) {
        if (name.number == *signal) {
            return QStringLiteral("signal %1 (%2)").arg(*signal).arg(QLatin1String(name.text));
        }
    }
    return QStringLiteral("signal %1").arg(*signal);
}

QJsonObject ExitStatus::toJson() const
{
    return {{QStringLiteral("exit_code"), exitCode ? QJsonValue(*exitCode) : QJsonValue()},
            {QStringLiteral("signal"), signal ? QJsonValue(*signal) : QJsonValue()}};
}

ExitStatus ExitStatus::fromJson(const QJsonObject &json)
{
    const auto number = [&json](const char *key) {
        const QJsonValue value = json.value(QLatin1String(key));
        return value.isDouble() ? std::make_optional(value.toInt()) : std::nullopt;
    };
    return {number("exit_code"), number("signal")};
}

} // namespace sharedserver
