#include "app/window/logtext.h"

namespace sharedserver {

void LogText::clear()
{
    m_decoder.resetState();
    m_state = State::Text;
    m_atReturn = false;
}

QString LogText::add(const QByteArray &piece)
{
    const QString decoded = m_decoder.decode(piece);
    QString text;
    text.reserve(decoded.size());
    for (const QChar c : decoded) {
        switch (m_state) {
        case State::Escape:
            // `[` begins a control sequence, `]` and some others a command with text of its own.
            m_state = c == u'['                                    ? State::Control
                : c == u']' || c == u'P' || c == u'^' || c == u'_' ? State::Command
                                                                   : State::Text;
            continue;
        case State::Control:
            if (c >= QChar(0x40) && c <= QChar(0x7e))
                m_state = State::Text;
            continue;
        case State::Command:
            if (c == QChar(0x07))
                m_state = State::Text;
            else if (c == QChar(0x1b))
                m_state = State::CommandEnd;
            continue;
        case State::CommandEnd:
            m_state = c == u'\\' ? State::Text : State::Command;
            continue;
        case State::Text:
            break;
        }
        if (c == QChar(0x1b)) {
            m_state = State::Escape;
        } else if (c == u'\r') {
            m_atReturn = true;
        } else if (c == u'\n' || c == u'\t' || c >= u' ') {
            if (m_atReturn && c != u'\n')
                text += u'\n';
            m_atReturn = false;
            text += c;
        }
    }
    return text;
}

} // namespace sharedserver
