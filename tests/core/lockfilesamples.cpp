#include "tests/core/lockfilesamples.h"

#include "core/process/platform.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace sharedserver::test {

namespace {

Timestamp now()
{
    return Timestamp(QDateTime::currentDateTimeUtc());
}

} // namespace

QByteArray fixture(const QString &file)
{
    QFile content(QStringLiteral(FIXTURES "/lockfiles/") + file);
    if (!content.open(QIODevice::ReadOnly))
        qFatal("There is no fixture %s", qPrintable(content.fileName()));
    return content.readAll();
}

ServerRecord recordOf(const ProcessId &server)
{
    ServerRecord record;
    record.server = server;
    record.command = {"sleep", "3600"};
    record.gracePeriod = "5m";
    record.startedAt = now();
    record.manager = kManager;
    record.bootId = QString::fromStdString(platform::bootId());
    record.logFile = "/nowhere/web.log";
    record.workingDir = "/";
    record.umask = 022;
    return record;
}

ClientRecord clientOf(const ProcessId &process, const std::optional<QString> &metadata)
{
    return {.process = process, .attachedAt = now(), .metadata = metadata, .unknownKeys = {}};
}

bool attach(LockfileStore &store, qint64 pid)
{
    return store
        .updateClients("web",
                       [pid](ClientTable &table) {
                           table.attach(clientOf({pid, 5}));
                       })
        .has_value();
}

ClientTable tableOf(const QList<ProcessId> &processes)
{
    ClientTable table;
    for (const ProcessId &process : processes)
        table.attach(clientOf(process));
    return table;
}

QByteArray meaning(const ProcessId &server, const QByteArray &serverJson)
{
    QJsonObject json = QJsonDocument::fromJson(serverJson).object();
    json["pid"] = server.pid;
    json["started_at"] = now().text();
    if (json.contains("start_time"))
        json["start_time"] = qint64(server.startStamp);
    return QJsonDocument(json).toJson();
}

QList<Damage> damagesOf(const QByteArray &text)
{
    QList<Damage> damages;
    for (qsizetype length = 0; length < text.size(); ++length)
        damages.append({text.left(length), "cut at " + QByteArray::number(length)});
    for (qsizetype place = 0; place < text.size(); ++place) {
        for (const char byte : {'\0', '\xff', '"', '{', '9', ' ', '-', ']'}) {
            Damage damage{text, QByteArray(1, byte).toHex() + " at " + QByteArray::number(place)};
            damage.text[place] = byte;
            if (damage.text != text)
                damages.append(damage);
        }
    }
    return damages;
}

void overwriteFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite) || file.write(content) != content.size()
        || !file.resize(content.size())) {
        qFatal("Cannot write %s", qPrintable(path));
    }
}

} // namespace sharedserver::test
