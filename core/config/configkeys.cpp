#include "core/config/configkeys.h"

#include "core/base/nearestword.h"

namespace sharedserver {

namespace {

struct Spelling
{
    const char *other;
    const char *own;
};

constexpr const char *kKeys[] = {"command",    "args",     "env",     "gracePeriod",
                                 "logFile",    "metadata", "lazy",    "skipIfEnv",
                                 "workingDir", "ready",    "restart", "description"};

constexpr Spelling kSpellings[] = {
    {"idle_timeout", "gracePeriod"},
    {"log_file", "logFile"},
    {"working_dir", "workingDir"},
};

QStringList otherSpellings()
{
    QStringList keys;
    for (const Spelling &spelling : kSpellings)
        keys.append(QLatin1String(spelling.other));
    return keys;
}

/// A null says nothing.
bool isLeftOut(const QJsonObject &definition, const QString &key)
{
    return definition.value(key).isUndefined() || definition.value(key).isNull();
}

QString ownSpelling(const QString &key)
{
    for (const Spelling &spelling : kSpellings) {
        if (key == QLatin1String(spelling.other))
            return QLatin1String(spelling.own);
    }
    return key;
}

} // namespace

QStringList definitionKeys()
{
    QStringList keys;
    for (const char *key : kKeys)
        keys.append(QLatin1String(key));
    return keys;
}

QJsonObject withOwnSpellings(const QJsonObject &definition, const QString &path,
                             QStringList *warnings)
{
    const QStringList known = definitionKeys();
    QJsonObject result;
    for (auto member = definition.begin(); member != definition.end(); ++member) {
        const QString own = ownSpelling(member.key());
        if (!known.contains(own))
            warnings->append(unknownKeyWarning(member.key(), path, known + otherSpellings()));
        else if (!member.value().isNull() && (own == member.key() || isLeftOut(definition, own)))
            result.insert(own, member.value());
    }
    return result;
}

QString unknownKeyWarning(const QString &key, const QString &path, const QStringList &known)
{
    const QString near = nearestWord(key, known);
    const QString hint =
        near.isEmpty() ? QString() : QStringLiteral(" Did you mean '%1'?").arg(near);
    return QStringLiteral("%1: the key '%2' is not known and ignored.%3").arg(path, key, hint);
}

} // namespace sharedserver
