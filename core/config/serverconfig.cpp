#include "core/config/serverconfig.h"

#include "core/base/bytes.h"
#include "core/base/servername.h"
#include "core/config/configkeys.h"

#include <QJsonDocument>

namespace sharedserver {

namespace {

Failure corrupt(const QString &message)
{
    return failure(Error::Kind::Corrupt, message);
}

/// Line and column, both from 1.
QString position(const QByteArray &content, qsizetype offset)
{
    const QByteArray before = content.left(offset);
    return QStringLiteral("line %1, column %2")
        .arg(before.count('\n') + 1)
        .arg(before.size() - before.lastIndexOf('\n'));
}

} // namespace

Result<ServerConfig> ServerConfig::load(const ConfigSearch &search, const VariableLookup &variables)
{
    const auto found = findConfig(search);
    if (!found)
        return Failure(found.error());
    auto config = found->file ? parse(*found->file, variables) : ServerConfig();
    if (config)
        config->m_warnings = found->warnings + config->m_warnings;
    return config;
}

Result<ServerConfig> ServerConfig::parse(const ConfigFile &file, const VariableLookup &variables)
{
    ServerConfig config;
    config.m_path = file.path;
    config.m_variables = variables;
    const auto read = config.read(file.content);
    if (!read)
        return Failure(read.error());
    return config;
}

Result<void> ServerConfig::read(const QByteArray &content)
{
    const QString file = displayText(m_path);
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(content, &problem);
    if (problem.error != QJsonParseError::NoError) {
        return corrupt(QStringLiteral("'%1' is no valid JSON: %2 (%3).")
                           .arg(file, problem.errorString(), position(content, problem.offset)));
    }
    const QJsonValue servers = document.object().value(QLatin1String("servers"));
    if (!document.isObject() || !(servers.isObject() || servers.isUndefined())) {
        return corrupt(QStringLiteral("'%1' must be an object whose 'servers' is an object: "
                                      "{\"servers\": {\"web\": {\"command\": \"…\"}}}.")
                           .arg(file));
    }
    const QStringList known{QStringLiteral("servers"), QStringLiteral("$schema")};
    const QStringList keys = document.object().keys();
    for (const QString &key : keys) {
        if (!known.contains(key))
            m_warnings.append(unknownKeyWarning(key, file, known));
    }
    if (servers.isUndefined())
        m_warnings.append(QStringLiteral("%1: there is no key 'servers'.").arg(file));
    const QJsonObject all = servers.toObject();
    for (auto member = all.begin(); member != all.end(); ++member)
        m_entries.insert(member.key(), readEntry(member.key(), member.value()));
    return {};
}

ServerConfig::Entry ServerConfig::readEntry(const QString &name, const QJsonValue &value) const
{
    Entry entry;
    const auto checked = checkedServerName(name);
    if (!checked || !value.isObject()) {
        const QString problem =
            checked ? QStringLiteral("Must be an object.") : checked.error().message;
        entry.error =
            Error{Error::Kind::Corrupt, QStringLiteral("%1: %2").arg(place(name), problem)};
        return entry;
    }
    entry.json = withOwnSpellings(value.toObject(), place(name), &entry.warnings);
    const QString variable = entry.json.value(QLatin1String("skipIfEnv")).toString();
    if (!variable.isEmpty() && !m_variables(variable).value_or(QString()).isEmpty())
        entry.skippedBecauseOf = variable;
    return entry;
}

QString ServerConfig::place(const QString &name) const
{
    return QStringLiteral("%1: servers.%2").arg(displayText(m_path), name);
}

QStringList ServerConfig::names() const
{
    QStringList names;
    for (auto entry = m_entries.begin(); entry != m_entries.end(); ++entry) {
        if (entry->skippedBecauseOf.isEmpty())
            names.append(entry.key());
    }
    return names;
}

QString ServerConfig::skippedBecauseOf(const QString &name) const
{
    return m_entries.value(name).skippedBecauseOf;
}

Result<std::optional<ServerDefinition>> ServerConfig::definition(const QString &name) const
{
    const auto entry = m_entries.find(name);
    if (entry == m_entries.end() || !entry->skippedBecauseOf.isEmpty())
        return std::optional<ServerDefinition>();
    if (entry->error)
        return Failure(*entry->error);
    const auto expanded = expandVariables(QJsonValue(entry->json), place(name), m_variables);
    if (!expanded)
        return Failure(expanded.error());
    const auto definition =
        ServerDefinition::fromJson(name, expanded->toObject(), place(name), projectFolder(m_path));
    if (!definition)
        return Failure(definition.error());
    return std::optional(*definition);
}

QStringList ServerConfig::warnings(const QString &name) const
{
    return m_entries.value(name).warnings;
}

} // namespace sharedserver
