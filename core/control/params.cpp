#include "core/control/params.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/servername.h"
#include "core/supervisor/readyattempt.h"

#include <QHash>

#include <limits>

namespace sharedserver {

namespace {

/// One entry a variable, the last one given: with two, the C library would find the first.
QByteArrayList withoutRepeats(const QByteArrayList &environment)
{
    QByteArrayList unique;
    QHash<QByteArray, qsizetype> places;
    for (const QByteArray &entry : environment) {
        const QByteArray name = entry.left(entry.indexOf('='));
        const auto place = places.constFind(name);
        if (place != places.cend()) {
            unique[*place] = entry;
            continue;
        }
        places.insert(name, unique.size());
        unique.append(entry);
    }
    return unique;
}

} // namespace

void Params::fail(const QString &message)
{
    if (!m_error)
        m_error = Error{Error::Kind::Usage, message};
}

QString Params::serverName()
{
    const auto name = checkedServerName(text("name"));
    if (name)
        return *name;
    if (!m_error)
        m_error = name.error();
    return {};
}

QString Params::text(const char *key, const QString &standard)
{
    const QJsonValue value = m_params.value(QLatin1String(key));
    if (value.isUndefined() || value.isNull())
        return standard;
    if (!value.isString())
        fail(QStringLiteral("'%1' must be a string.").arg(QLatin1String(key)));
    return value.toString();
}

bool Params::flag(const char *key)
{
    const QJsonValue value = m_params.value(QLatin1String(key));
    if (!value.isUndefined() && !value.isNull() && !value.isBool())
        fail(QStringLiteral("'%1' must be true or false.").arg(QLatin1String(key)));
    return value.toBool();
}

qint64 Params::number(const char *key, qint64 standard, qint64 least, qint64 most)
{
    const QJsonValue value = m_params.value(QLatin1String(key));
    if (value.isUndefined() || value.isNull())
        return standard;
    const qint64 number = value.toInteger(std::numeric_limits<qint64>::min());
    if (number < least || number > most) {
        fail(QStringLiteral("'%1' must be a whole number from %2 to %3.")
                 .arg(QLatin1String(key))
                 .arg(least)
                 .arg(most));
        return standard;
    }
    return number;
}

QByteArrayList Params::bytesList(const char *key)
{
    const QJsonValue value = m_params.value(QLatin1String(key));
    if (value.isUndefined() || value.isNull())
        return {};
    const QJsonArray array = value.toArray();
    bool isGood = value.isArray();
    for (const QJsonValue &entry : array)
        isGood = isGood && entry.isString() && !entry.toString().contains(QChar(0));
    if (!isGood)
        fail(QStringLiteral("'%1' must be a list of strings.").arg(QLatin1String(key)));
    return bytesFromJson(array);
}

QByteArray Params::path(const char *key)
{
    const QByteArray bytes = bytesFromText(text(key));
    if (!bytes.isEmpty() && (!bytes.startsWith('/') || bytes.contains('\0')))
        fail(QStringLiteral("'%1' must be an absolute path.").arg(QLatin1String(key)));
    return bytes;
}

ProcessId Params::processId()
{
    const qint64 pid = number("pid", 0, 1, std::numeric_limits<qint32>::max());
    if (pid == 0)
        fail(QStringLiteral("'pid' is missing."));
    const qint64 stamp = number("start_time", 0, 0, std::numeric_limits<qint64>::max());
    return ProcessId{pid, quint64(stamp)};
}

std::optional<Client> Params::client()
{
    if (!m_params.contains(QLatin1String("pid")) || m_params.value(QLatin1String("pid")).isNull())
        return {};
    return requiredClient();
}

std::optional<Client> Params::requiredClient()
{
    const ProcessId named = processId();
    if (m_error)
        return {};
    const ProcessId process = ProcessId::of(named.pid);
    const bool isAnother = named.startStamp != 0 && named.startStamp != process.startStamp;
    if (!process.isValid() || isAnother) {
        m_error = Error{Error::Kind::NotRunning,
                        QStringLiteral("Process %1 is not alive, so it cannot be a client. Give "
                                       "the pid of a running process.")
                            .arg(named.pid)};
        return {};
    }
    if (!isOwn(process)) {
        m_error = Error{Error::Kind::Unsafe,
                        QStringLiteral("Process %1 belongs to another user, so it cannot be a "
                                       "client. Give the pid of a process of your own.")
                            .arg(named.pid)};
        return {};
    }
    Client client{process};
    if (!m_params.value(QLatin1String("metadata")).isUndefined()
        && !m_params.value(QLatin1String("metadata")).isNull()) {
        client.metadata = text("metadata");
    }
    return client;
}

std::optional<ReadyCheck> Params::readyCheck()
{
    const QJsonValue value = m_params.value(QLatin1String("ready"));
    if (value.isUndefined() || value.isNull())
        return {};
    const auto check = ReadyCheck::fromJson(value.toObject());
    // At once, and not by a check that never comes true.
    const auto possible = check.and_then(canAttempt);
    if (possible)
        return *check;
    fail(QStringLiteral("'ready' %1.").arg(possible.error().message));
    return {};
}

std::optional<std::chrono::milliseconds> Params::patience()
{
    const qint64 milliseconds = number("wait_ms", 0, 1, qint64(1) << 40);
    return milliseconds == 0 ? std::nullopt
                             : std::make_optional(std::chrono::milliseconds(milliseconds));
}

LaunchSpec Params::launchSpec(const QByteArrayList &stagedEnvironment)
{
    LaunchSpec spec;
    spec.command = bytesList("command");
    spec.environment = withoutRepeats(stagedEnvironment + bytesList("env"));
    spec.workingDirectory = path("working_dir");
    if (spec.workingDirectory.isEmpty())
        spec.workingDirectory = path("cwd");
    spec.logFile = path("log_file");
    spec.gracePeriod = text("grace_period", QLatin1String(kDefaultGracePeriod));
    const auto grace = Duration::parse(spec.gracePeriod);
    if (!grace)
        fail(grace.error().message);
    spec.ready = readyCheck();
    const QString policy = text("restart");
    const auto restart = restartPolicyFromWord(policy);
    if (!restart && !policy.isEmpty())
        fail(QStringLiteral("'restart' must be 'never', 'on-failure' or 'always'."));
    spec.restart = restart.value_or(RestartPolicy::Never);
    if (m_params.contains(QLatin1String("umask")))
        spec.umask = int(number("umask", 022, 0, 0777));
    return spec;
}

} // namespace sharedserver
