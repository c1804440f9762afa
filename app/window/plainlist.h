#pragma once

#include <QTreeWidget>

namespace sharedserver {

/// A list of rows in columns, without a tree's branches, with room between its rows.
class PlainList : public QTreeWidget
{
    Q_OBJECT
public:
    explicit PlainList(QWidget *parent = nullptr);

protected:
    /// Gives each column but the last as much room as its rows need, and some air.
    void fitColumns();
};

} // namespace sharedserver
