#include "core/config/serverdefinition.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace sharedserver {

namespace {

/// Reads the members of a definition. The first that is wrong is kept as the error.
class Members
{
public:
    Members(const QJsonObject &json, const QString &path)
        : m_json(json)
        , m_path(path)
    {
    }

    QString text(const char *key)
    {
        const QJsonValue value = m_json.value(QLatin1String(key));
        if (!value.isUndefined() && !isText(value))
            fail(QLatin1String(key), QStringLiteral("must be a string"));
        return value.toString();
    }

    bool flag(const char *key)
    {
        const QJsonValue value = m_json.value(QLatin1String(key));
        if (!value.isUndefined() && !value.isBool())
            fail(QLatin1String(key), QStringLiteral("must be true or false"));
        return value.toBool();
    }

    QJsonObject object(const char *key)
    {
        const QJsonValue value = m_json.value(QLatin1String(key));
        // An empty table of Lua is written as an empty list.
        const bool isEmptyList = value.isArray() && value.toArray().isEmpty();
        if (!value.isUndefined() && !value.isObject() && !isEmptyList)
            fail(QLatin1String(key), QStringLiteral("must be an object"));
        return value.toObject();
    }

    QByteArray path(const char *key, const QByteArray &directory)
    {
        const QByteArray path = bytesFromText(text(key));
        return path.isEmpty() || path.startsWith('/') ? path : directory + '/' + path;
    }

    QByteArrayList arguments()
    {
        const QString key = QStringLiteral("args");
        const QJsonValue value = m_json.value(key);
        const bool isEmptyObject = value.isObject() && value.toObject().isEmpty();
        if (!value.isUndefined() && !value.isArray() && !isEmptyObject)
            fail(key, QStringLiteral("must be a list of strings"));
        QByteArrayList arguments;
        const QJsonArray list = value.toArray();
        for (qsizetype i = 0; i < list.size(); ++i)
            arguments.append(scalar(list.at(i), QStringLiteral("%1[%2]").arg(key).arg(i)));
        return arguments;
    }

    QByteArrayList environment()
    {
        QByteArrayList entries;
        const QJsonObject object = this->object("env");
        for (auto member = object.begin(); member != object.end(); ++member) {
            const QString key = QStringLiteral("env.") + member.key();
            if (member.key().isEmpty() || member.key().contains(QLatin1Char('='))
                || member.key().contains(QChar(0)))
                fail(key, QStringLiteral("is no name of a variable"));
            entries.append(bytesFromText(member.key()) + '=' + scalar(member.value(), key));
        }
        return entries;
    }

    RestartPolicy restartPolicy()
    {
        const QString word = text("restart");
        const auto policy = restartPolicyFromWord(word);
        if (!policy && !word.isEmpty()) {
            fail(QStringLiteral("restart"),
                 QStringLiteral("must be 'never', 'on-failure' or 'always'"));
        }
        return policy.value_or(RestartPolicy::Never);
    }

    std::optional<ReadyCheck> readyCheck()
    {
        const QJsonObject json = object("ready");
        if (json.isEmpty())
            return {};
        const auto check = ReadyCheck::fromJson(json);
        if (check)
            return *check;
        const QString key = check.error().details.value(QLatin1String("key")).toString();
        fail(key.isEmpty() ? QStringLiteral("ready") : QStringLiteral("ready.") + key,
             check.error().message);
        return {};
    }

    std::optional<QString> metadata()
    {
        const QJsonValue value = m_json.value(QLatin1String("metadata"));
        if (value.isUndefined())
            return {};
        if (value.isObject())
            return displayText(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
        return displayText(scalar(value, QStringLiteral("metadata")));
    }

    void fail(const QString &key, const QString &problem)
    {
        if (!m_error) {
            m_error =
                Error{Error::Kind::Corrupt, QStringLiteral("%1.%2 %3.").arg(m_path, key, problem)};
        }
    }

    const std::optional<Error> &error() const { return m_error; }

private:
    static bool isText(const QJsonValue &value)
    {
        return value.isString() && !value.toString().contains(QChar(0));
    }

    /// A string, or a number or truth value as one writes it.
    QByteArray scalar(const QJsonValue &value, const QString &key)
    {
        if (!isText(value) && !value.isDouble() && !value.isBool())
            fail(key, QStringLiteral("must be a string"));
        return bytesFromText(value.toVariant().toString());
    }

    const QJsonObject &m_json;
    const QString &m_path;
    std::optional<Error> m_error;
};

void checkWords(const ServerDefinition &definition, Members *members)
{
    if (!definition.gracePeriod.isEmpty()) {
        const auto duration = Duration::parse(definition.gracePeriod);
        if (!duration) {
            members->fail(QStringLiteral("gracePeriod"),
                          QStringLiteral("is wrong: ") + duration.error().message.chopped(1));
        }
    }
    if (definition.command.isEmpty() && !definition.isLazy) {
        members->fail(QStringLiteral("command"),
                      QStringLiteral("is missing; only a lazy server needs none"));
    }
}

} // namespace

Result<ServerDefinition> ServerDefinition::fromJson(const QString &name, const QJsonObject &json,
                                                    const QString &path,
                                                    const QByteArray &directory)
{
    Members members(json, path);
    ServerDefinition definition;
    definition.name = name;
    const QByteArray command = bytesFromText(members.text("command"));
    const QByteArrayList arguments = members.arguments();
    if (!command.isEmpty())
        definition.command = QByteArrayList{command} + arguments;
    definition.environment = members.environment();
    definition.gracePeriod = members.text("gracePeriod");
    definition.logFile = members.path("logFile", directory);
    definition.workingDirectory = members.path("workingDir", directory);
    definition.metadata = members.metadata();
    definition.isLazy = members.flag("lazy");
    definition.description = members.text("description");
    definition.restart = members.restartPolicy();
    definition.ready = members.readyCheck();
    checkWords(definition, &members);
    if (members.error())
        return Failure(*members.error());
    return definition;
}

} // namespace sharedserver
