#include "core/supervisor/restartbackoff.h"

#include <algorithm>

namespace sharedserver {

std::optional<std::chrono::milliseconds> RestartBackoff::next(std::chrono::milliseconds life)
{
    if (life >= kLongLife)
        m_inARow = 0;
    if (m_inARow >= kMostInARow)
        return {};
    return std::min(kFirstPause * (1 << m_inARow++), kLongestPause);
}

} // namespace sharedserver
