#pragma once

#include <QString>

#include <chrono>

namespace sharedserver {

/// A time span in the user's language, two units at the most: "45 s", "2 h 15 min", "3 d 4 h".
QString timeText(std::chrono::milliseconds span);
/// The same in its largest unit alone, which changes seldom: "45 s", "2 h", "3 d".
QString coarseTimeText(std::chrono::milliseconds span);

} // namespace sharedserver
