#include "app/window/historypage.h"

#include "app/servers/tooltiptext.h"
#include "core/base/displaycommand.h"
#include "core/base/timestamp.h"
#include "core/lockfile/invocationlog.h"
#include "core/supervisor/supervisor.h"

#include <QJsonObject>
#include <QLocale>
#include <QScrollBar>

#include <algorithm>
#include <span>

namespace sharedserver {

namespace {

QString timeOf(const Invocation &invocation)
{
    const auto time = Timestamp::parse(invocation.timestamp);
    return time ? QLocale().toString(time->time().toLocalTime(), QLocale::ShortFormat)
                : invocation.timestamp;
}

/// What the log has a word for, in the user's words.
struct Phrase
{
    const char *word;
    const char *text;
};

constexpr Phrase kRequests[] = {
    // Those are the names of the commands of old.
    {"incref", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "attach")},
    {"decref", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "detach")},
    {"start", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "start")},
    {"stop", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "stop")},
    {"restart", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "restart")},
    {"exit", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "end")},
    {"grace", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "end of the grace period")},
    {"ready", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "readiness")},
};

constexpr Phrase kRemarks[] = {
    {"client_pid", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "client PID %1")},
    {"server_pid", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "server PID %1")},
    {"watcher_pid", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "watcher PID %1")},
    {"new_refcount", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "clients: %1")},
    {"grace_period", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "grace period %1")},
    {"log_file", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "log file %1")},
    {"exit_code", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "exit code %1")},
    {"signal", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "signal %1")},
    {"state", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "state: %1")},
    {"reason", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "reason: %1")},
};

constexpr Phrase kValues[] = {
    {"active", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "active")},
    {"grace", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "grace period")},
    {"exited", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "ended by itself")},
    {"crashed", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "crashed")},
    {"stopped", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "stopped")},
    {"killed", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "killed")},
    {"restart", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "restart")},
    {"replaced", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "replaced")},
    {"unused", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "not used any more")},
    {"died", QT_TRANSLATE_NOOP("sharedserver::HistoryPage", "died")},
};

/// The user's words for one of the log; `otherwise` for one that is not known.
QString phraseFor(std::span<const Phrase> phrases, const QString &word, const QString &otherwise)
{
    for (const Phrase &phrase : phrases) {
        if (word == QLatin1String(phrase.word))
            return HistoryPage::tr(phrase.text);
    }
    return otherwise;
}

/// "server PID 4711, reason: grace period": what else was noted.
QString remarksOf(const Invocation &invocation)
{
    QStringList remarks;
    for (auto entry = invocation.metadata.begin(); entry != invocation.metadata.end(); ++entry) {
        // Start stamps tell processes apart, but no user anything; and some only say "yes".
        if (entry.key().endsWith(QLatin1String("start_time")) || entry->isBool())
            continue;
        const QString value = entry->toVariant().toString();
        if (value.isEmpty())
            continue;
        const QString unknown =
            QString(entry.key()).replace(QLatin1Char('_'), QLatin1Char(' ')) + QLatin1String(" %1");
        const bool isWord =
            entry.key() == QLatin1String("reason") || entry.key() == QLatin1String("state");
        remarks.append(phraseFor(kRemarks, entry.key(), unknown)
                           .arg(isWord ? phraseFor(kValues, value, value) : value));
    }
    return remarks.join(QStringLiteral(", "));
}

} // namespace

HistoryPage::HistoryPage(QWidget *parent)
    : PlainList(parent)
{
    setHeaderLabels({tr("Time"), tr("Request"), tr("Result"), tr("Remarks")});
    setAccessibleName(tr("History"));
    setAccessibleDescription(tr("What was asked of this server, newest first"));
}

void HistoryPage::setServer(const QString &name)
{
    clear();
    m_name = name;
    refresh();
}

void HistoryPage::showEvent(QShowEvent *event)
{
    PlainList::showEvent(event);
    refresh();
}

void HistoryPage::refresh()
{
    if (!isVisible())
        return;
    QList<Invocation> entries;
    if (m_supervisor && !m_name.isEmpty())
        entries = InvocationLog(m_supervisor->store().directory(), m_name).last(kMostEntries);
    // Whoever reads further down stays there.
    const int fromEnd = verticalScrollBar()->maximum() - verticalScrollBar()->value();
    const bool isAtTop = verticalScrollBar()->value() == 0;
    const int currentFromEnd =
        currentItem() ? topLevelItemCount() - indexOfTopLevelItem(currentItem()) : 0;
    clear();
    std::reverse(entries.begin(), entries.end());
    for (const Invocation &entry : std::as_const(entries)) {
        auto *item = new QTreeWidgetItem(this);
        item->setText(0, timeOf(entry));
        item->setText(1, phraseFor(kRequests, entry.command, entry.command));
        item->setText(2, entry.error ? *entry.error : tr("done"));
        item->setText(3, remarksOf(entry));
        for (int column = 0; column < 4; ++column)
            item->setText(column, printable(item->text(column)));
        for (int column = 1; column < 4; ++column)
            item->setToolTip(column, toolTipText(item->text(column)));
    }
    fitColumns();
    if (currentFromEnd > 0)
        setCurrentItem(topLevelItem(topLevelItemCount() - currentFromEnd));
    verticalScrollBar()->setValue(isAtTop ? 0 : verticalScrollBar()->maximum() - fromEnd);
}

} // namespace sharedserver
