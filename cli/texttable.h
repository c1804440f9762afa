#pragma once

#include "cli/outputstyle.h"

#include <QList>
#include <QStringList>

#include <optional>

namespace sharedserver {

/// Rows of text under headings, each column as wide as its widest cell.
class TextTable
{
public:
    struct Cell
    {
        QString text;
        std::optional<Mark> mark = {}; ///< stands before the text
    };

    explicit TextTable(const QStringList &headings)
        : m_headings(headings)
    {
    }
    bool isEmpty() const { return m_rows.isEmpty(); }
    void addRow(const QList<Cell> &cells) { m_rows.append(cells); }

    /// Lines, each ending in a newline. Columns at the right that do not fit into `columns` any
    /// more are left out, but never the first `least`.
    QString toText(const OutputStyle &style, int columns, int least) const;

private:
    QList<int> widths() const;

    QStringList m_headings;
    QList<QList<Cell>> m_rows;
};

} // namespace sharedserver
