#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QSet>
#include <QString>

#include <deque>
#include <optional>

namespace sharedserver {

/// A place in the events of a watcher and its successors.
struct EventCursor
{
    QString epoch; ///< empty: of whatever watcher it is
    qint64 sequence = 0;
};

/// The last events of a watcher, for those who want to know what has happened.
///
/// They are numbered from 1 on. A number means something only together with the *epoch*, a word
/// that is new for each watcher which begins without a predecessor; one that takes over goes on
/// with the epoch, the numbers and the events of the one before it.
class EventHistory
{
public:
    static constexpr size_t kMostEvents = 1000;
    static constexpr qsizetype kMostBytes = 1024 * 1024;

    EventHistory();

    QString epoch() const { return m_epoch; }
    /// The number of the last event.
    qint64 sequence() const { return m_sequence; }

    /// Numbers an event, keeps it, and returns it as a line of the protocol.
    QByteArray add(const QString &event, const QString &serverName, const QJsonObject &params,
                   const QDateTime &now);

    struct Replay
    {
        QList<QByteArray> lines;
        /// False where some are not kept any more, or the cursor is another epoch's: then all that
        /// are kept are in it.
        bool isComplete = true;
    };
    /// What has happened since, to these servers; to all where `names` is empty.
    Replay since(const EventCursor &cursor, const QSet<QString> &names) const;

    /// For a successor, with as many of the last events as fit.
    QJsonObject toJson(qsizetype mostBytes) const;
    /// Goes on where a predecessor has ended.
    void goOn(const QJsonObject &predecessor);

private:
    struct Entry
    {
        qint64 sequence;
        QString serverName;
        QByteArray line;
    };
    void keep(Entry entry);

    QString m_epoch;
    qint64 m_sequence = 0;
    std::deque<Entry> m_entries;
    qsizetype m_size = 0;
};

} // namespace sharedserver
