#pragma once

#include <QSortFilterProxyModel>

namespace sharedserver {

/// The servers whose name, state or command holds every word of a text, in the order of a column.
class ServerFilter : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit ServerFilter(QObject *parent = nullptr);

    void setText(const QString &text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
};

} // namespace sharedserver
