#include "core/base/timestamp.h"

#include <QTimeZone>

namespace sharedserver {

Timestamp::Timestamp(const QDateTime &time)
    : m_time(time.toUTC())
    , m_text(m_time.toString(Qt::ISODateWithMs))
{
}

std::optional<Timestamp> Timestamp::parse(const QString &text)
{
    // Qt reads fractions to the millisecond; other tools write nanoseconds.
    QString readable = text;
    const qsizetype dot = text.indexOf(QLatin1Char('.'));
    if (dot >= 0) {
        qsizetype end = dot + 1;
        while (end < text.size() && text[end] >= QLatin1Char('0') && text[end] <= QLatin1Char('9'))
            ++end;
        if (end == dot + 1)
            return {};
        readable = text.left(std::min(end, dot + 4)) + text.mid(end);
    }
    const bool hasOffset = readable.endsWith(QLatin1Char('Z')) || readable.endsWith(QLatin1Char('z'))
        || (readable.size() > 6 && readable[readable.size() - 3] == QLatin1Char(':')
            && QStringView(u"+-").contains(readable[readable.size() - 6]));
    const QDateTime time = QDateTime::fromString(readable, Qt::ISODateWithMs);
    if (!hasOffset || !time.isValid())
        return {};
    Timestamp timestamp;
    timestamp.m_time = time.toUTC();
    timestamp.m_text = text;
    return timestamp;
}

} // namespace sharedserver
