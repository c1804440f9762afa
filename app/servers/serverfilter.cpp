#include "app/servers/serverfilter.h"

#include "app/servers/servermodel.h"

#include <algorithm>

namespace sharedserver {

ServerFilter::ServerFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSortRole(ServerModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
}

void ServerFilter::setText(const QString &text)
{
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool ServerFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_words.isEmpty())
        return true;
    const QString text =
        sourceModel()->index(row, 0, parent).data(ServerModel::FilterRole).toString();
    return std::all_of(m_words.cbegin(), m_words.cend(), [&](const QString &word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace sharedserver
