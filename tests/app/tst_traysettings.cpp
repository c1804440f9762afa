// What the user has chosen is kept, makes sense when it is read, and does what it says.

#include "app/settings/autostart.h"
#include "app/settings/settings.h"
#include "app/settings/settingsdialog.h"
#include "tests/app/appworld.h"
#include "tests/app/widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTraySettings : public QObject
{
    Q_OBJECT
private slots:
    void presets();
    void valuesWithoutSenseCountAsNotChosen();
    void theDialogKeepsWhatIsChosen();
    void cancelKeepsNothing();
    void aWrongGracePeriodIsRefused();
    void startsAtLogin();
    void anEntryThatTheDesktopSwitchedOffIsOff_data();
    void anEntryThatTheDesktopSwitchedOffIsOff();
    void theSystemsEntryIsThePreset_data();
    void theSystemsEntryIsThePreset();
};

namespace {

void press(const QDialog &dialog, QDialogButtonBox::StandardButton button)
{
    dialog.findChild<QDialogButtonBox *>()->button(button)->click();
}

void check(const QDialog &dialog, const QString &text, bool on)
{
    auto *box = qobject_cast<QCheckBox *>(findButton(&dialog, text));
    QVERIFY2(box, qPrintable(text));
    box->setChecked(on);
}

} // namespace

void TestTraySettings::presets()
{
    const AppWorld world;
    const Settings settings;
    QVERIFY(!settings.startHidden());
    QVERIFY(settings.wantsNews(Settings::News::Crashed));
    QVERIFY(!settings.wantsNews(Settings::News::Started));
    QVERIFY(!settings.wantsNews(Settings::News::StoppedAfterGrace));
    QCOMPARE(settings.gracePeriod(), "5m");
    QCOMPARE(settings.onQuit(), OnQuit::Ask);
    QCOMPARE(settings.iconTheme(), IconTheme::Automatic);
    QVERIFY(!autostart::isOn());
}

void TestTraySettings::valuesWithoutSenseCountAsNotChosen()
{
    const AppWorld world;
    QVERIFY(QDir().mkpath(world.path("config/sharedserver")));
    QFile file(world.path("config/sharedserver/sharedserver-tray.conf"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[servers]\ngracePeriod=soon\n[quit]\nservers=explode\n[tray]\nicon=plaid\n");
    file.close();
    const Settings settings;
    QCOMPARE(settings.gracePeriod(), "5m");
    QCOMPARE(settings.onQuit(), OnQuit::Ask);
    QCOMPARE(settings.iconTheme(), IconTheme::Automatic);
}

void TestTraySettings::theDialogKeepsWhatIsChosen()
{
    const AppWorld world;
    {
        Settings settings;
        SettingsDialog dialog(&settings);
        check(dialog, "Start hidden, with the icon alone", true);
        check(dialog, "A server has crashed or failed to start", false);
        check(dialog, "A server was started", true);
        check(dialog, "A server was stopped after its grace period", true);
        dialog.findChild<QLineEdit *>()->setText("30s");
        const auto boxes = dialog.findChildren<QComboBox *>();
        boxes.at(0)->setCurrentText("Stop servers");
        boxes.at(1)->setCurrentText("Dark icon, for light panels");
        press(dialog, QDialogButtonBox::Ok);
        QCOMPARE(dialog.result(), QDialog::Accepted);
    }
    const Settings settings;
    QVERIFY(settings.startHidden());
    QVERIFY(!settings.wantsNews(Settings::News::Crashed));
    QVERIFY(settings.wantsNews(Settings::News::Started));
    QVERIFY(settings.wantsNews(Settings::News::StoppedAfterGrace));
    QCOMPARE(settings.gracePeriod(), "30s");
    QCOMPARE(settings.onQuit(), OnQuit::Stop);
    QCOMPARE(settings.iconTheme(), IconTheme::DarkForLightPanels);
}

void TestTraySettings::cancelKeepsNothing()
{
    const AppWorld world;
    Settings settings;
    const SettingsDialog dialog(&settings);
    check(dialog, "Start at login", true);
    check(dialog, "Start hidden, with the icon alone", true);
    press(dialog, QDialogButtonBox::Cancel);
    QVERIFY(!settings.startHidden());
    QVERIFY(!autostart::isOn());
}

void TestTraySettings::aWrongGracePeriodIsRefused()
{
    const AppWorld world;
    Settings settings;
    SettingsDialog dialog(&settings);
    dialog.show();
    dialog.findChild<QLineEdit *>()->setText("soon");
    check(dialog, "Start hidden, with the icon alone", true);
    press(dialog, QDialogButtonBox::Ok);
    QVERIFY(dialog.isVisible());
    const auto labels = dialog.findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->isVisible() && label->text().contains("soon");
    }));
    QVERIFY(!settings.startHidden()); // nothing of it
}

void TestTraySettings::startsAtLogin()
{
#ifdef Q_OS_MACOS
    QSKIP("It is a LaunchAgent there");
#endif
    const AppWorld world;
    Settings settings;
    {
        const SettingsDialog dialog(&settings);
        check(dialog, "Start at login", true);
        press(dialog, QDialogButtonBox::Ok);
    }
    QVERIFY(autostart::isOn());
    QFile entry(world.path("config/autostart/sharedserver-tray.desktop"));
    QVERIFY(entry.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(entry.readAll());
    QVERIFY(text.startsWith("[Desktop Entry]\n"));
    const QString command = "\nExec=\"" + QCoreApplication::applicationFilePath() + "\"\n";
    QVERIFY2(text.contains(command), qPrintable(text));
    // Desktops pass over the entry of a program that was removed.
    const QString sought = "\nTryExec=" + QCoreApplication::applicationFilePath() + "\n";
    QVERIFY2(text.contains(sought), qPrintable(text));
    {
        const SettingsDialog dialog(&settings);
        check(dialog, "Start at login", false);
        press(dialog, QDialogButtonBox::Ok);
    }
    QVERIFY(!autostart::isOn());
    QVERIFY(!entry.exists());
}

void TestTraySettings::anEntryThatTheDesktopSwitchedOffIsOff_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("as the specification says") << QByteArray("Hidden=true");
    QTest::newRow("as GNOME does") << QByteArray("X-GNOME-Autostart-enabled=false");
}

void TestTraySettings::anEntryThatTheDesktopSwitchedOffIsOff()
{
    QFETCH(const QByteArray, line);
#ifdef Q_OS_MACOS
    QSKIP("It is a LaunchAgent there");
#endif
    const AppWorld world;
    QVERIFY(autostart::set(true));
    QFile entry(world.path("config/autostart/sharedserver-tray.desktop"));
    QVERIFY(entry.open(QIODevice::Append));
    entry.write(line + '\n');
    entry.close();
    QVERIFY(!autostart::isOn());
}

void TestTraySettings::theSystemsEntryIsThePreset_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isOn");

    QTest::newRow("as packages have it") << "[Desktop Entry]\nHidden=true\n" << false;
    QTest::newRow("switched on for all users") << "[Desktop Entry]\nHidden=false\n" << true;
}

void TestTraySettings::theSystemsEntryIsThePreset()
{
#ifdef Q_OS_MACOS
    QSKIP("It is a LaunchAgent there");
#endif
    QFETCH(const QString, text);
    QFETCH(const bool, isOn);
    const AppWorld world;
    const QByteArray before = qgetenv("XDG_CONFIG_DIRS");
    const auto restore = qScopeGuard([before] { qputenv("XDG_CONFIG_DIRS", before); });
    qputenv("XDG_CONFIG_DIRS", QFile::encodeName(world.path("etc")));
    QVERIFY(QDir().mkpath(world.path("etc/autostart")));
    QFile entry(world.path("etc/autostart/sharedserver-tray.desktop"));
    QVERIFY(entry.open(QIODevice::WriteOnly));
    entry.write(text.toUtf8());
    entry.close();

    QCOMPARE(autostart::isOn(), isOn);
    for (const bool wanted : {false, true, false}) {
        QVERIFY(autostart::set(wanted));
        QCOMPARE(autostart::isOn(), wanted);
    }
}

QTEST_MAIN(TestTraySettings)
#include "tst_traysettings.moc"
