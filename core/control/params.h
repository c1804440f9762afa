#pragma once

#include "core/base/error.h"
#include "core/supervisor/launchspec.h"
#include "core/supervisor/outcome.h"

#include <QJsonObject>

#include <chrono>
#include <optional>

namespace sharedserver {

/// Reads the params of a request. The first value that is missing or of the wrong type is kept as
/// the error; everything read after it is worthless, so ask error() before acting.
class Params
{
public:
    explicit Params(const QJsonObject &params)
        : m_params(params)
    {
    }

    QString serverName();
    /// The client that `pid` and `start_time` name: alive and ours, or it is an error.
    std::optional<Client> client();
    std::optional<Client> requiredClient();
    /// For detaching: a dead client is fine.
    ProcessId processId();
    /// `ready`, as ReadyCheck::fromJson() reads it; nothing where it is not given.
    std::optional<ReadyCheck> readyCheck();
    /// `wait_ms`, or nothing.
    std::optional<std::chrono::milliseconds> patience();
    /// command, cwd, working_dir, umask, log_file, grace_period, ready, restart and `env`, behind
    /// what was staged.
    LaunchSpec launchSpec(const QByteArrayList &stagedEnvironment);

    QString text(const char *key, const QString &standard = {});
    bool flag(const char *key);
    qint64 number(const char *key, qint64 standard, qint64 least, qint64 most);
    QByteArrayList bytesList(const char *key);

    const std::optional<Error> &error() const { return m_error; }

private:
    void fail(const QString &message);
    QByteArray path(const char *key);

    QJsonObject m_params;
    std::optional<Error> m_error;
};

} // namespace sharedserver
