#pragma once

#include "app/servers/serverfilter.h"

#include <QTableView>

namespace sharedserver {

class ServerModel;

/// The table of servers, one of which is chosen.
class ServerTable : public QTableView
{
    Q_OBJECT
public:
    explicit ServerTable(ServerModel *model, QWidget *parent = nullptr);

    void setFilter(const QString &text);
    /// Empty where none is chosen.
    QString chosen() const;
    void choose(const QString &name);

signals:
    void chosenChanged(const QString &name);
    /// By double click or the return key.
    void opened();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void chooseSomething();

    ServerModel *m_model;
    ServerFilter m_filter;
};

} // namespace sharedserver
