// servers.json: whatever the file and the environment hold, a definition is usable or an error, and
// no value of a variable changes the file's structure.
//
// Of the input, what stands before the first NUL is the value of every variable.

#include "core/base/duration.h"
#include "core/base/servername.h"
#include "core/config/serverconfig.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace sharedserver;

namespace {

/// Equal but for what strings hold.
bool hasSameShape(const QJsonValue &one, const QJsonValue &other)
{
    if (one.type() != other.type())
        return false;
    if (one.isArray()) {
        const QJsonArray first = one.toArray();
        const QJsonArray second = other.toArray();
        return std::equal(
            first.begin(), first.end(), second.begin(), second.end(),
            [](const QJsonValue &a, const QJsonValue &b) { return hasSameShape(a, b); });
    }
    if (one.isObject()) {
        const QJsonObject first = one.toObject();
        const QStringList keys = first.keys();
        return keys == other.toObject().keys()
            && std::all_of(keys.begin(), keys.end(), [&](const QString &key) {
                   return hasSameShape(first.value(key), other.toObject().value(key));
               });
    }
    return one.isString() || one == other;
}

bool isPath(const QByteArray &path)
{
    return path.isEmpty() || (path.startsWith('/') && !path.contains('\0'));
}

void tryDefinition(const QString &name, const ServerDefinition &definition)
{
    HOLDS(isServerName(name) && definition.name == name);
    HOLDS(!definition.command.isEmpty() || definition.isLazy);
    for (const QByteArray &argument : definition.command)
        HOLDS(!argument.contains('\0'));
    for (const QByteArray &entry : definition.environment)
        HOLDS(entry.indexOf('=') > 0 && !entry.contains('\0'));
    HOLDS(definition.gracePeriod.isEmpty() || Duration::parse(definition.gracePeriod));
    HOLDS(isPath(definition.logFile) && isPath(definition.workingDirectory));
    if (definition.ready) {
        HOLDS(!definition.ready->description().isEmpty());
        HOLDS(ReadyCheck::fromJson(definition.ready->source));
    }
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const qsizetype end = input.indexOf('\0');
    const QString value = QString::fromUtf8(input.left(std::max<qsizetype>(0, end)));
    const QByteArray content = input.mid(end + 1);
    const VariableLookup variables = [&](const QString &) { return value; };

    const QJsonObject root = QJsonDocument::fromJson(content).object();
    const auto expanded = expandVariables(QJsonValue(root), QStringLiteral("file"), variables);
    HOLDS(!expanded || hasSameShape(QJsonValue(root), *expanded));

    const auto config = ServerConfig::parse({"/folder/servers.json", content}, variables);
    if (!config) {
        HOLDS(config.error().kind == Error::Kind::Corrupt);
        HOLDS(config.error().message.startsWith(QLatin1String("'/folder/servers.json'")));
        return;
    }
    const QStringList names = config->names();
    for (const QString &name : names) {
        const auto definition = config->definition(name);
        HOLDS(definition || !definition.error().message.isEmpty());
        if (definition && *definition)
            tryDefinition(name, **definition);
    }
}
