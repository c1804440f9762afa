// What servers print and what files hold cannot command a terminal, in whatever pieces it comes:
// of all control characters only line ends, tabs and colours are left.

#include "core/base/bytes.h"
#include "core/base/displaycommand.h"
#include "core/base/logtext.h"
#include "tests/fuzz/fuzz.h"

#include <QRegularExpression>

#include <algorithm>

using namespace sharedserver;

namespace {

bool isControl(QChar c)
{
    return isDisplayCommand(c) && c != QLatin1Char('\n') && c != QLatin1Char('\t');
}

bool isHarmless(const QByteArray &shown)
{
    static const QRegularExpression colour(QStringLiteral("\x1b\\[[0-9;:]*m"));
    const QString text = QString::fromUtf8(shown).remove(colour);
    return std::none_of(text.begin(), text.end(), isControl);
}

QByteArray inPieces(const QByteArray &input, bool withColors, qsizetype size)
{
    LogText text(withColors ? LogText::Colors::Kept : LogText::Colors::Dropped);
    QString shown;
    for (qsizetype at = 0; at < input.size(); at += size)
        shown += text.add(input.mid(at, size));
    return (shown + text.finish()).toUtf8();
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const QByteArray coloured = inPieces(input, true, std::max<qsizetype>(1, input.size()));
    const QByteArray plain = inPieces(input, false, std::max<qsizetype>(1, input.size()));
    HOLDS(isHarmless(coloured));
    HOLDS(!plain.contains('\x1b') && isHarmless(plain));
    HOLDS(!coloured.contains('\x1b') || coloured.endsWith("\x1b[0m"));
    for (const qsizetype size : {1, 2, 7}) {
        const QByteArray pieces = inPieces(input, true, size);
        HOLDS(isHarmless(pieces));
        // Of what is no text, a decoder may tell one replacement or two.
        HOLDS(pieces == coloured || !isValidUtf8(input));
    }

    const QString line = printable(QString::fromUtf8(input));
    HOLDS(std::none_of(line.begin(), line.end(), isControl));
    HOLDS(!line.contains(QLatin1Char('\n')) && !line.contains(QLatin1Char('\t')));
    HOLDS(line.size() == QString::fromUtf8(input).size());
}
