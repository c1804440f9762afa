#pragma once

#include <QString>

namespace sharedserver {

/// Whether a terminal obeys this character instead of showing it: control characters, line ends of
/// Unicode, and what turns the direction of the text around, so that it reads as something else.
bool isDisplayCommand(QChar c);

/// `text` in one line and without such characters: what others have named, noted or printed, to be
/// shown on a terminal or in a window.
QString printable(const QString &text);
/// The same with its lines and tabs.
QString printableLines(const QString &text);

} // namespace sharedserver
