#include "core/log/logmarker.h"

#include "core/process/filefront.h"
#include "core/process/wholetransfer.h"

#include <string>

namespace sharedserver {

namespace {

constexpr char kBegin[] = "--- sharedserver: older lines are in the file .1, this is byte ";
constexpr char kEnd[] = " ---";
constexpr qsizetype kDigits = 20;
// Beyond what any log ever had. A server may print such a line, and sums with it must not overflow.
constexpr qint64 kMostPosition = qint64(1) << 60;

constexpr qsizetype length(const char *text)
{
    return qsizetype(std::char_traits<char>::length(text));
}
static_assert(length(kBegin) + kDigits + length(kEnd) + 1 <= LogMarker::kLeastSize);

} // namespace

QByteArray LogMarker::text() const
{
    const QByteArray number = QByteArray::number(position).rightJustified(kDigits, '0');
    return (kBegin + number + kEnd).leftJustified(qsizetype(size) - 1, ' ') + '\n';
}

std::optional<LogMarker> LogMarker::at(int file, qint64 offset)
{
    QByteArray text = readAt(file, offset, kLeastSize);
    if (!text.startsWith(kBegin) || text.mid(length(kBegin) + kDigits, length(kEnd)) != kEnd)
        return {};
    if (!text.contains('\n'))
        text = readAt(file, offset, kMostSize);
    const qsizetype lineEnd = text.indexOf('\n');
    bool isNumber = false;
    const qint64 position = text.mid(length(kBegin), kDigits).toLongLong(&isNumber);
    if (lineEnd < 0 || !isNumber || position < 0 || position > kMostPosition)
        return {};
    return LogMarker{position, qint64(lineEnd) + 1};
}

LogLayout LogLayout::of(int file)
{
    LogLayout layout;
    layout.begin = platform::dataBegin(file);
    if (const auto marker = LogMarker::at(file, layout.begin)) {
        layout.base = marker->position - layout.begin;
        layout.begin += marker->size;
        layout.isContinued = true;
    }
    return layout;
}

} // namespace sharedserver
