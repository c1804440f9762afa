#pragma once

#include <chrono>
#include <optional>

namespace sharedserver {

/// How long to pause before a server that ended by itself is started again: twice as long each
/// time, until it is given up. A long life between two ends makes good for what was before.
class RestartBackoff
{
public:
    static constexpr std::chrono::milliseconds kFirstPause{500};
    static constexpr std::chrono::milliseconds kLongestPause{30000};
    static constexpr std::chrono::milliseconds kLongLife{60000};
    static constexpr int kMostInARow = 8;

    /// `inARow`: how many restarts in a row there were already.
    explicit RestartBackoff(int inARow = 0)
        : m_inARow(inARow)
    {
    }

    /// The pause after a life of that length, which counts as one more restart; nothing where there
    /// were too many.
    std::optional<std::chrono::milliseconds> next(std::chrono::milliseconds life);
    int inARow() const { return m_inARow; }

private:
    int m_inARow;
};

} // namespace sharedserver
