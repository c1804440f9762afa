#include "core/base/duration.h"

#include <QStringList>

#include <cstring>

namespace sharedserver {

namespace {

struct Unit
{
    const char *word;
    qint64 milliseconds;
};

// Longest first, because "ms" begins like "m".
constexpr Unit kUnits[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}, {"d", 24 * 60 * 60 * 1000},
};

Failure notADuration(const QString &text)
{
    return failure(
        Error::Kind::Usage,
        QStringLiteral("'%1' is not a duration. Write it like 30s, 5m, 1h or 2h30m.").arg(text));
}

} // namespace

Result<Duration> Duration::parse(const QString &text)
{
    QString rest = text.toLower();
    rest.remove(QLatin1Char(' '));
    qint64 total = 0;
    qsizetype at = 0;
    while (at < rest.size()) {
        qint64 number = 0;
        const qsizetype numberStart = at;
        for (; at < rest.size() && rest[at] >= QLatin1Char('0') && rest[at] <= QLatin1Char('9');
             ++at) {
            if (__builtin_mul_overflow(number, 10, &number)
                || __builtin_add_overflow(number, rest[at].digitValue(), &number))
                return notADuration(text);
        }
        const QStringView tail = QStringView(rest).sliced(at);
        const Unit *unit = nullptr;
        for (const Unit &candidate : kUnits) {
            if (tail.startsWith(QLatin1String(candidate.word))) {
                unit = &candidate;
                break;
            }
        }
        qint64 span = 0;
        if (at == numberStart || !unit || __builtin_mul_overflow(number, unit->milliseconds, &span)
            || __builtin_add_overflow(total, span, &total))
            return notADuration(text);
        at += qsizetype(strlen(unit->word));
    }
    // A century is longer than anybody means, and far below where clocks overflow.
    constexpr qint64 kLongest = qint64(100) * 366 * 24 * 60 * 60 * 1000;
    if (total == 0 || total > kLongest)
        return notADuration(text);
    Duration duration;
    duration.m_value = std::chrono::milliseconds(total);
    duration.m_text = text;
    return duration;
}

QString humanDuration(std::chrono::milliseconds span)
{
    const qint64 seconds = span.count() / 1000;
    if (span.count() < 1000)
        return QStringLiteral("%1ms").arg(span.count());
    const qint64 parts[] = {seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60};
    constexpr const char *names[] = {"d", "h", "m", "s"};
    QStringList shown;
    for (int i = 0; i < 4 && shown.size() < 2; ++i) {
        if (parts[i] > 0)
            shown.append(QString::number(parts[i]) + QLatin1String(names[i]));
        else if (!shown.isEmpty())
            break;
    }
    return shown.join(QLatin1Char(' '));
}

} // namespace sharedserver
