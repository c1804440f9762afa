#pragma once

#include "core/base/error.h"

namespace sharedserver {

/// Whether the tray starts when the user logs in: by an entry in `$XDG_CONFIG_HOME/autostart` (XDG
/// Desktop Application Autostart specification), on macOS by a LaunchAgent of the user's
/// (launchd.plist(5)). An entry of the system's, below `$XDG_CONFIG_DIRS`, is the preset, which the
/// user's own overrides.
namespace autostart {

bool isOn();
/// Writes or removes the user's entry, which starts this very program without options, so that the
/// settings say whether its window opens. Where the system's is on, switching off leaves one that
/// says so.
Result<void> set(bool on);

} // namespace autostart

} // namespace sharedserver
