#include "app/tray/trayicon.h"

#include "app/servers/servermodel.h"

#include <QMenu>

namespace sharedserver {

TrayIcon::TrayIcon(const ServerModel *model, QMenu *menu, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_menu(menu)
{
    m_updateSoon.setSingleShot(true);
    m_updateSoon.setInterval(0);
    connect(&m_updateSoon, &QTimer::timeout, this, &TrayIcon::update);
    connect(model, &ServerModel::serverChanged, &m_updateSoon, qOverload<>(&QTimer::start));
    connect(&m_finder, &TrayFinder::found, this, &TrayIcon::make);
    connect(&m_finder, &TrayFinder::missing, this, &TrayIcon::missing);
}

TrayIcon::~TrayIcon() = default;

void TrayIcon::make()
{
    m_icon = std::make_unique<QSystemTrayIcon>();
    m_icon->setContextMenu(m_menu);
    connect(m_icon.get(), &QSystemTrayIcon::messageClicked, this,
            [this] { emit messageClicked(m_messageServer); });
    connect(m_icon.get(), &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger)
                    emit activated();
            });
    m_shownState.reset();
    update();
    m_icon->show();
    emit appeared();
}

bool TrayIcon::hasMenuByDBus() const
{
#ifdef Q_OS_LINUX
    // What Qt has chosen, which need not be what was found first: some panels offer both kinds.
    return m_menu->platformMenu() != nullptr;
#else
    return false;
#endif
}

void TrayIcon::setTheme(IconTheme theme)
{
    if (theme == m_theme)
        return;
    m_theme = theme;
    m_shownState.reset();
    update();
}

void TrayIcon::update()
{
    if (!m_icon)
        return;
    const TrayState state = stateOf(*m_model);
    if (m_shownState != state)
        m_icon->setIcon(stateIcon(state, m_theme));
    m_shownState = state;
    const QString toolTip = toolTipOf(*m_model);
    if (m_icon->toolTip() != toolTip)
        m_icon->setToolTip(toolTip);
}

TrayState TrayIcon::stateOf(const ServerModel &model)
{
    auto state = TrayState::Idle;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.at(row).isTrouble())
            return TrayState::Trouble;
        const Look look = model.at(row).look();
        if (look == Look::Active)
            state = TrayState::Active;
        else if (look == Look::Grace && state == TrayState::Idle)
            state = TrayState::Grace;
    }
    return state;
}

QString TrayIcon::toolTipOf(const ServerModel &model)
{
    int running = 0;
    int inGrace = 0;
    int clients = 0;
    int inTrouble = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const ServerRow &server = model.at(row);
        running += server.info.isRunning() ? 1 : 0;
        inGrace += server.look() == Look::Grace ? 1 : 0;
        clients += server.info.isRunning() ? server.info.clients.count() : 0;
        inTrouble += server.isTrouble() ? 1 : 0;
    }
    QStringList parts;
    if (inTrouble > 0)
        parts.append(tr("%n server(s) in trouble", nullptr, inTrouble));
    if (running > 0) {
        parts.append(tr("%n server(s) running", nullptr, running));
        parts.append(tr("%n client(s)", nullptr, clients));
        if (inGrace > 0)
            parts.append(tr("%n in grace period", nullptr, inGrace));
    }
    if (parts.isEmpty())
        parts.append(tr("no server runs"));
    return tr("Shared servers: %1").arg(parts.join(QStringLiteral(", ")));
}

void TrayIcon::showMessage(const QString &server, const QString &title, const QString &text,
                           bool isTrouble)
{
    if (m_icon) {
        m_messageServer = server;
        m_icon->showMessage(title, text,
                            isTrouble ? QSystemTrayIcon::Warning : QSystemTrayIcon::Information);
    }
}

} // namespace sharedserver
