#include "core/base/timestamp.h"

#include <algorithm>

namespace sharedserver {

namespace {

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

/// Whether `text` is `shape` with any digits in the places of the zeros.
bool hasShape(QStringView text, QStringView shape)
{
    const auto fits = [](QChar c, QChar wanted) {
        return wanted == QLatin1Char('0') ? isDigit(c) : c == wanted;
    };
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), fits);
}

int number(QStringView text, qsizetype at, qsizetype length)
{
    int value = 0;
    for (qsizetype i = at; i < at + length; ++i)
        value = value * 10 + text[i].digitValue();
    return value;
}

/// Seconds east of UTC, or nothing where it is no offset.
std::optional<int> offsetSeconds(QStringView text)
{
    if (text == u"Z" || text == u"z")
        return 0;
    if (!hasShape(text, u"+00:00") && !hasShape(text, u"-00:00"))
        return {};
    const int hours = number(text, 1, 2);
    const int minutes = number(text, 4, 2);
    if (hours > 23 || minutes > 59)
        return {};
    return (hours * 60 + minutes) * (text.front() == QLatin1Char('-') ? -60 : 60);
}

} // namespace

Timestamp::Timestamp(const QDateTime &time)
    : m_time(time.toUTC())
    , m_text(m_time.toString(Qt::ISODateWithMs))
{
}

std::optional<Timestamp> Timestamp::parse(const QString &text)
{
    // Not QDateTime::fromString: it takes other separators, and times without seconds, and is slow
    // where there are thousands to read.
    constexpr qsizetype kSecondsEnd = 19;
    const QStringView view(text);
    const QStringView seconds = view.left(kSecondsEnd);
    if (!hasShape(seconds, u"0000-00-00T00:00:00") && !hasShape(seconds, u"0000-00-00t00:00:00"))
        return {};
    // Milliseconds are kept; other tools write nanoseconds.
    int milliseconds = 0;
    qsizetype zone = kSecondsEnd;
    if (text.size() > zone && text[zone] == QLatin1Char('.')) {
        int weight = 100;
        for (++zone; zone < text.size() && isDigit(text[zone]); ++zone, weight /= 10)
            milliseconds += text[zone].digitValue() * weight;
        if (zone == kSecondsEnd + 1)
            return {};
    }
    const auto offset = offsetSeconds(view.mid(zone));
    const QDate date(number(view, 0, 4), number(view, 5, 2), number(view, 8, 2));
    const QTime time(number(view, 11, 2), number(view, 14, 2), number(view, 17, 2), milliseconds);
    if (!offset || !date.isValid() || !time.isValid())
        return {};
    Timestamp timestamp;
    timestamp.m_time = QDateTime(date, time, Qt::UTC).addSecs(-*offset);
    timestamp.m_text = text;
    return timestamp;
}

} // namespace sharedserver
