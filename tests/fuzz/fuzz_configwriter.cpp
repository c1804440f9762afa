// `config add` puts a definition into a file that somebody wrote by hand: afterwards it is there as
// it was given, and every other one is what it was.
//
// Of the input, what stands before the first NUL is the command, one word a line.

#include "core/base/bytes.h"
#include "core/config/configwriter.h"
#include "core/config/serverconfig.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonDocument>

using namespace sharedserver;

namespace {

QJsonObject serversOf(const QByteArray &content)
{
    return QJsonDocument::fromJson(content).object().value(QLatin1String("servers")).toObject();
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const VariableLookup none = [](const QString &) { return std::optional<QString>(); };
    const qsizetype end = input.indexOf('\0');
    const QByteArray content = input.mid(end + 1);
    ServerDefinition definition;
    definition.name = QStringLiteral("new");
    definition.command = input.left(std::max<qsizetype>(0, end)).split('\n');
    const bool isHomePath =
        std::any_of(definition.command.begin(), definition.command.end(),
                    [](const QByteArray &word) { return word.startsWith("~/"); });
    const bool isUsable = !definition.command.first().isEmpty() && !isHomePath;
    const bool isReadable = ServerConfig::parse({"/f", content}, none).has_value();
    if (!isUsable || !(isReadable || content.trimmed().isEmpty()))
        return;

    const auto extended = withDefinition(content, definition);
    if (!extended)
        return;
    const auto config = ServerConfig::parse({"/f", *extended}, none);
    HOLDS(config);
    const auto read = config->definition(definition.name);
    HOLDS(read && *read);
    HOLDS((*read)->command == definition.command);
    QJsonObject others = serversOf(*extended);
    others.remove(definition.name);
    HOLDS(others == serversOf(content));
}
