#pragma once

#include <QChar>

namespace sharedserver {

/// Whether a terminal obeys this character instead of showing it: control characters, line ends of
/// Unicode, and what turns the direction of the text around, so that it reads as something else.
bool isDisplayCommand(QChar c);

} // namespace sharedserver
