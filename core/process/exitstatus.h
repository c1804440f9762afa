#pragma once

#include <QJsonObject>
#include <QString>

#include <optional>

namespace sharedserver {

/// How a process ended: with a code, by a signal, or in a way nobody could tell.
struct ExitStatus
{
    std::optional<int> exitCode;
    std::optional<int> signal;

    bool isKnown() const { return exitCode || signal; }
    bool isFailure() const { return signal || (exitCode && *exitCode != 0); }

    static ExitStatus fromWaitStatus(std::optional<int> waitStatus);
    /// "exit code 3", "signal 9 (SIGKILL)", "unknown exit status".
    QString text() const;
    /// `{exit_code, signal}`, null where not known.
    QJsonObject toJson() const;
    static ExitStatus fromJson(const QJsonObject &json);
};

} // namespace sharedserver
