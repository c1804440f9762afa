#include "core/base/logtext.h"

#include "core/base/displaycommand.h"

#include <algorithm>

namespace sharedserver {

namespace {

// A colour that takes longer to say is none.
constexpr qsizetype kMostSequence = 64;

bool isBetween(QChar c, char16_t first, char16_t last)
{
    return c.unicode() >= first && c.unicode() <= last;
}

/// Whether this is a control sequence that only colours: `[1;31m`.
bool isColor(const QString &sequence)
{
    return sequence.size() <= kMostSequence && sequence.endsWith(QLatin1Char('m'))
        && std::all_of(sequence.begin() + 1, sequence.end() - 1,
                       [](QChar c) { return isBetween(c, u'0', u';'); });
}

/// Whether this begins a command that has text of its own.
bool beginsCommand(QChar c)
{
    return c == QLatin1Char(']') || c == QLatin1Char('P') || c == QLatin1Char('^')
        || c == QLatin1Char('_') || c == QLatin1Char('X');
}

} // namespace

void LogText::clear()
{
    *this = LogText(m_keepsColors ? Colors::Kept : Colors::Dropped);
}

QString LogText::add(const QByteArray &piece)
{
    const QString decoded = m_decoder.decode(piece);
    QString shown;
    shown.reserve(decoded.size());
    for (const QChar c : decoded) {
        if (takeSequence(c, &shown))
            continue;
        m_state = State::Text;
        if (c == kEscape)
            m_state = State::Escape;
        else
            takeText(c, &shown);
    }
    return shown;
}

bool LogText::takeSequence(QChar c, QString *shown)
{
    switch (m_state) {
    case State::Text:
        break;
    case State::Escape:
        if (c == QLatin1Char('[')) {
            m_state = State::Control;
            m_sequence = c;
        } else if (beginsCommand(c)) {
            m_state = State::Command;
        } else if (isBetween(c, 0x30, 0x7e)) {
            m_state = State::Text;
        } else {
            return isBetween(c, 0x20, 0x2f);
        }
        return true;
    case State::Control:
        if (!isBetween(c, 0x20, 0x7e))
            return false;
        if (m_sequence.size() <= kMostSequence)
            m_sequence += c;
        if (isBetween(c, 0x40, 0x7e)) {
            m_state = State::Text;
            if (m_keepsColors && isColor(m_sequence)) {
                *shown += kEscape + m_sequence;
                m_isColored = true;
            }
        }
        return true;
    case State::Command:
        if (c == QChar(0x07) || c == QChar(0x9c)) {
            m_state = State::Text;
            return true;
        }
        // One that is never ended must not hide all that comes.
        return c != kEscape && c != QLatin1Char('\n');
    }
    return false;
}

void LogText::takeText(QChar c, QString *shown)
{
    if (c == QLatin1Char('\r')) {
        m_atReturn = true;
        return;
    }
    if (m_atReturn && c != QLatin1Char('\n'))
        *shown += QLatin1Char('\n');
    m_atReturn = false;
    const bool isShown = c == QLatin1Char('\n') || c == QLatin1Char('\t') || !isDisplayCommand(c);
    *shown += isShown ? c : QChar(QLatin1Char('?'));
}

QString LogText::finish() const
{
    return m_isColored ? QStringLiteral("\x1b[0m") : QString();
}

} // namespace sharedserver
