#include "core/supervisor/endreason.h"

namespace sharedserver {

QString endReasonWord(EndReason reason)
{
    switch (reason) {
    case EndReason::Exited:
        return QStringLiteral("exited");
    case EndReason::Crashed:
        return QStringLiteral("crashed");
    case EndReason::Stopped:
        return QStringLiteral("stopped");
    case EndReason::Killed:
        return QStringLiteral("killed");
    case EndReason::Grace:
        return QStringLiteral("grace");
    case EndReason::Restart:
        return QStringLiteral("restart");
    case EndReason::Replaced:
        return QStringLiteral("replaced");
    case EndReason::Unused:
        break;
    }
    return QStringLiteral("unused");
}

} // namespace sharedserver
