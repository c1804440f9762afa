#include "core/base/displaycommand.h"

namespace sharedserver {

bool isDisplayCommand(QChar c)
{
    switch (c.category()) {
    case QChar::Other_Control:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        break;
    }
    const char16_t code = c.unicode();
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

QString printableLines(const QString &text)
{
    QString shown = text;
    for (QChar &c : shown) {
        if (c != QLatin1Char('\n') && c != QLatin1Char('\t') && isDisplayCommand(c))
            c = QLatin1Char('?');
    }
    return shown;
}

QString printable(const QString &text)
{
    QString shown = printableLines(text);
    shown.replace(QLatin1Char('\n'), QLatin1Char(' '));
    shown.replace(QLatin1Char('\t'), QLatin1Char(' '));
    return shown;
}

} // namespace sharedserver
