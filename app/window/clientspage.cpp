#include "app/window/clientspage.h"

#include "app/servers/servermodel.h"
#include "app/servers/tooltiptext.h"
#include "core/base/displaycommand.h"

#include <QLocale>

namespace sharedserver {

ClientsPage::ClientsPage(const ServerModel *model, QWidget *parent)
    : PlainList(parent)
    , m_model(model)
{
    setHeaderLabels({tr("PID"), tr("Program"), tr("Since"), tr("Metadata")});
    setAccessibleName(tr("Clients"));
    setAccessibleDescription(tr("The processes that use this server"));
}

void ClientsPage::setServer(const QString &name)
{
    m_name = name;
    refresh();
}

void ClientsPage::refresh()
{
    const qint64 current = currentItem() ? currentItem()->data(0, Qt::DisplayRole).toLongLong() : 0;
    clear();
    const ServerRow *server = m_model->find(m_name);
    if (!server)
        return;
    const QList<ClientRecord> clients = server->info.clients.clients();
    for (const ClientRecord &client : clients) {
        auto *item = new QTreeWidgetItem(this);
        item->setData(0, Qt::DisplayRole, client.process.pid);
        item->setText(1, printable(processName(client.process)));
        item->setText(
            2, QLocale().toString(client.attachedAt.time().toLocalTime(), QLocale::ShortFormat));
        item->setText(3, printable(client.metadata.value_or(QString())));
        item->setToolTip(3, toolTipText(item->text(3)));
        if (client.process.pid == current)
            setCurrentItem(item);
    }
    fitColumns();
}

} // namespace sharedserver
