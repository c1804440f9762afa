#include "app/servers/serveractions.h"

#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "core/base/shelltext.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>

namespace sharedserver {

ServerActions::ServerActions(ServerModel *model, ServerCommands *commands, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_start(new QAction(tr("&Start"), this))
    , m_stop(new QAction(tr("S&top"), this))
    , m_restart(new QAction(tr("&Restart"), this))
    , m_kill(new QAction(tr("&Kill…"), this))
    , m_showLog(new QAction(tr("Show &Log"), this))
    , m_copyCommand(new QAction(tr("&Copy Command"), this))
    , m_details(new QAction(tr("&Details"), this))
    , m_forget(new QAction(tr("Remove from L&ist"), this))
{
    m_start->setToolTip(tr("Start it with the command of before"));
    m_stop->setToolTip(tr("Ask it to end, also for its clients"));
    m_restart->setToolTip(tr("Stop it and start it again, with the same clients"));
    m_kill->setToolTip(tr("End it at once; it cannot save anything"));
    m_showLog->setToolTip(tr("Show what it prints"));
    m_copyCommand->setToolTip(tr("Copy its command line, as for a shell"));
    m_details->setToolTip(tr("Show all that is known of it"));
    m_forget->setToolTip(tr("Forget a server that does not run"));
    const QList<QAction *> all = actions();
    for (QAction *action : all) {
        if (action)
            action->setStatusTip(action->toolTip());
    }

    connect(m_start, &QAction::triggered, this, [=, this] { commands->start(m_name); });
    connect(m_stop, &QAction::triggered, this, [=, this] { commands->stop(m_name); });
    connect(m_restart, &QAction::triggered, this, [=, this] { commands->restart(m_name); });
    connect(m_forget, &QAction::triggered, this, [=, this] { commands->forget(m_name); });
    connect(m_kill, &QAction::triggered, this, [this] { emit killAsked(m_name); });
    connect(m_showLog, &QAction::triggered, this, [this] { emit logAsked(m_name); });
    connect(m_details, &QAction::triggered, this, [this] { emit detailsAsked(m_name); });
    connect(m_copyCommand, &QAction::triggered, this, &ServerActions::copy);
    connect(model, &ServerModel::serverChanged, this, [this](const QString &name) {
        if (name == m_name)
            update();
    });
    update();
}

QList<QAction *> ServerActions::actions() const
{
    return {m_start,   m_stop,        m_restart, m_kill,  nullptr,
            m_showLog, m_copyCommand, m_details, m_forget};
}

void ServerActions::setShortcuts()
{
    m_start->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    m_stop->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_T));
    m_restart->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    m_kill->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_K));
    m_showLog->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
    m_copyCommand->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    m_details->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_D));
    m_forget->setShortcut(QKeySequence::Delete);
}

void ServerActions::setServer(const QString &name)
{
    m_name = name;
    update();
}

void ServerActions::update()
{
    const ServerRow *row = m_model->find(m_name);
    const bool isRunning = row && row->info.isRunning();
    m_start->setEnabled(row && row->canStart());
    m_stop->setEnabled(row && row->canStop());
    m_restart->setEnabled(isRunning);
    m_kill->setEnabled(isRunning);
    m_showLog->setEnabled(row);
    m_copyCommand->setEnabled(row && !row->command().isEmpty());
    m_details->setEnabled(row);
    m_forget->setEnabled(row && !row->canStop() && row->info.problem.isEmpty());
}

void ServerActions::copy()
{
    if (const ServerRow *row = m_model->find(m_name))
        QGuiApplication::clipboard()->setText(shellText(row->command()));
}

} // namespace sharedserver
