#include "core/lockfile/serverrecord.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/lockfile/jsonvalues.h"
#include "core/process/platform.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QVarLengthArray>

#include <algorithm>

namespace sharedserver {

namespace {

Failure corrupt(const char *key)
{
    return failure(
        Error::Kind::Corrupt,
        QStringLiteral("Its key '%1' is missing or makes no sense.").arg(QLatin1String(key)));
}

/// The keys of a JSON object, with an eye on those that nobody asked for.
class KeyReader
{
public:
    explicit KeyReader(const QJsonObject &json)
        : m_json(json)
    {
    }
    QJsonValue value(const char *key)
    {
        const QJsonValue found = m_json.value(QLatin1String(key));
        if (!found.isUndefined())
            m_known.append(QLatin1String(key));
        return found;
    }
    /// Bytes under `key`, exact from `exactKey` where the text could not hold them.
    QByteArray bytes(const char *key, const char *exactKey)
    {
        const QJsonValue exact = value(exactKey);
        const QJsonValue text = value(key);
        return exact.isString() ? QByteArray::fromBase64(exact.toString().toLatin1())
                                : text.toString().toUtf8();
    }
    QJsonObject unknown() const
    {
        if (m_known.size() == m_json.size())
            return {};
        QJsonObject rest = m_json;
        for (const QLatin1String key : m_known)
            rest.remove(key);
        return rest;
    }

private:
    QJsonObject m_json;
    QVarLengthArray<QLatin1String, 24> m_known;
};

void putBytes(QJsonObject &json, const QString &key, const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    json.insert(key, displayText(bytes));
    if (!isValidUtf8(bytes))
        json.insert(key + QStringLiteral("_base64"), QString::fromLatin1(bytes.toBase64()));
}

std::optional<QByteArrayList> readCommand(KeyReader &json)
{
    const QJsonArray shown = json.value("command").toArray();
    const QJsonArray exact = json.value("command_base64").toArray();
    QByteArrayList command;
    for (const QJsonValue &argument : shown) {
        if (!argument.isString())
            return {};
        command.append(argument.toString().toUtf8());
    }
    if (exact.size() == shown.size()) {
        for (qsizetype i = 0; i < exact.size(); ++i)
            command[i] = QByteArray::fromBase64(exact[i].toString().toLatin1());
    }
    return command.isEmpty() ? std::nullopt : std::make_optional(command);
}

void putCommand(QJsonObject &json, const QByteArrayList &command)
{
    QJsonArray shown;
    QJsonArray exact;
    bool isText = true;
    for (const QByteArray &argument : command) {
        shown.append(displayText(argument));
        exact.append(QString::fromLatin1(argument.toBase64()));
        isText = isText && isValidUtf8(argument);
    }
    json.insert(QStringLiteral("command"), shown);
    if (!isText)
        json.insert(QStringLiteral("command_base64"), exact);
}

} // namespace

Result<ServerRecord> ServerRecord::fromJson(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (!document.isObject())
        return failure(Error::Kind::Corrupt, QStringLiteral("It holds no JSON object."));
    KeyReader json(document.object());
    ServerRecord record;

    const auto pid = pidFromJson(json.value("pid"));
    if (!pid)
        return corrupt("pid");
    const auto stamp = stampFromJson(json.value("start_time"));
    if (!stamp)
        return corrupt("start_time");
    record.server = {*pid, *stamp};

    const auto command = readCommand(json);
    if (!command)
        return corrupt("command");
    record.command = *command;

    const QJsonValue grace = json.value("grace_period");
    record.gracePeriod = grace.toString(QLatin1String(kDefaultGracePeriod));
    const bool isGraceGood = grace.isUndefined() || grace.isNull()
        || (grace.isString() && Duration::parse(grace.toString()));
    if (!isGraceGood)
        return corrupt("grace_period");

    const QJsonValue watcherPid = json.value("watcher_pid");
    const auto watcherStamp = stampFromJson(json.value("watcher_start_time"));
    if (!watcherPid.isNull() && !watcherPid.isUndefined()) {
        const auto watcher = pidFromJson(watcherPid);
        if (!watcher || !watcherStamp)
            return corrupt("watcher_pid");
        record.watcher = ProcessId{*watcher, *watcherStamp};
    }

    const auto startedAt = Timestamp::parse(json.value("started_at").toString());
    if (!startedAt)
        return corrupt("started_at");
    record.startedAt = *startedAt;

    record.manager = json.value("manager").toString();
    record.bootId = json.value("boot_id").toString();
    record.logFile = json.bytes("log_file", "log_file_base64");
    record.workingDir = json.bytes("working_dir", "working_dir_base64");
    const QJsonValue mask = json.value("umask");
    if (mask.isDouble())
        record.umask = mask.toInt() & 0777;
    record.graceUntil = Timestamp::parse(json.value("grace_until").toString());
    record.logOffset = std::max<qint64>(0, json.value("log_offset").toInteger());
    record.ready = json.value("ready").toObject();
    record.readyAt = Timestamp::parse(json.value("ready_at").toString());
    record.restart = json.value("restart").toString();
    record.restarts = std::clamp(json.value("restarts").toInt(), 0, 1000);
    record.restartAt = Timestamp::parse(json.value("restart_at").toString());
    record.unknownKeys = json.unknown();
    return record;
}

QByteArray ServerRecord::toJson() const
{
    QJsonObject json = unknownKeys;
    json.insert(QStringLiteral("pid"), server.pid);
    if (server.startStamp != 0)
        json.insert(QStringLiteral("start_time"), qint64(server.startStamp));
    putCommand(json, command);
    json.insert(QStringLiteral("grace_period"), gracePeriod);
    json.insert(QStringLiteral("watcher_pid"), watcher ? QJsonValue(watcher->pid) : QJsonValue());
    if (watcher && watcher->startStamp != 0)
        json.insert(QStringLiteral("watcher_start_time"), qint64(watcher->startStamp));
    json.insert(QStringLiteral("started_at"), startedAt.text());
    if (!manager.isEmpty())
        json.insert(QStringLiteral("manager"), manager);
    if (!bootId.isEmpty())
        json.insert(QStringLiteral("boot_id"), bootId);
    putBytes(json, QStringLiteral("log_file"), logFile);
    putBytes(json, QStringLiteral("working_dir"), workingDir);
    if (umask)
        json.insert(QStringLiteral("umask"), *umask);
    if (graceUntil)
        json.insert(QStringLiteral("grace_until"), graceUntil->text());
    if (logOffset != 0)
        json.insert(QStringLiteral("log_offset"), logOffset);
    if (!ready.isEmpty())
        json.insert(QStringLiteral("ready"), ready);
    if (readyAt)
        json.insert(QStringLiteral("ready_at"), readyAt->text());
    if (!restart.isEmpty())
        json.insert(QStringLiteral("restart"), restart);
    if (restarts != 0)
        json.insert(QStringLiteral("restarts"), restarts);
    if (restartAt)
        json.insert(QStringLiteral("restart_at"), restartAt->text());
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

bool ServerRecord::isOfThisBoot() const
{
    // Read once: a process sees one boot only.
    static const QString thisBoot = QString::fromStdString(platform::bootId());
    return bootId.isEmpty() || thisBoot.isEmpty() || bootId == thisBoot;
}

bool ServerRecord::mayBeOfAnotherBoot() const
{
    constexpr qint64 kClockErrorMs = 60'000;
    return bootId.isEmpty()
        && startedAt.time().toMSecsSinceEpoch() < platform::startTimeUnixMs(0) - kClockErrorMs;
}

std::optional<ProcessId> ServerRecord::liveServer() const
{
    return isOfThisBoot() ? confirm(server, startedAt.time(), true) : std::nullopt;
}

std::optional<ProcessId> ServerRecord::liveWatcher() const
{
    if (!watcher)
        return {};
    return confirm(*watcher, startedAt.time(), manager.isEmpty());
}

Liveness ServerRecord::serverLiveness() const
{
    if (liveServer())
        return Liveness::Alive;
    // Without a stamp a zombie cannot be told from a stranger's.
    return server.startStamp != 0 && livenessOf(server) == Liveness::Zombie ? Liveness::Zombie
                                                                            : Liveness::Gone;
}

} // namespace sharedserver
