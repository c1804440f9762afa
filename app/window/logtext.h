#pragma once

#include <QByteArray>
#include <QStringDecoder>

namespace sharedserver {

/// Makes text to show out of what a server prints, piece by piece: a character or an escape
/// sequence (ECMA-48) may be cut between two pieces. Colours and cursor movements are left out, and
/// a carriage return within a line, as progress bars print it, ends that line.
class LogText
{
public:
    QString add(const QByteArray &piece);
    void clear();

private:
    enum class State { Text, Escape, Control, Command, CommandEnd };

    QStringDecoder m_decoder{QStringDecoder::Utf8};
    State m_state = State::Text;
    bool m_atReturn = false;
};

} // namespace sharedserver
