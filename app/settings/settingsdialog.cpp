#include "app/settings/settingsdialog.h"

#include "app/settings/autostart.h"
#include "app/settings/settings.h"
#include "core/base/duration.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace sharedserver {

namespace {

void describe(QWidget *control, const QString &text)
{
    control->setToolTip(text);
    control->setAccessibleDescription(text);
}

} // namespace

SettingsDialog::SettingsDialog(Settings *settings, QWidget *parent)
    : QDialog(parent)
    , m_settings(settings)
    , m_autostart(new QCheckBox(tr("Start at &login")))
    , m_hidden(new QCheckBox(tr("Start &hidden, with the icon alone")))
    , m_newsCrashed(new QCheckBox(tr("A server has &crashed or failed to start")))
    , m_newsStarted(new QCheckBox(tr("A server was &started")))
    , m_newsGrace(new QCheckBox(tr("A server was stopped &after its grace period")))
    , m_gracePeriod(new QLineEdit)
    , m_onQuit(new QComboBox)
    , m_icon(new QComboBox)
    , m_error(new QLabel)
{
    setWindowTitle(tr("Settings"));
    describe(m_autostart, tr("Starts this program when you log in"));
    describe(m_hidden, tr("Opens no window when the program starts"));
    describe(m_newsCrashed, tr("Shows how it ended, with a way to its log"));
    describe(m_newsStarted, tr("Shows what others start, not what you start here"));
    describe(m_newsGrace, tr("Shows that a server has stopped because nobody used it"));
    describe(m_gracePeriod, tr("For servers started here: 30s, 5m, 2h30m"));
    describe(m_onQuit, tr("What becomes of running servers when you quit this program"));
    describe(m_icon, tr("The automatic one can be seen on light and on dark panels"));
    m_error->setWordWrap(true);
    m_error->setTextFormat(Qt::PlainText);
    m_error->setAccessibleName(tr("What is wrong"));
    m_error->hide();
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    // Qt's own translations are not on every machine.
    buttons->button(QDialogButtonBox::Ok)->setText(tr("OK"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeStartGroup());
    layout->addWidget(makeNewsGroup());
    layout->addWidget(makeServersGroup());
    layout->addWidget(makeIconGroup());
    layout->addWidget(m_error);
    layout->addStretch();
    layout->addWidget(buttons);
    read();
}

QWidget *SettingsDialog::makeStartGroup()
{
    auto *group = new QGroupBox(tr("Start"));
    auto *layout = new QVBoxLayout(group);
    layout->addWidget(m_autostart);
    layout->addWidget(m_hidden);
    return group;
}

QWidget *SettingsDialog::makeNewsGroup()
{
    auto *group = new QGroupBox(tr("Notify me when"));
    auto *layout = new QVBoxLayout(group);
    layout->addWidget(m_newsCrashed);
    layout->addWidget(m_newsStarted);
    layout->addWidget(m_newsGrace);
    return group;
}

QWidget *SettingsDialog::makeServersGroup()
{
    auto *group = new QGroupBox(tr("Servers"));
    auto *form = new QFormLayout(group);
    form->addRow(tr("Default &grace period:"), m_gracePeriod);
    m_onQuit->addItem(tr("Ask"), int(OnQuit::Ask));
    m_onQuit->addItem(tr("Let servers go on"), int(OnQuit::Keep));
    m_onQuit->addItem(tr("Stop servers"), int(OnQuit::Stop));
    form->addRow(tr("On &quit:"), m_onQuit);
    return group;
}

QWidget *SettingsDialog::makeIconGroup()
{
    auto *group = new QGroupBox(tr("Tray icon"));
    auto *form = new QFormLayout(group);
    m_icon->addItem(tr("Automatic"), int(IconTheme::Automatic));
    m_icon->addItem(tr("Light icon, for dark panels"), int(IconTheme::LightForDarkPanels));
    m_icon->addItem(tr("Dark icon, for light panels"), int(IconTheme::DarkForLightPanels));
    form->addRow(tr("&Icon:"), m_icon);
    return group;
}

void SettingsDialog::read()
{
    m_autostart->setChecked(autostart::isOn());
    m_hidden->setChecked(m_settings->startHidden());
    m_newsCrashed->setChecked(m_settings->wantsNews(Settings::News::Crashed));
    m_newsStarted->setChecked(m_settings->wantsNews(Settings::News::Started));
    m_newsGrace->setChecked(m_settings->wantsNews(Settings::News::StoppedAfterGrace));
    m_gracePeriod->setText(m_settings->gracePeriod());
    m_onQuit->setCurrentIndex(m_onQuit->findData(int(m_settings->onQuit())));
    m_icon->setCurrentIndex(m_icon->findData(int(m_settings->iconTheme())));
}

void SettingsDialog::accept()
{
    Result<void> result;
    if (!Duration::parse(m_gracePeriod->text())) {
        result = failure(Error::Kind::Usage,
                         tr("'%1' is not a time span. Write it like 30s, 5m, 1h or 2h30m.")
                             .arg(m_gracePeriod->text()));
    } else if (m_autostart->isChecked() != autostart::isOn()) {
        result = autostart::set(m_autostart->isChecked());
    }
    if (!result) {
        m_error->setText(result.error().message);
        m_error->show();
        return;
    }
    m_settings->setStartHidden(m_hidden->isChecked());
    m_settings->setWantsNews(Settings::News::Crashed, m_newsCrashed->isChecked());
    m_settings->setWantsNews(Settings::News::Started, m_newsStarted->isChecked());
    m_settings->setWantsNews(Settings::News::StoppedAfterGrace, m_newsGrace->isChecked());
    m_settings->setGracePeriod(m_gracePeriod->text());
    m_settings->setOnQuit(OnQuit(m_onQuit->currentData().toInt()));
    m_settings->setIconTheme(IconTheme(m_icon->currentData().toInt()));
    QDialog::accept();
}

} // namespace sharedserver
