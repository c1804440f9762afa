#include "app/window/historypage.h"

#include "core/base/timestamp.h"
#include "core/lockfile/invocationlog.h"
#include "core/supervisor/supervisor.h"

#include <QHeaderView>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace sharedserver {

namespace {

QString timeOf(const Invocation &invocation)
{
    const auto time = Timestamp::parse(invocation.timestamp);
    return time ? QLocale().toString(time->time().toLocalTime(), QLocale::ShortFormat)
                : invocation.timestamp;
}

/// "pid 4711, reason grace": what else was noted, in plain words.
QString remarksOf(const Invocation &invocation)
{
    QStringList remarks;
    for (auto entry = invocation.metadata.begin(); entry != invocation.metadata.end(); ++entry) {
        const QString value = entry->toVariant().toString();
        if (!value.isEmpty())
            remarks.append(entry.key() + QLatin1Char(' ') + value);
    }
    return remarks.join(QStringLiteral(", "));
}

} // namespace

HistoryPage::HistoryPage(QWidget *parent)
    : QTreeWidget(parent)
{
    setHeaderLabels({tr("Time"), tr("Request"), tr("Result"), tr("Remarks")});
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setFrameShape(QFrame::NoFrame);
    header()->setStretchLastSection(true);
    setAccessibleName(tr("History"));
    setAccessibleDescription(tr("What was asked of this server, newest first"));
}

void HistoryPage::setServer(const QString &name)
{
    m_name = name;
    refresh();
}

void HistoryPage::showEvent(QShowEvent *event)
{
    QTreeWidget::showEvent(event);
    refresh();
}

void HistoryPage::refresh()
{
    if (!isVisible())
        return;
    clear();
    if (!m_supervisor || m_name.isEmpty())
        return;
    QList<Invocation> entries =
        InvocationLog(m_supervisor->store().directory(), m_name).last(kMostEntries);
    std::reverse(entries.begin(), entries.end());
    for (const Invocation &entry : std::as_const(entries)) {
        auto *item = new QTreeWidgetItem(this);
        item->setText(0, timeOf(entry));
        item->setText(1, entry.command);
        item->setText(2, entry.error ? *entry.error : tr("done"));
        item->setText(3, remarksOf(entry));
        for (int column = 1; column < 4; ++column)
            item->setToolTip(column, item->text(column).toHtmlEscaped());
    }
    for (int column = 0; column < 3; ++column)
        resizeColumnToContents(column);
}

} // namespace sharedserver
