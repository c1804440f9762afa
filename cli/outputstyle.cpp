#include "cli/outputstyle.h"

#include <array>

namespace sharedserver {

namespace {

/// The codeset of the locale that decides on characters, as setlocale(3) finds it: the first of
/// LC_ALL, LC_CTYPE and LANG that is not empty. Read by hand, because setlocale itself opens and
/// reads files, and fails for a locale that is not installed here but fine on the terminal.
bool isUtf8Locale()
{
    for (const char *variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const QByteArray locale = qgetenv(variable);
        if (locale.isEmpty())
            continue;
        QByteArray codeset = locale.mid(locale.indexOf('.') + 1).toLower();
        if (codeset.contains('@'))
            codeset.truncate(codeset.indexOf('@')); // a variant, as in ca_ES.UTF-8@valencia
        return codeset == "utf-8" || codeset == "utf8";
    }
    return false;
}

struct MarkLook
{
    char16_t unicode;
    char ascii;
    const char *color; ///< SGR parameters (ECMA-48)
};

constexpr std::array kLooks = {
    MarkLook{u'✓', '+', "32"}, MarkLook{u'⚠', '!', "33"}, MarkLook{u'●', '*', "32"},
    MarkLook{u'○', 'o', "2"},  MarkLook{u'✗', 'x', "31"},
};

const MarkLook &look(Mark mark)
{
    return kLooks.at(size_t(mark));
}

} // namespace

OutputStyle OutputStyle::ofEnvironment(bool isTerminal)
{
    OutputStyle style;
    style.isUnicode = isUtf8Locale();
    style.isColored =
        isTerminal && qEnvironmentVariableIsEmpty("NO_COLOR") && qgetenv("TERM") != "dumb";
    return style;
}

QString OutputStyle::mark(Mark mark) const
{
    return colored(mark, plainMark(mark));
}

QString OutputStyle::plainMark(Mark mark) const
{
    return isUnicode ? QString(QChar(look(mark).unicode)) : QString(QLatin1Char(look(mark).ascii));
}

QString OutputStyle::colored(Mark mark, const QString &text) const
{
    if (!isColored)
        return text;
    return QStringLiteral("\x1b[%1m%2\x1b[0m").arg(QLatin1String(look(mark).color), text);
}

QString OutputStyle::ellipsis() const
{
    return isUnicode ? QString(QChar(u'…')) : QStringLiteral("...");
}

QString OutputStyle::ruleCharacter() const
{
    return isUnicode ? QString(QChar(u'─')) : QStringLiteral("-");
}

} // namespace sharedserver
