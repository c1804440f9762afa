#include "app/window/detailspane.h"

#include "app/servers/servermodel.h"
#include "app/window/clientspage.h"
#include "app/window/historypage.h"
#include "app/window/logview.h"
#include "app/window/overviewpage.h"

#include <QEvent>

namespace sharedserver {

DetailsPane::DetailsPane(ServerModel *model, QWidget *parent)
    : QTabWidget(parent)
    , m_model(model)
    , m_overview(new OverviewPage(model))
    , m_clients(new ClientsPage(model))
    , m_log(new LogView)
    , m_history(new HistoryPage)
{
    setDocumentMode(true);
    setAccessibleName(tr("Details of the server"));
    setAccessibleDescription(tr("Overview, clients, log and history of the chosen server"));
    addTab(m_overview, tr("&Overview"));
    addTab(m_clients, tr("Cl&ients"));
    addTab(m_log, tr("&Log"));
    addTab(m_history, tr("Histor&y"));
    connect(model, &ServerModel::serverChanged, this, [this](const QString &name) {
        if (name == m_name)
            refresh();
    });
}

bool DetailsPane::event(QEvent *event)
{
    // Whoever comes back to the window sees what happened meanwhile.
    if (event->type() == QEvent::WindowActivate)
        refresh();
    return QTabWidget::event(event);
}

void DetailsPane::follow(const Supervisor *supervisor)
{
    m_history->follow(supervisor);
}

void DetailsPane::setServer(const QString &name)
{
    if (name != m_name) {
        m_name = name;
        m_overview->setServer(name);
        m_clients->setServer(name);
        m_history->setServer(name);
    }
    refresh();
}

void DetailsPane::refresh()
{
    const ServerRow *server = m_model->find(m_name);
    setEnabled(server);
    m_overview->refresh();
    m_clients->refresh();
    m_history->refresh();
    m_log->setPath(server ? server->logPath() : QByteArray());
    const int clients = server ? server->info.clients.count() : 0;
    setTabText(indexOf(m_clients), clients > 0 ? tr("Cl&ients (%1)").arg(clients) : tr("Cl&ients"));
    if (server && isVisible() && isActiveWindow())
        m_model->markSeen(m_name);
}

void DetailsPane::showOverview()
{
    setCurrentWidget(m_overview);
}

void DetailsPane::showLog()
{
    setCurrentWidget(m_log);
    m_log->focusSearch();
}

} // namespace sharedserver
