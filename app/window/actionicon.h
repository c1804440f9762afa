#pragma once

#include <QIcon>

namespace sharedserver {

enum class ActionSign { Add, Start, Stop, Restart, Kill, Log, Copy, Details, Forget };

/// A simple sign in the colour of the palette's text. Themes of icons are not on every desktop, and
/// some hand out pictures that show nothing.
QIcon actionIcon(ActionSign sign, const QPalette &palette);

} // namespace sharedserver
