#include "core/config/configwriter.h"

#include "core/base/bytes.h"
#include "core/config/configfile.h"
#include "core/config/serverconfig.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr std::chrono::seconds kShortPatience{1};

Failure cannotWrite(const QByteArray &path, const QString &why)
{
    return failure(Error::Kind::Io,
                   QStringLiteral("Cannot write '%1': %2").arg(displayText(path), why));
}

/// A string value that means these bytes, whatever is in them. (A leading `~/` stays: the shell has
/// replaced those that were meant, and in a file it means the same.)
QString literal(const QByteArray &bytes)
{
    return displayText(bytes).replace(QLatin1Char('$'), QLatin1String("$$"));
}

QJsonObject toJson(const ServerDefinition &definition)
{
    QJsonObject json;
    const auto add = [&](const char *key, const QString &value) {
        if (!value.isEmpty())
            json.insert(QLatin1String(key), value);
    };
    add("command", literal(definition.command.value(0)));
    QJsonArray arguments;
    for (const QByteArray &argument : definition.command.mid(1))
        arguments.append(literal(argument));
    if (!arguments.isEmpty())
        json.insert(QStringLiteral("args"), arguments);
    QJsonObject environment;
    for (const QByteArray &entry : definition.environment) {
        const qsizetype equals = entry.indexOf('=');
        environment.insert(displayText(entry.left(equals)), literal(entry.mid(equals + 1)));
    }
    if (!environment.isEmpty())
        json.insert(QStringLiteral("env"), environment);
    add("gracePeriod", definition.gracePeriod);
    add("logFile", literal(definition.logFile));
    add("workingDir", literal(definition.workingDirectory));
    add("metadata", literal(definition.metadata.value_or(QString()).toUtf8()));
    return json;
}

/// The object as it stands inside of two others.
QByteArray indented(const QJsonObject &json)
{
    return QJsonDocument(json).toJson().trimmed().replace('\n', "\n        ");
}

/// Finds the brace that closes the top-level object `servers` in text that is known to be JSON, and
/// the last byte before it that is no white space. Both -1 where it is not there.
struct ServersEnd
{
    qsizetype brace = -1;
    qsizetype lastByte = -1;
};

ServersEnd findServersEnd(const QByteArray &json)
{
    int depth = 0;
    bool isInServers = false;
    QByteArray lastString;
    qsizetype lastByte = -1;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') {
            const qsizetype begin = i + 1;
            for (++i; i < json.size() && json[i] != '"'; ++i)
                i += json[i] == '\\' ? 1 : 0;
            lastString = json.mid(begin, i - begin);
        } else if (c == '{' || c == '[') {
            ++depth;
            isInServers = isInServers || (c == '{' && depth == 2 && lastString == "servers");
        } else if (c == '}' || c == ']') {
            if (isInServers && depth == 2)
                return {i, lastByte};
            --depth;
        }
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            lastByte = i;
    }
    return {};
}

QJsonObject serversIn(const QByteArray &content)
{
    return QJsonDocument::fromJson(content).object().value(QLatin1String("servers")).toObject();
}

bool isText(const ServerDefinition &definition)
{
    const QByteArrayList all = definition.command + definition.environment
        + QByteArrayList{definition.logFile, definition.workingDirectory};
    return std::all_of(all.begin(), all.end(),
                       [](const QByteArray &bytes) { return isValidUtf8(bytes); });
}

} // namespace

Result<QByteArray> withDefinition(const QByteArray &content, const ServerDefinition &definition)
{
    if (!isText(definition)) {
        return failure(Error::Kind::Usage,
                       QStringLiteral("'%1' cannot be defined: JSON holds UTF-8 only, and its "
                                      "command, environment or paths are something else.")
                           .arg(definition.name));
    }
    const QByteArray entry =
        "\"" + definition.name.toUtf8() + "\": " + indented(toJson(definition));
    if (content.trimmed().isEmpty())
        return "{\n    \"servers\": {\n        " + entry + "\n    }\n}\n";
    const QJsonObject servers = serversIn(content);
    if (servers.contains(definition.name)) {
        return failure(Error::Kind::Conflict,
                       QStringLiteral("'%1' is defined already. Change it with an editor.")
                           .arg(definition.name));
    }
    const ServersEnd end = findServersEnd(content);
    if (end.brace < 0) {
        return failure(Error::Kind::Corrupt,
                       QStringLiteral("The file has no object 'servers' to add to."));
    }
    const QByteArray comma = servers.isEmpty() ? "" : ",";
    const QByteArray extended = content.left(end.lastByte + 1) + comma + "\n        " + entry
        + "\n    " + content.mid(end.brace);
    // Of a key that stands there twice, the last one counts, and it was the first that was found.
    QJsonObject others = serversIn(extended);
    const bool isAdded = others.contains(definition.name);
    others.remove(definition.name);
    if (!isAdded || others != servers) {
        return failure(Error::Kind::Corrupt,
                       QStringLiteral("The file has several keys 'servers'. Add '%1' with an "
                                      "editor.")
                           .arg(definition.name));
    }
    return extended;
}

Result<ConfigChange> ConfigChange::begin(const QByteArray &path, std::chrono::milliseconds patience)
{
    const QString folderName = QFileInfo(QFile::decodeName(path)).path();
    if (!QDir().mkpath(folderName))
        return cannotWrite(path, QStringLiteral("its folder cannot be made."));
    ConfigChange change(path);
    change.m_folder.reset(
        open(QFile::encodeName(folderName).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto lock = FileLock::acquire(change.m_folder.get(), FileLock::Mode::Exclusive, patience);
    if (lock)
        change.m_lock = std::move(*lock);
    return change;
}

Result<void> ConfigChange::write(const QByteArray &content, const QByteArray &before)
{
    const QString name = QFile::decodeName(m_path);
    const bool isNew = !QFile::exists(name);
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        return cannotWrite(m_path, file.errorString() + QLatin1Char('.'));
    if (isNew) // whatever the umask is: one that others can write to would not be read
        file.setPermissions(file.permissions() & ~(QFile::WriteGroup | QFile::WriteOther));
    // Before the look: what was written while the disk takes its time would be lost.
    if (!file.flush() || fsync(file.handle()) != 0)
        return cannotWrite(m_path, QString::fromUtf8(strerror(errno)) + QLatin1Char('.'));
    QFile now(name);
    if (now.open(QIODevice::ReadOnly) ? now.readAll() != before : !before.isEmpty()) {
        return failure(
            Error::Kind::Conflict,
            QStringLiteral("'%1' has changed meanwhile. Try again.").arg(displayText(m_path)));
    }
    if (!file.commit())
        return cannotWrite(m_path, file.errorString() + QLatin1Char('.'));
    return {};
}

Result<void> addToConfigFile(const QByteArray &path, const ServerDefinition &definition)
{
    auto change = ConfigChange::begin(path, kShortPatience);
    if (!change)
        return Failure(change.error());
    QByteArray content;
    if (QFile::exists(QFile::decodeName(path))) {
        ConfigSearch search;
        search.file = path;
        const auto found = findConfig(search);
        if (!found)
            return Failure(found.error());
        const auto understood = ServerConfig::parse(*found->file, processVariables());
        if (!understood)
            return Failure(understood.error());
        content = found->file->content;
    }
    const auto extended = withDefinition(content, definition);
    if (!extended)
        return Failure(extended.error());
    return change->write(*extended, content);
}

} // namespace sharedserver
