#pragma once

#include <QByteArray>
#include <QString>
#include <QStringDecoder>

namespace sharedserver {

/// What a terminal's key sequences and commands begin with (ECMA-48).
inline constexpr QChar kEscape(0x1b);

/// Makes text for people out of what a server prints, piece by piece: a character or an escape
/// sequence (ECMA-48) may be cut between two pieces.
///
/// Lines and tabs stay, and a carriage return within a line, as progress bars print it, ends that
/// line. Escape sequences are left out, and what else a terminal obeys (isDisplayCommand()) becomes
/// a question mark.
class LogText
{
public:
    enum class Colors { Dropped, Kept };

    explicit LogText(Colors colors = Colors::Dropped)
        : m_keepsColors(colors == Colors::Kept)
    {
    }
    /// What can be shown by now.
    QString add(const QByteArray &piece);
    /// Ends colours that are still on.
    QString finish() const;
    /// Begins anew, in the middle of something else.
    void clear();

private:
    /// Where in an escape sequence the text is.
    enum class State {
        Text,
        Escape, ///< behind the first character
        Control, ///< in a control sequence, which begins with `[`
        Command, ///< in a command with text of its own, such as a window's title
    };

    /// Whether this character belongs to the escape sequence that the text is in.
    bool takeSequence(QChar c, QString *shown);
    void takeText(QChar c, QString *shown);

    bool m_keepsColors;
    bool m_isColored = false;
    bool m_atReturn = false;
    State m_state = State::Text;
    QString m_sequence; ///< the control sequence so far
    QStringDecoder m_decoder{QStringDecoder::Utf8};
};

} // namespace sharedserver
