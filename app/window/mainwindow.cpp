#include "app/window/mainwindow.h"

#include "app/servers/serveractions.h"
#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "app/settings/settings.h"
#include "app/window/actionicon.h"
#include "app/window/detailspane.h"
#include "app/window/emptypage.h"
#include "app/window/servertable.h"
#include "core/base/displaycommand.h"

#include <QAction>
#include <QCloseEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace sharedserver {

namespace {

// One pass over the process table each.
constexpr int kTicksPerMeasurement = 2;

const QString kGeometry = QStringLiteral("geometry");
const QString kSplitter = QStringLiteral("splitter");
const QString kColumns = QStringLiteral("columns");

} // namespace

MainWindow::MainWindow(ServerModel *model, ServerCommands *commands, Settings *settings,
                       QWidget *parent)
    : QMainWindow(parent)
    , m_model(model)
    , m_commands(commands)
    , m_settings(settings)
    , m_actions(new ServerActions(model, commands, this))
    , m_table(new ServerTable(model))
    , m_details(new DetailsPane(model))
    , m_filterBox(new QLineEdit)
    , m_pages(new QStackedWidget)
    , m_splitter(new QSplitter(Qt::Vertical))
    , m_note(makeNote())
{
    setWindowTitle(tr("Shared Servers"));
    setCentralWidget(makeContent());
    makeActions();
    setIcons();

    connect(m_table, &ServerTable::chosenChanged, this, [this](const QString &name) {
        m_actions->setServer(name);
        m_details->setServer(name);
    });
    connect(m_table, &ServerTable::opened, this, [this] { m_details->setFocus(); });
    connect(m_actions, &ServerActions::killAsked, this, &MainWindow::killAsked);
    connect(m_actions, &ServerActions::logAsked, this, &MainWindow::showLog);
    connect(m_actions, &ServerActions::detailsAsked, this, &MainWindow::showDetails);
    connect(m_model, &ServerModel::serverChanged, this, &MainWindow::updatePage);
    m_tick.setInterval(std::chrono::seconds(1));
    connect(&m_tick, &QTimer::timeout, this, [this] {
        if (!isMinimized())
            m_model->tick(++m_ticks % kTicksPerMeasurement == 0);
    });

    m_actions->setServer(m_table->chosen());
    m_details->setServer(m_table->chosen());
    updatePage();
    restoreLayout();
    m_table->setFocus();
}

MainWindow::~MainWindow() = default;

QWidget *MainWindow::makeNote()
{
    auto *note = new QFrame;
    note->setFrameShape(QFrame::StyledPanel);
    note->setAutoFillBackground(true);
    note->setBackgroundRole(QPalette::ToolTipBase);
    m_noteText = new QLabel;
    m_noteText->setWordWrap(true);
    m_noteText->setTextFormat(Qt::PlainText);
    m_noteText->setForegroundRole(QPalette::ToolTipText);
    m_noteText->setAccessibleName(tr("Note"));
    auto *close = new QToolButton;
    close->setText(tr("Got It"));
    close->setToolTip(tr("Close this note"));
    connect(close, &QToolButton::clicked, note, &QWidget::hide);
    connect(close, &QToolButton::clicked, this, &MainWindow::noteRead);
    auto *row = new QHBoxLayout(note);
    row->addWidget(m_noteText, 1);
    row->addWidget(close);
    note->hide();
    return note;
}

QWidget *MainWindow::makeContent()
{
    m_filterBox->setPlaceholderText(tr("Filter by name, state or command"));
    m_filterBox->setAccessibleName(tr("Filter"));
    m_filterBox->setAccessibleDescription(
        tr("Shows only servers with this in their name, state or command"));
    m_filterBox->setClearButtonEnabled(true);
    connect(m_filterBox, &QLineEdit::textChanged, m_table, &ServerTable::setFilter);

    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_details);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    auto *full = new QWidget;
    auto *fullLayout = new QVBoxLayout(full);
    fullLayout->setContentsMargins(0, 0, 0, 0);
    fullLayout->addWidget(m_filterBox);
    fullLayout->addWidget(m_splitter);
    auto *empty = new EmptyPage;
    connect(empty, &EmptyPage::addAsked, this, &MainWindow::addAsked);
    m_pages->addWidget(full);
    m_pages->addWidget(empty);

    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->addWidget(m_note);
    layout->addWidget(m_pages);
    return content;
}

void MainWindow::makeActions()
{
    m_actions->setShortcuts();
    QMenu *server = menuBar()->addMenu(tr("&Server"));
    m_add = server->addAction(tr("&Add Server…"), QKeySequence::New, this, &MainWindow::addAsked);
    m_add->setToolTip(tr("Define a server and start it"));
    server->addSeparator();
    const QList<QAction *> all = m_actions->actions();
    for (QAction *action : all) {
        if (action) {
            server->addAction(action);
            m_table->addAction(action);
        } else {
            server->addSeparator();
            auto *separator = new QAction(m_table);
            separator->setSeparator(true);
            m_table->addAction(separator);
        }
    }
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    server->addSeparator();
    m_stopAll = server->addAction(tr("Stop All Ser&vers"), m_commands, &ServerCommands::stopAll);
    server->addSeparator();
    server->addAction(tr("Close &Window"), QKeySequence::Close, this, &QWidget::close);
    server->addAction(tr("&Quit…"), QKeySequence::Quit, this, &MainWindow::quitAsked);

    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    edit->addAction(tr("&Filter"), QKeySequence::Find, this, [this] {
        m_filterBox->setFocus(Qt::ShortcutFocusReason);
        m_filterBox->selectAll();
    });
    QAction *settings = edit->addAction(tr("&Settings…"), this, &MainWindow::settingsAsked);
    settings->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Comma));
    settings->setMenuRole(QAction::PreferencesRole);
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&About Shared Servers"), this, &MainWindow::showAbout)
        ->setMenuRole(QAction::AboutRole);

    QToolBar *bar = addToolBar(tr("Actions"));
    bar->setObjectName(QStringLiteral("actions"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize(QSize(16, 16));
    bar->addAction(m_add);
    bar->addSeparator();
    bar->addActions(
        {m_actions->start(), m_actions->stop(), m_actions->restart(), m_actions->kill()});
    bar->addSeparator();
    bar->addAction(m_actions->showLog());
    for (QAction *action : {m_actions->copyCommand(), m_actions->details(), m_actions->forget()}) {
        bar->addAction(action);
        // Less wanted than the others, so less wide.
        if (auto *button = qobject_cast<QToolButton *>(bar->widgetForAction(action)))
            button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    }
    const QList<QToolButton *> buttons = bar->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        button->setFocusPolicy(Qt::TabFocus); // reached by keyboard, like other buttons
}

void MainWindow::setIcons()
{
    m_add->setIcon(actionIcon(ActionSign::Add, palette()));
    m_actions->start()->setIcon(actionIcon(ActionSign::Start, palette()));
    m_actions->stop()->setIcon(actionIcon(ActionSign::Stop, palette()));
    m_actions->restart()->setIcon(actionIcon(ActionSign::Restart, palette()));
    m_actions->kill()->setIcon(actionIcon(ActionSign::Kill, palette()));
    m_actions->showLog()->setIcon(actionIcon(ActionSign::Log, palette()));
    m_actions->copyCommand()->setIcon(actionIcon(ActionSign::Copy, palette()));
    m_actions->details()->setIcon(actionIcon(ActionSign::Details, palette()));
    m_actions->forget()->setIcon(actionIcon(ActionSign::Forget, palette()));
}

void MainWindow::follow(const Supervisor *supervisor)
{
    m_details->follow(supervisor);
}

void MainWindow::updatePage()
{
    m_pages->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
    m_stopAll->setEnabled(m_model->stoppableCount() > 0);
}

void MainWindow::raiseToFront()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::showDetails(const QString &name)
{
    raiseToFront();
    m_filterBox->clear();
    m_table->choose(name);
    m_details->showOverview();
}

void MainWindow::showLog(const QString &name)
{
    raiseToFront();
    m_filterBox->clear();
    m_table->choose(name);
    m_details->showLog();
}

void MainWindow::showNote(const QString &text)
{
    m_noteText->setText(printableLines(text));
    m_note->setVisible(!text.isEmpty());
}

void MainWindow::showAbout()
{
    QMessageBox::about(this, tr("About Shared Servers"),
                       tr("<h3>Shared Servers %1</h3>"
                          "<p>Starts a server once and shares it between editors, shells and "
                          "scripts; stops it after the last of them has left.</p>")
                           .arg(QStringLiteral(SHAREDSERVER_VERSION)));
}

void MainWindow::restoreLayout()
{
    resize(900, 620);
    restoreGeometry(m_settings->windowState(kGeometry));
    if (!m_splitter->restoreState(m_settings->windowState(kSplitter)))
        m_splitter->setSizes({300, 260});
    m_table->horizontalHeader()->restoreState(m_settings->windowState(kColumns));
}

void MainWindow::storeLayout()
{
    m_settings->setWindowState(kGeometry, saveGeometry());
    m_settings->setWindowState(kSplitter, m_splitter->saveState());
    m_settings->setWindowState(kColumns, m_table->horizontalHeader()->saveState());
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    m_ticks = 0;
    m_model->tick(true);
    m_tick.start();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    m_tick.stop();
    m_model->forgetResources();
    storeLayout();
    QMainWindow::hideEvent(event);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    event->setAccepted(!m_quitsWhenClosed);
    if (m_quitsWhenClosed)
        emit quitAsked();
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_add)
        setIcons();
}

} // namespace sharedserver
