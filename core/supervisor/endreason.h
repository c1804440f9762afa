#pragma once

#include <QString>

namespace sharedserver {

/// Why a server ends, or has ended.
enum class EndReason {
    Exited, ///< by itself, successfully
    Crashed, ///< by itself, not so
    Stopped, ///< somebody asked for it
    Killed,
    Grace, ///< nobody came in its grace period
    Restart, ///< its successor follows
    Replaced, ///< another live server stands in its files
    Unused, ///< nobody was left who wanted it started again
};

/// `exited`, `crashed`, …: as events and the history tell it.
QString endReasonWord(EndReason reason);

} // namespace sharedserver
