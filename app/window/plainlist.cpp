#include "app/window/plainlist.h"

#include <QHeaderView>
#include <QStyledItemDelegate>

namespace sharedserver {

namespace {

constexpr int kColumnAir = 16;

class RoomyRows : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.setHeight(std::max(size.height(), option.fontMetrics.height() * 3 / 2));
        return size;
    }
};

} // namespace

PlainList::PlainList(QWidget *parent)
    : QTreeWidget(parent)
{
    setItemDelegate(new RoomyRows(this));
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setFrameShape(QFrame::NoFrame);
    header()->setStretchLastSection(true);
}

void PlainList::fitColumns()
{
    for (int column = 0; column + 1 < columnCount(); ++column) {
        resizeColumnToContents(column);
        setColumnWidth(column, columnWidth(column) + kColumnAir);
    }
}

} // namespace sharedserver
