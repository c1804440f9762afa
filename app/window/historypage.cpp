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

namespace sharedserver {

namespace {

QString timeOf(const Invocation &invocation)
{
    const auto time = Timestamp::parse(invocation.timestamp);
    return time ? QLocale().toString(time->time().toLocalTime(), QLocale::ShortFormat)
                : invocation.timestamp;
}

/// The log has the names of the commands of old.
QString requestOf(const Invocation &invocation)
{
    if (invocation.command == QLatin1String("incref"))
        return QStringLiteral("attach");
    if (invocation.command == QLatin1String("decref"))
        return QStringLiteral("detach");
    return invocation.command;
}

/// "server pid 4711, reason grace": what else was noted, in plain words.
QString remarksOf(const Invocation &invocation)
{
    QStringList remarks;
    for (auto entry = invocation.metadata.begin(); entry != invocation.metadata.end(); ++entry) {
        // Start stamps tell processes apart, but no user anything.
        if (entry.key().endsWith(QLatin1String("start_time")))
            continue;
        const QString value = entry->toVariant().toString();
        if (!value.isEmpty())
            remarks.append(QString(entry.key()).replace(QLatin1Char('_'), QLatin1Char(' '))
                           + QLatin1Char(' ') + value);
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
        item->setText(1, requestOf(entry));
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
