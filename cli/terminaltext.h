#pragma once

#include <QByteArray>
#include <QString>
#include <QStringDecoder>

namespace sharedserver {

/// What a terminal's key sequences and commands begin with (ECMA-48).
inline constexpr QChar kEscape(0x1b);

/// What a server prints, made harmless for a terminal as it comes in, piece by piece: lines and
/// colours stay, everything else that terminals obey goes.
class TerminalText
{
public:
    /// Without `withColors` they go as well.
    explicit TerminalText(bool withColors)
        : m_withColors(withColors)
    {
    }
    /// What can be shown by now; an escape sequence that is not complete yet is kept back.
    QByteArray add(const QByteArray &piece);
    /// Ends colours that are still on.
    QByteArray finish();

private:
    /// Reads the sequence at `at`, and passes over it; false where it is not complete.
    bool takeSequence(qsizetype *at, QString *shown);

    bool m_withColors;
    bool m_isColored = false;
    QStringDecoder m_decoder{QStringDecoder::Utf8};
    QString m_rest;
};

} // namespace sharedserver
