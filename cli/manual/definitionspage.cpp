#include "cli/manual/pages.h"

#include "cli/manual/roff.h"
#include "core/config/configkeys.h"
#include "core/config/configschema.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace sharedserver::manual {

namespace {

/// What the schema says of servers, with the definitions that it refers to.
class Schema
{
public:
    Schema()
        : m_root(QJsonDocument::fromJson(kConfigSchema).object())
    {
    }

    QJsonObject server() const { return definition(QStringLiteral("server")); }

    /// A part of the schema together with what it refers to; its own words win.
    QJsonObject resolved(const QJsonObject &part) const
    {
        const QString reference = part.value(QLatin1String("$ref")).toString();
        QJsonObject whole = definition(reference.section(QLatin1Char('/'), -1));
        for (auto member = part.begin(); member != part.end(); ++member)
            whole.insert(member.key(), member.value());
        return whole;
    }

private:
    QJsonObject definition(const QString &name) const
    {
        return m_root.value(QLatin1String("definitions")).toObject().value(name).toObject();
    }

    QJsonObject m_root;
};

QString joined(const QJsonArray &values, const QString &separator)
{
    QStringList words;
    for (const QJsonValue &value : values)
        words.append(value.toString());
    return words.join(separator);
}

/// `string`, `list`, `"never" or "always"`.
QString typeText(const QJsonObject &part)
{
    const QJsonArray choices = part.value(QLatin1String("enum")).toArray();
    if (!choices.isEmpty())
        return QStringLiteral("one of %1").arg(joined(choices, QStringLiteral(", ")));
    const QJsonValue type = part.value(QLatin1String("type"));
    const QString text =
        type.isArray() ? joined(type.toArray(), QStringLiteral(" or ")) : type.toString();
    return text == QLatin1String("array") ? QStringLiteral("list") : text;
}

/// The other spellings of each key. The schema says of each which one it is another spelling of.
QStringList otherSpellings(const QString &key, const QJsonObject &properties)
{
    const QString mark = QStringLiteral("Another spelling of %1.").arg(key);
    QStringList spellings;
    for (auto member = properties.begin(); member != properties.end(); ++member) {
        if (member.value()[QLatin1String("description")].toString() == mark)
            spellings.append(member.key());
    }
    return spellings;
}

/// Keys with their types and meanings; those of objects one step further in.
void addKeys(const QStringList &keys, const QJsonObject &properties, const Schema &schema,
             Roff &roff)
{
    for (const QString &key : keys) {
        const QJsonObject part = schema.resolved(properties.value(key).toObject());
        const QStringList names = QStringList{key} + otherSpellings(key, properties);
        const QString type = typeText(part);
        roff.item(names.join(QLatin1String(", ")),
                  (type.isEmpty() ? QString() : QStringLiteral("(%1) ").arg(type))
                      + part.value(QLatin1String("description")).toString());
        const QJsonObject inner = part.value(QLatin1String("properties")).toObject();
        if (inner.isEmpty())
            continue;
        roff.enter();
        addKeys(inner.keys(), inner, schema, roff);
        roff.leave();
    }
}

void addSearch(Roff &roff)
{
    roff.heading(QStringLiteral("WHICH FILE COUNTS"));
    roff.text(QStringLiteral("The first that is there, and nothing is merged:"));
    roff.example(QStringLiteral("1. the one of --config\n"
                                "2. the one of $SHAREDSERVER_CONFIG\n"
                                "3. .sharedserver.json or .sharedserver/servers.json, in the\n"
                                "   working directory and then in each one above it\n"
                                "4. $XDG_CONFIG_HOME/sharedserver/servers.json, by default in\n"
                                "   ~/.config"));
    roff.text(QStringLiteral(
        "That one of the first two is missing is an error. One of the third kind counts only "
        "where\n"
        "it and the folders it is in belong to the user or root, and nobody else can write to "
        "them;\n"
        "it is passed over with a warning otherwise. 'sharedserver config path' tells which file "
        "it\n"
        "is, 'sharedserver config check' what is wrong with it. It is read anew each time."));
}

void addVariables(Roff &roff)
{
    roff.heading(QStringLiteral("VARIABLES"));
    roff.text(QStringLiteral("They are replaced in values, never in keys:"));
    roff.item(QStringLiteral("~/"), QStringLiteral("at the beginning: the home directory"));
    roff.item(QStringLiteral("$NAME, ${NAME}"),
              QStringLiteral("the variable; that it is not set is an error"));
    roff.item(QStringLiteral("${NAME:-default}"),
              QStringLiteral("the same, or the default where it is not set or empty"));
    roff.item(QStringLiteral("$$"), QStringLiteral("a dollar"));
}

} // namespace

QString definitionsPage(const QString &date)
{
    Roff roff(QStringLiteral("SHAREDSERVER-SERVERS.JSON"), 5, date, source());
    roff.heading(QStringLiteral("NAME"));
    roff.text(QStringLiteral("sharedserver-servers.json - definitions of shared servers"));
    roff.heading(QStringLiteral("DESCRIPTION"));
    roff.text(
        QStringLiteral("The file says how servers are started, so that 'sharedserver use web' "
                       "needs no command. It\n"
                       "is JSON: an object whose servers is an object of definitions by name."));
    roff.example(QStringLiteral("{\n"
                                "    \"servers\": {\n"
                                "        \"web\": {\n"
                                "            \"command\": \"python3\",\n"
                                "            \"args\": [\"-m\", \"http.server\", "
                                "\"${PORT:-8000}\"],\n"
                                "            \"gracePeriod\": \"10m\"\n"
                                "        }\n"
                                "    }\n"
                                "}"));
    roff.text(
        QStringLiteral("'sharedserver config add NAME -- COMMAND' writes such a definition."));
    roff.heading(QStringLiteral("KEYS OF A SERVER"));
    const Schema schema;
    addKeys(definitionKeys(), schema.server().value(QLatin1String("properties")).toObject(), schema,
            roff);
    roff.text(QStringLiteral(
        "The command is needed unless the server is lazy. Relative paths belong to the folder of\n"
        "the file, or, for .sharedserver/servers.json, to the one above. Keys that are not known "
        "are\n"
        "ignored with a warning. A definition that is wrong is an error only for its own server."));
    addVariables(roff);
    addSearch(roff);
    roff.heading(QStringLiteral("SEE ALSO"));
    roff.text(QStringLiteral("sharedserver(1); its 'config schema' prints the JSON Schema of this "
                             "file, for editors"));
    return roff.page();
}

} // namespace sharedserver::manual
