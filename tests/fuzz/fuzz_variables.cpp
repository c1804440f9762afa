// Replacing variables: values are put in as they are and are never looked at again, whatever is in
// them; text without a dollar stays; and a dollar can always be written.
//
// Of the input, what stands before the first NUL is the value of every variable.

#include "core/config/variables.h"
#include "tests/fuzz/fuzz.h"

using namespace sharedserver;

void fuzz::tryInput(const QByteArray &input)
{
    const qsizetype end = input.indexOf('\0');
    const QString value = QString::fromUtf8(input.left(std::max<qsizetype>(0, end)));
    const QString text = QString::fromUtf8(input.mid(end + 1));
    const VariableLookup all = [&](const QString &) { return value; };
    const VariableLookup none = [](const QString &) { return std::optional<QString>(); };

    const auto expanded = expandVariables(text, all);
    HOLDS(expanded || expanded.error().kind == Error::Kind::Corrupt);
    const bool isPlain = !text.contains(QLatin1Char('$')) && !text.startsWith(QLatin1String("~/"));
    if (isPlain)
        HOLDS(expanded && *expanded == text && expandVariables(text, none) == text);

    QString escaped = text;
    escaped.replace(QLatin1Char('$'), QLatin1String("$$"));
    if (!text.startsWith(QLatin1String("~/")))
        HOLDS(expandVariables(escaped, none) == text);

    // The value as it is, between what stands around it.
    HOLDS(expandVariables(QStringLiteral("<${X}$X>"), all)
          == QLatin1Char('<') + value + value + QLatin1Char('>'));
    HOLDS(expandVariables(QStringLiteral("${X:-d}"), all)
          == (value.isEmpty() ? QStringLiteral("d") : value));
}
