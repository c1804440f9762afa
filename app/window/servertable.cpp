#include "app/window/servertable.h"

#include "app/servers/servermodel.h"

#include <QHeaderView>
#include <QKeyEvent>

namespace sharedserver {

ServerTable::ServerTable(ServerModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
{
    m_filter.setSourceModel(model);
    setModel(&m_filter);
    setAccessibleName(tr("Servers"));
    setAccessibleDescription(tr("All servers with their state; return shows one's details"));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setShowGrid(false);
    setAlternatingRowColors(true);
    setWordWrap(false);
    setTextElideMode(Qt::ElideMiddle);
    setSortingEnabled(true);
    sortByColumn(ServerModel::Name, Qt::AscendingOrder);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    horizontalHeader()->setSectionResizeMode(ServerModel::Name, QHeaderView::Stretch);
    horizontalHeader()->setMinimumSectionSize(48);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    const QList<QPair<int, int>> widths = {
        {ServerModel::State, 22},  {ServerModel::Pid, 9},    {ServerModel::Clients, 9},
        {ServerModel::Uptime, 13}, {ServerModel::Grace, 13}, {ServerModel::Cpu, 8},
        {ServerModel::Memory, 11},
    };
    for (const auto &[column, digits] : widths)
        setColumnWidth(column, digit * digits);

    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { emit chosenChanged(chosen()); });
    connect(this, &QTableView::doubleClicked, this, &ServerTable::opened);
    for (const auto event : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&m_filter, event, this, &ServerTable::chooseSomething);
    chooseSomething();
}

void ServerTable::setFilter(const QString &text)
{
    m_filter.setText(text);
}

QString ServerTable::chosen() const
{
    const QModelIndex current = currentIndex();
    return current.isValid() ? current.siblingAtColumn(ServerModel::Name).data().toString()
                             : QString();
}

void ServerTable::choose(const QString &name)
{
    const QModelIndex index =
        m_filter.mapFromSource(m_model->index(m_model->rowOf(name), ServerModel::Name));
    if (index.isValid()) {
        setCurrentIndex(index);
        scrollTo(index);
    }
}

/// There is always one whose details can be shown.
void ServerTable::chooseSomething()
{
    if (!currentIndex().isValid() && m_filter.rowCount() > 0)
        setCurrentIndex(m_filter.index(0, ServerModel::Name));
}

void ServerTable::keyPressEvent(QKeyEvent *event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isReturn && event->modifiers() == Qt::NoModifier && currentIndex().isValid())
        emit opened();
    else
        QTableView::keyPressEvent(event);
}

} // namespace sharedserver
