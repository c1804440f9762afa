#include "cli/manual/roff.h"

#include <QStringList>

namespace sharedserver::manual {

namespace {

/// Without the characters that roff takes for something else, or prints as typographers like them:
/// what is shown can be copied into a shell.
QString escaped(const QString &text)
{
    QString result;
    for (const QChar c : text) {
        switch (c.unicode()) {
        case '\\':
            result += QLatin1String("\\e");
            break;
        case '-':
            result += QLatin1String("\\-");
            break;
        case '\'':
            result += QLatin1String("\\(aq");
            break;
        case '"':
            result += QLatin1String("\\(dq");
            break;
        case '`':
            result += QLatin1String("\\(ga");
            break;
        case '^':
            result += QLatin1String("\\(ha");
            break;
        case '~':
            result += QLatin1String("\\(ti");
            break;
        default:
            result += c;
        }
    }
    return result;
}

/// A line that is no request, whatever it begins with.
QString line(const QString &text)
{
    const QString safe = escaped(text);
    return safe.startsWith(QLatin1Char('.')) ? QLatin1String("\\&") + safe : safe;
}

// What a line of the page's text may have, by custom.
constexpr qsizetype kLongestLine = 78;

/// Text that man fills, in lines of moderate length.
QString filled(const QString &text)
{
    QString result;
    QString current;
    const QStringList words = text.simplified().split(QLatin1Char(' '));
    for (const QString &word : words) {
        const QString longer = current.isEmpty() ? word : current + QLatin1Char(' ') + word;
        if (line(longer).size() <= kLongestLine || current.isEmpty()) {
            current = longer;
            continue;
        }
        result += line(current) + QLatin1Char('\n');
        current = word;
    }
    return result + line(current) + QLatin1Char('\n');
}

bool isLaidOut(const QString &paragraph)
{
    return paragraph.contains(QLatin1String("  "));
}

} // namespace

Roff::Roff(const QString &title, int section, const QString &date, const QString &source)
    : m_page(QStringLiteral(".TH %1 %2 %3 \"%4\"\n.nh\n.ad l\n")
                 .arg(escaped(title))
                 .arg(section)
                 .arg(date, source))
{
}

void Roff::heading(const QString &text)
{
    m_page += QStringLiteral(".SH %1\n").arg(line(text));
}

void Roff::subheading(const QString &text)
{
    m_page += QStringLiteral(".SS %1\n").arg(line(text));
}

void Roff::text(const QString &text)
{
    const QStringList paragraphs = text.split(QLatin1String("\n\n"));
    for (const QString &one : paragraphs) {
        if (isLaidOut(one))
            example(one);
        else
            paragraph(one);
    }
}

void Roff::paragraph(const QString &text)
{
    // A paragraph behind a heading is begun already, and begun again makes man complain.
    const qsizetype begin = m_page.lastIndexOf(QLatin1Char('\n'), -2) + 1;
    const QString last = m_page.mid(begin);
    if (!last.startsWith(QLatin1String(".SH")) && !last.startsWith(QLatin1String(".SS"))
        && !last.startsWith(QLatin1String(".RS")))
        m_page += QLatin1String(".PP\n");
    m_page += filled(text);
}

void Roff::example(const QString &lines)
{
    m_page += QLatin1String(".PP\n.RS 4\n.nf\n");
    const QStringList all = lines.split(QLatin1Char('\n'));
    for (const QString &one : all)
        m_page += line(one) + QLatin1Char('\n');
    m_page += QLatin1String(".fi\n.RE\n");
}

void Roff::item(const QString &term, const QString &meaning)
{
    m_page += QStringLiteral(".TP\n\\fB%1\\fR\n").arg(escaped(term));
    if (!meaning.isEmpty())
        m_page += filled(meaning);
}

void Roff::enter()
{
    m_page += QLatin1String(".RS 4\n");
}

void Roff::leave()
{
    m_page += QLatin1String(".RE\n");
}

} // namespace sharedserver::manual
