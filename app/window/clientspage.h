#pragma once

#include "app/window/plainlist.h"

namespace sharedserver {

class ServerModel;

/// Who uses one server: pid, program, since when, and what it says of itself.
class ClientsPage : public PlainList
{
    Q_OBJECT
public:
    explicit ClientsPage(const ServerModel *model, QWidget *parent = nullptr);

    void setServer(const QString &name);
    void refresh();

private:
    const ServerModel *m_model;
    QString m_name;
};

} // namespace sharedserver
