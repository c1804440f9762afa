#pragma once

#include "core/config/configfile.h"
#include "core/config/serverdefinition.h"
#include "core/config/variables.h"

#include <QMap>

namespace sharedserver {

/// The definitions of one servers.json. What is wrong with one definition does not concern the
/// others: it is said when that one is asked for.
class ServerConfig
{
public:
    /// Finds and reads the file; an empty one where there is none. Kind::Corrupt where it is no
    /// JSON of the right shape.
    static Result<ServerConfig> load(const ConfigSearch &search,
                                     const VariableLookup &variables = processVariables());
    static Result<ServerConfig> parse(const ConfigFile &file, const VariableLookup &variables);

    bool isFound() const { return !m_path.isEmpty(); }
    QByteArray path() const { return m_path; }
    /// The servers that count in this environment, sorted.
    QStringList names() const;
    /// The variable that makes this server be ignored (its `skipIfEnv`); empty where none does.
    QString skippedBecauseOf(const QString &name) const;
    /// Nothing where the server is not defined or ignored; an error where its definition is wrong.
    Result<std::optional<ServerDefinition>> definition(const QString &name) const;

    /// What is odd about the file as a whole, and about files that were passed over.
    QStringList warnings() const { return m_warnings; }
    QStringList warnings(const QString &name) const;

private:
    struct Entry
    {
        QJsonObject json; ///< in our own spellings, variables not replaced
        QString skippedBecauseOf;
        QStringList warnings;
        std::optional<Error> error;
    };

    Result<void> read(const QByteArray &content);
    Entry readEntry(const QString &name, const QJsonValue &value) const;
    /// Where a server is defined: file and key.
    QString place(const QString &name) const;

    QByteArray m_path;
    VariableLookup m_variables;
    QMap<QString, Entry> m_entries;
    QStringList m_warnings;
};

} // namespace sharedserver
