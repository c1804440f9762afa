#include "app/trayapplication.h"

#include "app/settings/settingsdialog.h"
#include "app/window/addserverdialog.h"
#include "app/window/mainwindow.h"
#include "app/window/questions.h"
#include "core/config/configwriter.h"

#include <QFile>

namespace sharedserver {

TrayApplication::TrayApplication(const LockDirectory::Location &location,
                                 const LockDirectory &directory, const CallerContext &context,
                                 QObject *parent)
    : QObject(parent)
    , m_host(location, QStringLiteral("tray"))
    , m_commands(&m_model, context)
    , m_menu(&m_model, &m_commands)
    , m_icon(&m_model, &m_menu)
    , m_notifier(&m_settings, &m_commands)
    , m_farewell(&m_host, directory)
{
    connectMenu();
    connect(&m_icon, &TrayIcon::activated, this, &TrayApplication::showWindow);
    connect(&m_icon, &TrayIcon::missing, this, [this] { setWithoutTray(true); });
    connect(&m_icon, &TrayIcon::appeared, this, [this] {
        m_menu.setShownByDBus(m_icon.hasMenuByDBus());
        setWithoutTray(false);
    });
    connect(&m_notifier, &Notifier::logAsked, this, &TrayApplication::showLog);
    connect(&m_notifier, &Notifier::fallBack, &m_icon, &TrayIcon::showMessage);
    connect(&m_icon, &TrayIcon::messageClicked, this, &TrayApplication::showLog);
    connect(&m_definitions, &DefinitionWatch::changed, &m_model, &ServerModel::setDefinitions);
    connect(&m_definitions, &DefinitionWatch::problemChanged, this,
            &TrayApplication::handleDefinitionProblem);
    connect(&m_settings, &Settings::changed, this, &TrayApplication::applySettings);
    connect(&m_commands, &ServerCommands::failed, this,
            [this](const QString &name, const Error &error) {
                questions::showFailure(dialogParent(), name, error);
            });
    connect(&m_commands, &ServerCommands::warned, this,
            [this](const QString &name, const QString &warning) {
                questions::showFailure(dialogParent(), name, Error{Error::Kind::Io, warning});
            });
    connect(&m_farewell, &Farewell::unattended, this, [](const QString &reason) {
        qWarning("The servers go on, but nobody looks after them until the next command: %s",
                 qUtf8Printable(reason));
    });
    connect(&m_farewell, &Farewell::finished, this, &TrayApplication::finished);
    connect(&m_sessionEnd, &SessionEnd::asked, this, &TrayApplication::quitQuietly);
    connect(&m_host, &WatcherHost::directoryRestored, this, &TrayApplication::directoryRestored);
}

TrayApplication::~TrayApplication() = default;

void TrayApplication::connectMenu()
{
    connect(&m_menu, &TrayMenu::windowAsked, this, &TrayApplication::showWindow);
    connect(&m_menu, &TrayMenu::quitAsked, this, &TrayApplication::quit);
    connect(&m_menu, &TrayMenu::settingsAsked, this, &TrayApplication::showSettings);
    connect(&m_menu, &TrayMenu::addAsked, this, &TrayApplication::addServer);
    connect(&m_menu, &TrayMenu::killAsked, this, &TrayApplication::askKill);
    connect(&m_menu, &TrayMenu::logAsked, this, &TrayApplication::showLog);
    connect(&m_menu, &TrayMenu::detailsAsked, this,
            [this](const QString &name) { window()->showDetails(name); });
}

Result<void> TrayApplication::begin(bool showsWindow)
{
    const auto begun = m_host.begin({.takeOver = true});
    if (!begun)
        return begun;
    connect(m_host.supervisor(), &Supervisor::directoryChanged, this,
            &TrayApplication::directoryChanged);
    m_notifier.follow(m_host.supervisor());
    m_commands.follow(m_host.supervisor());
    m_model.follow(m_host.supervisor());
    applySettings();
    m_definitions.begin();
    m_icon.begin();
    if (showsWindow)
        showWindow();
    return {};
}

MainWindow *TrayApplication::window()
{
    if (m_window)
        return m_window.get();
    m_window = std::make_unique<MainWindow>(&m_model, &m_commands, &m_settings);
    m_window->follow(m_host.supervisor());
    connectWindow();
    showNotes();
    m_window->setQuitsWhenClosed(m_isWithoutTray);
    return m_window.get();
}

/// What belongs to a hidden window is not to be seen on every desktop.
QWidget *TrayApplication::dialogParent() const
{
    return m_window && m_window->isVisible() ? m_window.get() : nullptr;
}

void TrayApplication::connectWindow()
{
    connect(m_window.get(), &MainWindow::killAsked, this, &TrayApplication::askKill);
    connect(m_window.get(), &MainWindow::addAsked, this, &TrayApplication::addServer);
    connect(m_window.get(), &MainWindow::settingsAsked, this, &TrayApplication::showSettings);
    connect(m_window.get(), &MainWindow::quitAsked, this, &TrayApplication::quit);
    connect(m_window.get(), &MainWindow::noteRead, this, [this] { m_trayNote.clear(); });
}

void TrayApplication::showWindow()
{
    window()->raiseToFront();
}

void TrayApplication::showLog(const QString &name)
{
    window()->showLog(name);
}

void TrayApplication::setWithoutTray(bool without)
{
    if (m_window)
        m_window->setQuitsWhenClosed(without);
    m_isWithoutTray = without;
    if (!without) {
        if (!m_trayNote.isEmpty()) {
            m_trayNote.clear(); // it is not true any more
            showNotes();
        }
        return;
    }
    if (!m_window || !m_window->isVisible())
        showWindow();
    if (m_settings.knowsOfNoTray())
        return;
    m_settings.setKnowsOfNoTray();
    m_trayNote = tr("This desktop shows no tray icons, so this window takes the icon's "
                    "place. Closing it quits; servers may go on.");
    showNotes();
}

/// What is to be known, each in a line of its own.
void TrayApplication::showNotes()
{
    QStringList notes{m_trayNote, m_definitionProblem};
    notes.removeAll(QString());
    if (m_window)
        m_window->showNote(notes.join(QLatin1Char('\n')));
}

void TrayApplication::handleDefinitionProblem(const QString &problem)
{
    m_definitionProblem = problem;
    showNotes();
}

void TrayApplication::applySettings()
{
    m_icon.setTheme(m_settings.iconTheme());
    m_commands.setDefaultGracePeriod(m_settings.gracePeriod());
}

void TrayApplication::askKill(const QString &name)
{
    questions::askKill(dialogParent(), name, [this, name] { m_commands.kill(name); });
}

void TrayApplication::showSettings()
{
    if (!m_settingsDialog) {
        m_settingsDialog = new SettingsDialog(&m_settings, dialogParent());
        m_settingsDialog->setAttribute(Qt::WA_DeleteOnClose);
    }
    m_settingsDialog->show();
    m_settingsDialog->raise();
    m_settingsDialog->activateWindow();
}

void TrayApplication::addServer()
{
    if (!m_addDialog) {
        m_addDialog =
            new AddServerDialog(DefinitionWatch::path(), m_settings.gracePeriod(), dialogParent());
        m_addDialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_addDialog, &AddServerDialog::confirmed, this, &TrayApplication::addConfirmed);
    }
    m_addDialog->show();
    m_addDialog->raise();
    m_addDialog->activateWindow();
}

void TrayApplication::addConfirmed(const ServerDefinition &definition, bool isRemembered)
{
    const ServerRow *known = m_model.find(definition.name);
    if (known && known->info.isRunning()) {
        m_addDialog->showError(tr("A server of this name runs already."));
        return;
    }
    if (isRemembered) {
        if (const auto written = addToConfigFile(DefinitionWatch::path(), definition); !written) {
            m_addDialog->showError(written.error().message);
            return;
        }
    }
    m_addDialog->done(QDialog::Accepted);
    LaunchSpec spec;
    spec.command = definition.command;
    spec.workingDirectory = definition.workingDirectory;
    spec.gracePeriod = definition.gracePeriod;
    m_commands.startNew(definition.name, spec);
}

void TrayApplication::obey(const QByteArray &word)
{
    if (word == "show")
        showWindow();
}

void TrayApplication::quit()
{
    const int running = m_model.stoppableCount();
    if (running == 0 || m_settings.onQuit() != OnQuit::Ask) {
        quitQuietly();
        return;
    }
    if (m_quitQuestion && m_quitQuestion->isVisible()) {
        m_quitQuestion->raise();
        m_quitQuestion->activateWindow();
        return;
    }
    m_quitQuestion =
        questions::askQuit(dialogParent(), running, [this](OnQuit choice, bool remember) {
            if (remember)
                m_settings.setOnQuit(choice);
            leave(choice);
        });
}

void TrayApplication::quitQuietly()
{
    leave(m_settings.onQuit());
}

void TrayApplication::leave(OnQuit choice)
{
    emit leaving();
    if (m_window)
        m_window->hide();
    if (choice == OnQuit::Stop)
        m_farewell.stopServers();
    else
        m_farewell.keepServers();
}

} // namespace sharedserver
