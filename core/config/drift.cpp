#include "core/config/drift.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/config/serverdefinition.h"
#include "core/lockfile/serverrecord.h"
#include "core/process/platform.h"

#include <algorithm>

namespace sharedserver {

namespace {

bool isSameDuration(const QString &one, const QString &other)
{
    const auto first = Duration::parse(one);
    const auto second = Duration::parse(other);
    return first && second && first->value() == second->value();
}

/// Whether each entry of the definition is in the environment that the process got.
bool hasEnvironment(const ServerDefinition &definition, qint64 pid)
{
    if (definition.environment.isEmpty())
        return true;
    const auto actual = platform::initialEnvironment(pid_t(pid));
    if (actual.empty())
        return true; // it cannot be known, and may well be so
    return std::all_of(
        definition.environment.begin(), definition.environment.end(), [&](const QByteArray &entry) {
            return std::find(actual.begin(), actual.end(), entry.toStdString()) != actual.end();
        });
}

bool differs(const QByteArray &wanted, const QByteArray &actual)
{
    return !wanted.isEmpty() && !actual.isEmpty() && wanted != actual;
}

} // namespace

QStringList driftOf(const ServerDefinition &definition, const ServerRecord &record)
{
    QStringList keys;
    if (!definition.command.isEmpty() && definition.command != record.command)
        keys.append(QStringLiteral("command"));
    if (!hasEnvironment(definition, record.server.pid))
        keys.append(QStringLiteral("env"));
    if (!definition.gracePeriod.isEmpty()
        && !isSameDuration(definition.gracePeriod, record.gracePeriod))
        keys.append(QStringLiteral("gracePeriod"));
    if (differs(definition.logFile, record.logFile))
        keys.append(QStringLiteral("logFile"));
    if (definition.ready && definition.ready->source != record.ready)
        keys.append(QStringLiteral("ready"));
    if (restartPolicyWord(definition.restart) != record.restart
        && !(record.restart.isEmpty() && definition.restart == RestartPolicy::Never))
        keys.append(QStringLiteral("restart"));
    if (differs(definition.workingDirectory, record.workingDir))
        keys.append(QStringLiteral("workingDir"));
    return keys;
}

} // namespace sharedserver
