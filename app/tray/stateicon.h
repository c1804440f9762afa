#pragma once

#include "app/servers/serverrow.h"

#include <QIcon>

namespace sharedserver {

/// What the tray icon tells at a glance.
enum class TrayState { Idle, Active, Grace, Trouble };

/// Which panel the icon is for. Automatic suits both, and on macOS the menu bar's own colour.
enum class IconTheme { Automatic, LightForDarkPanels, DarkForLightPanels };

/// The tray's picture: a stack of servers, and in its corner nothing, a disc, a ring with hands or
/// a triangle. So a state is told by its shape, and its colour only says it again.
QIcon stateIcon(TrayState state, IconTheme theme);

/// The same signs alone, for lists.
QIcon lookIcon(Look look);

/// The program's own picture.
QIcon programIcon();

} // namespace sharedserver
