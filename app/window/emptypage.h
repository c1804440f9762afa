#pragma once

#include <QWidget>

namespace sharedserver {

/// What stands in the table's place as long as there are no servers: how to begin.
class EmptyPage : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyPage(QWidget *parent = nullptr);

signals:
    void addAsked();
};

} // namespace sharedserver
