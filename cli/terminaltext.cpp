#include "cli/terminaltext.h"

#include "cli/output.h"

namespace sharedserver {

namespace {

// A sequence that is longer is none.
constexpr qsizetype kMostSequence = 64;

bool isParameter(QChar c)
{
    return c.isDigit() || c == QLatin1Char(';') || c == QLatin1Char(':');
}

} // namespace

QByteArray TerminalText::add(const QByteArray &piece)
{
    m_rest += m_decoder.decode(piece);
    QString shown;
    qsizetype at = 0;
    while (at < m_rest.size()) {
        const QChar c = m_rest.at(at);
        if (c == kEscape) {
            if (!takeSequence(&at, &shown))
                break;
            continue;
        }
        ++at;
        if (c == QLatin1Char('\n') || c == QLatin1Char('\t'))
            shown += c;
        else if (c != QLatin1Char('\r')) // ends lines of some servers
            shown += printable(QString(c));
    }
    m_rest.remove(0, at);
    return shown.toUtf8();
}

bool TerminalText::takeSequence(qsizetype *at, QString *shown)
{
    qsizetype end = *at + 1;
    if (end >= m_rest.size())
        return false;
    if (m_rest.at(end) != QLatin1Char('[')) {
        *shown += QLatin1Char('?'); // none of those that only colour
        ++*at;
        return true;
    }
    ++end;
    while (end < m_rest.size() && isParameter(m_rest.at(end)))
        ++end;
    if (end >= m_rest.size() && end - *at < kMostSequence)
        return false;
    const bool isColor = end < m_rest.size() && m_rest.at(end) == QLatin1Char('m');
    if (!isColor) {
        *shown += QLatin1Char('?');
        ++*at;
        return true;
    }
    ++end;
    if (m_withColors) {
        *shown += m_rest.mid(*at, end - *at);
        m_isColored = true;
    }
    *at = end;
    return true;
}

QByteArray TerminalText::finish()
{
    return m_isColored ? QByteArrayLiteral("\x1b[0m") : QByteArray();
}

} // namespace sharedserver
