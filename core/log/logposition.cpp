#include "core/log/logposition.h"

#include "core/base/bytes.h"
#include "core/log/logtimes.h"

#include <algorithm>

namespace sharedserver {

std::optional<LogStart> findLogStart(const QByteArray &path, const LogSelection &selection)
{
    const auto chain = LogChain::open(path, LogChain::kPatience);
    if (!chain)
        return {};
    LogStart start{{chain->identity(), chain->begin()}};
    if (selection.sinceMs) {
        const auto place = LogTimes::placeAt(selection.timesPath, chain->identity(),
                                             *selection.sinceMs, chain->begin());
        if (chain->changedAtMs() < *selection.sinceMs)
            start.position.place = chain->end();
        else if (place)
            start.position.place = chain->nextLine(std::min(*place, chain->end()));
        else
            start.isTimeKnown = false;
    }
    if (selection.lines)
        start.position.place = std::max(start.position.place, chain->lastLines(*selection.lines));
    return start;
}

void addLogTail(ServerInfo *info)
{
    const qint64 from = info->record ? info->record->logOffset : 0;
    if (info->lastExit && info->lastExit->isFailure() && !info->lastLog.isEmpty())
        info->logTail = logTail(info->lastLog, kShownLogLines, from);
}

QStringList logTail(const QByteArray &path, int lines, qint64 from)
{
    // JSON writes a byte as six at the most, and a line of the protocol has room for 1 MiB.
    constexpr qint64 kMostBytes = 128 * 1024;
    const auto chain = LogChain::open(path);
    if (!chain)
        return {};
    qint64 place = std::max(chain->lastLines(lines), from);
    if (place < chain->end() - kMostBytes)
        place = chain->nextLine(chain->end() - kMostBytes);
    QByteArray text;
    while (place + text.size() < chain->end()) {
        const QByteArray part = chain->read(place + text.size(), kMostBytes);
        if (part.isEmpty())
            break;
        text += part;
    }
    if (text.endsWith('\n'))
        text.chop(1);
    QStringList tail;
    if (text.isEmpty())
        return tail;
    const QByteArrayList all = text.split('\n');
    for (const QByteArray &line : all)
        tail.append(displayText(line));
    return tail;
}

} // namespace sharedserver
