#include "cli/commandarguments.h"

#include "cli/command.h"
#include "cli/rawarguments.h"
#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/nearestword.h"
#include "core/base/servername.h"

#include <QCommandLineParser>

#include <algorithm>
#include <limits>

namespace sharedserver {

namespace {

Failure wrong(const QString &message)
{
    return failure(Error::Kind::Usage, message);
}

/// Decimal digits only: no sign, no white space.
std::optional<qint64> plainNumber(const QString &text)
{
    const bool isDigits = std::all_of(text.cbegin(), text.cend(), [](QChar c) {
        return c >= QLatin1Char('0') && c <= QLatin1Char('9');
    });
    bool fits = false;
    const qint64 number = text.toLongLong(&fits);
    return isDigits && fits ? std::optional(number) : std::nullopt;
}

Result<void> checkPid(const QString &value)
{
    const auto pid = plainNumber(value);
    if (pid && *pid >= 1 && *pid <= std::numeric_limits<qint32>::max())
        return {};
    return wrong(QStringLiteral("'%1' is no process id. Give a positive number, as in --pid 4711.")
                     .arg(value));
}

Result<void> checkAssignment(const QString &value)
{
    if (value.indexOf(QLatin1Char('=')) > 0)
        return {};
    return wrong(QStringLiteral("--env needs NAME=VALUE, not '%1'.").arg(value));
}

Result<void> checkValue(const CommandOption &option, const QString &value)
{
    switch (option.kind) {
    case ValueKind::Duration: {
        const auto duration = Duration::parse(value);
        return duration ? Result<void>() : Failure(duration.error());
    }
    case ValueKind::Pid:
        return checkPid(value);
    case ValueKind::Assignment:
        return checkAssignment(value);
    case ValueKind::Number:
        if (const auto number = plainNumber(value); number && *number > 0)
            return {};
        return wrong(QStringLiteral("--%1 needs a positive number, not '%2'.")
                         .arg(QLatin1String(option.name), value));
    case ValueKind::Count:
        if (plainNumber(value) && !value.isEmpty())
            return {};
        return wrong(QStringLiteral("--%1 needs a number, not '%2'.")
                         .arg(QLatin1String(option.name), value));
    case ValueKind::File:
    case ValueKind::Directory:
        if (!value.isEmpty())
            return {};
        return wrong(QStringLiteral("--%1 needs a path.").arg(QLatin1String(option.name)));
    case ValueKind::None:
    case ValueKind::Text:
        break;
    }
    return {};
}

Failure unknownOption(const CommandSpec &spec, const QString &name)
{
    QStringList known{QStringLiteral("help")};
    for (const CommandOption &option : spec.options)
        known.append(QLatin1String(option.name));
    const QString near = nearestWord(name, known);
    const QString hint =
        near.isEmpty() ? QString() : QStringLiteral(" Did you mean '--%1'?").arg(near);
    const QString dashes = name.size() == 1 ? QStringLiteral("-") : QStringLiteral("--");
    return wrong(QStringLiteral("'%1' has no option '%2'.%3")
                     .arg(QLatin1String(spec.name), dashes + name, hint));
}

Failure extraWord(const CommandSpec &spec, const QString &word)
{
    const QString hint = spec.tail == Tail::None
        ? QString()
        : QStringLiteral(" Put '--' before the command to run.");
    return wrong(QStringLiteral("'%1' is one word too many for '%2'.%3")
                     .arg(word, QLatin1String(spec.name), hint));
}

} // namespace

Result<CommandArguments> CommandArguments::parse(const CommandSpec &spec,
                                                 const RawArguments &arguments)
{
    CommandArguments parsed;
    const auto options = parsed.readOptions(spec, arguments.words);
    if (parsed.isHelpWanted())
        return parsed;
    if (!options)
        return Failure(options.error());
    const auto operands = parsed.readOperands(spec, arguments);
    if (!operands)
        return Failure(operands.error());
    return parsed;
}

Result<void> CommandArguments::readOptions(const CommandSpec &spec, const QStringList &words)
{
    QCommandLineParser parser;
    parser.addOption(QCommandLineOption(QStringList{QStringLiteral("h"), QStringLiteral("help")}));
    for (const CommandOption &option : spec.options) {
        QStringList names{QLatin1String(option.name)};
        if (option.letter != '\0')
            names.append(QString(QLatin1Char(option.letter)));
        parser.addOption(QCommandLineOption(names, QString(), QLatin1String(option.valueName)));
    }
    // parse() passes over the first word, which is the program's name in an argv.
    const bool isGood = parser.parse(QStringList(QString()) + words);
    if (parser.isSet(QStringLiteral("help")))
        m_values.insert(QStringLiteral("help"), {});
    const QStringList unknown = parser.unknownOptionNames();
    if (!unknown.isEmpty())
        return unknownOption(spec, unknown.first());
    if (!isGood)
        return wrong(parser.errorText());

    for (const CommandOption &option : spec.options) {
        const QString name = QLatin1String(option.name);
        if (!parser.isSet(name))
            continue;
        const QStringList values = parser.values(name);
        for (const QString &value : values) {
            const auto checked = checkValue(option, value);
            if (!checked)
                return checked;
        }
        m_values.insert(name, values);
    }
    m_words = parser.positionalArguments();
    return {};
}

Result<void> CommandArguments::readOperands(const CommandSpec &spec, const RawArguments &arguments)
{
    if (spec.tail != Tail::None)
        m_command = arguments.tail;
    else
        for (const QByteArray &word : arguments.tail)
            m_words.append(textFromBytes(word));

    if (spec.operands == Operands::Words || spec.operands == Operands::ConfigAction)
        return {};
    const bool takesName =
        spec.operands == Operands::ServerName || spec.operands == Operands::OptionalServerName;
    // Scripts write `use NAME --env A=1 NAME -- command`.
    while (takesName && m_words.size() > 1 && m_words.last() == m_words.first())
        m_words.removeLast();
    if (spec.operands == Operands::ServerNames)
        return checkServerNames();
    const int most = spec.operands == Operands::None ? 0 : 1;
    if (m_words.size() > most)
        return extraWord(spec, m_words.at(most));
    if (m_words.isEmpty() && spec.operands == Operands::ServerName)
        return wrong(
            QStringLiteral("'%1' needs the name of a server.").arg(QLatin1String(spec.name)));
    if (m_words.isEmpty() && spec.operands == Operands::Shell) {
        return wrong(QStringLiteral("'%1' needs a shell, one of: %2.")
                         .arg(QLatin1String(spec.name), joinedWords(kShells, ", ")));
    }
    if (takesName && !m_words.isEmpty()) {
        const auto name = checkedServerName(m_words.first());
        if (!name)
            return Failure(name.error());
    }
    if (m_command.isEmpty()
        && (spec.tail == Tail::Required || (spec.tail != Tail::None && arguments.hasTail)))
        return wrong(QStringLiteral("The command to run is missing. Add it behind '--'."));
    return {};
}

Result<void> CommandArguments::checkServerNames() const
{
    for (const QString &word : m_words) {
        const auto name = checkedServerName(word);
        if (!name)
            return Failure(name.error());
    }
    return {};
}

QString CommandArguments::value(const char *option) const
{
    const QStringList all = values(option);
    return all.isEmpty() ? QString() : all.last();
}

QStringList CommandArguments::values(const char *option) const
{
    return m_values.value(QLatin1String(option));
}

std::optional<std::chrono::milliseconds> CommandArguments::duration(const char *option) const
{
    if (!isSet(option))
        return {};
    const auto parsed = Duration::parse(value(option));
    return parsed ? std::optional(parsed->value()) : std::nullopt;
}

std::optional<qint64> CommandArguments::number(const char *option) const
{
    return isSet(option) ? plainNumber(value(option)) : std::nullopt;
}

} // namespace sharedserver
