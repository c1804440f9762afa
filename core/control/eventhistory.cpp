#include "core/control/eventhistory.h"

#include "core/control/protocol.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

#include <utility>

namespace sharedserver {

EventHistory::EventHistory()
    : m_epoch(QStringLiteral("%1").arg(QRandomGenerator::system()->generate64(), 16, 16,
                                       QLatin1Char('0')))
{
}

QByteArray EventHistory::add(const QString &event, const QString &serverName,
                             const QJsonObject &params, const QDateTime &now)
{
    ++m_sequence;
    QJsonObject all = params;
    all.insert(QStringLiteral("epoch"), m_epoch);
    all.insert(QStringLiteral("sequence"), m_sequence);
    all.insert(QStringLiteral("time"), double(now.toMSecsSinceEpoch()) / 1000);
    const QByteArray line = protocol::line(protocol::notification(event, all));
    keep({m_sequence, serverName, line});
    return line;
}

void EventHistory::keep(Entry entry)
{
    m_size += entry.line.size();
    m_entries.push_back(std::move(entry));
    while (m_entries.size() > kMostEvents || m_size > kMostBytes) {
        m_size -= m_entries.front().line.size();
        m_entries.pop_front();
    }
}

EventHistory::Replay EventHistory::since(const EventCursor &cursor,
                                         const QSet<QString> &names) const
{
    Replay replay;
    const bool isOurs =
        (cursor.epoch.isEmpty() || cursor.epoch == m_epoch) && cursor.sequence <= m_sequence;
    const qint64 after = isOurs ? cursor.sequence : 0;
    const qint64 firstKept = m_entries.empty() ? m_sequence + 1 : m_entries.front().sequence;
    replay.isComplete = isOurs && after + 1 >= firstKept;
    for (const Entry &entry : m_entries) {
        if (entry.sequence > after && (names.isEmpty() || names.contains(entry.serverName)))
            replay.lines.append(entry.line);
    }
    return replay;
}

QJsonObject EventHistory::toJson(qsizetype mostBytes) const
{
    auto first = m_entries.end();
    for (qsizetype size = 0; first != m_entries.begin(); --first) {
        size += std::prev(first)->line.size();
        if (size > mostBytes)
            break;
    }
    QJsonArray events;
    for (auto entry = first; entry != m_entries.end(); ++entry)
        events.append(QJsonDocument::fromJson(entry->line).object());
    return {{QStringLiteral("epoch"), m_epoch},
            {QStringLiteral("sequence"), m_sequence},
            {QStringLiteral("last"), events}};
}

void EventHistory::goOn(const QJsonObject &predecessor)
{
    const QString epoch = predecessor.value(QLatin1String("epoch")).toString();
    if (epoch.isEmpty())
        return; // one that has none
    m_epoch = epoch;
    m_sequence = predecessor.value(QLatin1String("sequence")).toInteger();
    m_entries.clear();
    m_size = 0;
    const QJsonArray events = predecessor.value(QLatin1String("last")).toArray();
    for (const QJsonValue &event : events) {
        const QJsonObject params = event[QLatin1String("params")].toObject();
        keep({params.value(QLatin1String("sequence")).toInteger(),
              params.value(QLatin1String("server"))[QLatin1String("name")].toString(),
              protocol::line(event.toObject())});
    }
}

} // namespace sharedserver
