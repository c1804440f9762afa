#include "app/tray/traymenu.h"

#include "app/servers/serveractions.h"
#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "app/servers/timetext.h"
#include "app/tray/stateicon.h"

#include <algorithm>

namespace sharedserver {

namespace {

// Some panels never say that they have closed the menu.
constexpr int kMostTicks = 120;

} // namespace

TrayMenu::TrayMenu(ServerModel *model, ServerCommands *commands, QWidget *parent)
    : QMenu(parent)
    , m_model(model)
    , m_commands(commands)
    , m_none(addAction(tr("No servers yet")))
    , m_more(addAction(tr("More in the Window…"), this, &TrayMenu::windowAsked))
{
    m_none->setEnabled(false);
    addSeparator();
    addAction(tr("&Add Server…"), this, &TrayMenu::addAsked);
    m_stopAll = addAction(tr("Stop A&ll"), commands, &ServerCommands::stopAll);
    addSeparator();
    setDefaultAction(addAction(tr("&Open Window"), this, &TrayMenu::windowAsked));
    addAction(tr("&Settings…"), this, &TrayMenu::settingsAsked);
    addSeparator();
    addAction(tr("&Quit…"), this, &TrayMenu::quitAsked);

    m_arrangeSoon.setSingleShot(true);
    m_arrangeSoon.setInterval(0);
    m_tick.setInterval(std::chrono::seconds(1));
    connect(&m_arrangeSoon, &QTimer::timeout, this, &TrayMenu::arrange);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        updateAll();
        if (++m_ticks >= kMostTicks)
            handleClosed();
    });
    connect(model, &ServerModel::serverChanged, this, &TrayMenu::handleChange);
    connect(this, &QMenu::aboutToShow, this, &TrayMenu::handleOpened);
    connect(this, &QMenu::aboutToHide, this, &TrayMenu::handleClosed);
    arrange();
}

TrayMenu::~TrayMenu() = default;

void TrayMenu::setShownByDBus(bool byDBus)
{
    m_isShownByDBus = byDBus;
    updateAll();
}

/// A name shows as it is, nothing in it makes a shortcut; of a very long one both ends.
QString TrayMenu::shownName(QString name) const
{
    constexpr qsizetype kMost = 40;
    if (name.size() > kMost)
        name = name.left(kMost / 2) + QChar(0x2026) + name.right(kMost / 2 - 1);
    // There `_` marks a shortcut and `__` is one `_`, which Qt does not know of
    // (qdbusmenutypes.cpp).
    if (m_isShownByDBus)
        name.replace(QLatin1Char('_'), QLatin1String("__"));
    return name.replace(QLatin1Char('&'), QLatin1String("&&"));
}

void TrayMenu::handleOpened()
{
    arrange();
    m_ticks = 0;
    m_tick.start();
}

void TrayMenu::handleClosed()
{
    m_tick.stop();
    m_arrangeSoon.start();
}

void TrayMenu::handleChange(const QString &name)
{
    if (!m_tick.isActive()) {
        m_arrangeSoon.start();
        return;
    }
    const bool isNew = m_model->find(name) && !m_entries.contains(name);
    if (isNew && m_entries.size() < kMostServers) {
        addEntry(name, m_more);
        m_order.append(name);
    }
    updateEntry(name);
    updateCommon();
}

/// Those that run or are in trouble first, because there may be more than fit.
QStringList TrayMenu::wantedOrder() const
{
    QStringList first;
    QStringList others;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const ServerRow &server = m_model->at(row);
        (server.info.isRunning() || server.isTrouble() ? first : others).append(server.info.name);
    }
    return (first + others).mid(0, kMostServers);
}

void TrayMenu::arrange()
{
    const QStringList wanted = wantedOrder();
    if (wanted != m_order) {
        for (const QString &name : std::as_const(m_order)) {
            removeAction(m_entries.value(name)->menuAction());
            if (!wanted.contains(name))
                m_entries.take(name)->deleteLater();
        }
        for (const QString &name : wanted) {
            if (QMenu *known = m_entries.value(name))
                insertMenu(m_more, known);
            else
                addEntry(name, m_more);
        }
        m_order = wanted;
    }
    updateAll();
}

QMenu *TrayMenu::addEntry(const QString &name, QAction *before)
{
    auto *menu = new QMenu(this);
    auto *server = new ServerActions(m_model, m_commands, menu);
    server->setServer(name);
    const QList<QAction *> all = server->actions();
    for (QAction *action : all) {
        if (action)
            menu->addAction(action);
        else
            menu->addSeparator();
    }
    connect(server, &ServerActions::killAsked, this, &TrayMenu::killAsked);
    connect(server, &ServerActions::logAsked, this, &TrayMenu::logAsked);
    connect(server, &ServerActions::detailsAsked, this, &TrayMenu::detailsAsked);
    m_entries.insert(name, menu);
    insertMenu(before, menu);
    return menu;
}

void TrayMenu::updateAll()
{
    for (const QString &name : std::as_const(m_order))
        updateEntry(name);
    updateCommon();
}

void TrayMenu::updateEntry(const QString &name)
{
    QMenu *menu = m_entries.value(name);
    if (!menu)
        return;
    const ServerRow *server = m_model->find(name);
    menu->menuAction()->setEnabled(server);
    if (!server)
        return;
    QStringList parts{server->stateText()};
    if (server->info.isRunning()) {
        parts.append(tr("%n client(s)", nullptr, server->info.clients.count()));
        parts.append(coarseTimeText(server->info.uptime(m_model->now())));
    }
    const QString title =
        QStringLiteral("%1 — %2").arg(shownName(name), parts.join(QStringLiteral(", ")));
    if (menu->title() == title)
        return;
    menu->setTitle(title);
    menu->setIcon(lookIcon(server->look()));
}

void TrayMenu::updateCommon()
{
    m_none->setVisible(m_order.isEmpty());
    m_more->setVisible(m_model->rowCount() > m_order.size());
    m_stopAll->setEnabled(m_model->stoppableCount() > 0);
}

} // namespace sharedserver
