#include "app/servers/timetext.h"

#include <QCoreApplication>
#include <QLocale>

namespace sharedserver {

namespace {

struct Unit
{
    qint64 seconds;
    const char *text;
};

constexpr Unit kUnits[] = {
    {86400, QT_TRANSLATE_NOOP("TimeText", "%1 d")},
    {3600, QT_TRANSLATE_NOOP("TimeText", "%1 h")},
    {60, QT_TRANSLATE_NOOP("TimeText", "%1 min")},
    {1, QT_TRANSLATE_NOOP("TimeText", "%1 s")},
};

QString inUnits(std::chrono::milliseconds span, int most)
{
    qint64 left = std::max<qint64>(0, span.count() / 1000);
    QString text;
    for (const Unit &unit : kUnits) {
        const qint64 count = left / unit.seconds;
        left %= unit.seconds;
        const bool isLast = unit.seconds == 1;
        if (text.isEmpty() && count == 0 && !isLast)
            continue;
        if (!text.isEmpty()) {
            if (count == 0)
                break;
            text += QLatin1Char(' ');
        }
        text += QCoreApplication::translate("TimeText", unit.text).arg(QLocale().toString(count));
        if (--most == 0)
            break;
    }
    return text;
}

} // namespace

QString timeText(std::chrono::milliseconds span)
{
    return inUnits(span, 2);
}

QString coarseTimeText(std::chrono::milliseconds span)
{
    return inUnits(span, 1);
}

} // namespace sharedserver
