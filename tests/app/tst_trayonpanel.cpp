// The tray on a desktop with a panel of today's kind (StatusNotifierItem): its icon, its menu over
// com.canonical.dbusmenu, the window that opens from it, and what the desktop is told.

#include "app/window/detailspane.h"
#include "app/window/logview.h"
#include "app/window/mainwindow.h"
#include "app/window/servertable.h"
#include "tests/app/innertray.h"
#include "tests/app/notificationservice.h"
#include "tests/app/panel.h"
#include "tests/app/widgets.h"
#include "tests/support/commandline.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QMessageBox>
#include <QPushButton>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTrayOnPanel : public QObject
{
    Q_OBJECT
public:
    explicit TestTrayOnPanel(const QString &busAddress)
        : m_busAddress(busAddress)
    {
    }

private slots:
    void theIconTellsWhatRuns();
    void aServerLivesItsLifeByTheMenu();
    void aCrashIsToldWithAWayToItsLog();
    void aSecondCrashReplacesTheFirst();
    void aFailedStartIsTold();
    void noNewsOfOnesOwnActs();
    void noNewsOfWhatTheCommandLineWasToldToDo_data();
    void noNewsOfWhatTheCommandLineWasToldToDo();
    void namesShowAsTheyAre();
    void quitAsksAndRemembers();
    void quitAsksOnlyOnce();
    void theEndOfTheSessionLosesNoServer();

private:
    QString m_busAddress;
};

namespace {

void define(const TestWorld &world, const QString &name)
{
    QVERIFY(QDir().mkpath(world.path("config/sharedserver")));
    QFile file(world.path("config/sharedserver/servers.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString text = R"({"servers": {"%1": {"command": "%2", "gracePeriod": "1h"}}})";
    file.write(text.arg(name, TEST_SERVER).toUtf8());
}

/// The entry of a server in the menu as it is now.
MenuEntry entryOf(const Panel &panel, const QString &name)
{
    return Panel::find(panel.menu(), name + ' ');
}

void choose(const Panel &panel, const QString &server, const QString &action)
{
    const MenuEntry entry = Panel::find(entryOf(panel, server).children, action);
    QVERIFY2(entry.isEnabled && entry.id >= 0, qPrintable(server + ": " + action));
    panel.click(entry);
}

qint64 runningPid(const QString &name)
{
    return infoMeanwhile(name).value("pid").toInteger();
}

} // namespace

void TestTrayOnPanel::theIconTellsWhatRuns()
{
    const Panel panel(m_busAddress);
    const NotificationService desktop(m_busAddress); // else the tool tip tells the news
    const InnerTray tray;
    QTRY_VERIFY(panel.hasPicture());
    QCOMPARE(panel.items().size(), 1);
    QTRY_COMPARE(panel.toolTip(), "Shared servers: no server runs");
    const QByteArray idle = panel.picture();

    TestClient client;
    useMeanwhile("web", client);
    QTRY_COMPARE(panel.toolTip(), "Shared servers: 1 server running, 1 client");
    QTRY_VERIFY(panel.picture() != idle);
    const QByteArray active = panel.picture();

    client.kill();
    QTRY_COMPARE(panel.toolTip(), "Shared servers: 1 server running, 0 clients, 1 in grace period");
    QTRY_VERIFY(panel.picture() != idle && panel.picture() != active);
    const QByteArray grace = panel.picture();

    QCOMPARE(::kill(pid_t(runningPid("web")), SIGKILL), 0);
    QTRY_COMPARE(panel.toolTip(), "Shared servers: 1 server in trouble");
    QTRY_VERIFY(panel.picture() != idle && panel.picture() != active && panel.picture() != grace);
}

void TestTrayOnPanel::aServerLivesItsLifeByTheMenu()
{
    const Panel panel(m_busAddress);
    const InnerTray tray;
    define(tray.world, "web");
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Stopped");
    choose(panel, "web", "Start");
    QTRY_VERIFY(entryOf(panel, "web").label.startsWith("web — Grace period, 0 clients"));
    const qint64 server = runningPid("web");

    TestClient client;
    QCOMPARE(runMeanwhile({"use", "web", "--pid", client.pidText(), "--metadata", "from a test"})
                 .exitCode,
             0);
    QTRY_VERIFY(entryOf(panel, "web").label.startsWith("web — Active, 1 client,"));
    choose(panel, "web", "Copy Command");
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), TEST_SERVER);

    choose(panel, "web", "Details");
    QTRY_VERIFY(shownWindow<MainWindow>());
    const auto *table = shownWindow<MainWindow>()->findChild<ServerTable *>();
    const QStringList row = rowTexts(table->model(), 0);
    QCOMPARE(row.mid(0, 4), QStringList({"web", "Active", QString::number(server), "1"}));
    QCOMPARE(table->chosen(), "web");

    choose(panel, "web", "Restart");
    QTRY_VERIFY(rowTexts(table->model(), 0).at(2) != QString::number(server));
    QTRY_COMPARE(rowTexts(table->model(), 0).mid(0, 2), QStringList({"web", "Active"}));

    choose(panel, "web", "Kill");
    QTRY_VERIFY(shownWindow<QMessageBox>());
    QVERIFY(shownWindow<QMessageBox>()->text().contains("web"));
    QVERIFY(runningPid("web") > 0); // nothing before the answer
    QTest::keyClick(findButton(shownWindow<QMessageBox>(), "Kill"), Qt::Key_Space);
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Stopped");
    QCOMPARE(rowTexts(table->model(), 0).mid(0, 2), QStringList({"web", "Stopped"}));
    QVERIFY(!shownWindow<QMessageBox>());
}

void TestTrayOnPanel::aCrashIsToldWithAWayToItsLog()
{
    const Panel panel(m_busAddress);
    NotificationService desktop(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    const QString ready = tray.world.path("ready");
    useMeanwhile("web", client, {"--say", "out of memory", "--exit-on-term", "7", "--dump", ready});
    QTRY_VERIFY(QFile::exists(ready));
    QCOMPARE(::kill(pid_t(runningPid("web")), SIGTERM), 0);
    QTRY_VERIFY(desktop.find("web has crashed").id > 0);
    const auto news = desktop.find("web has crashed");
    QVERIFY2(news.text.contains("exit code 7"), qPrintable(news.text));
    QCOMPARE(news.urgency, 2);
    QVERIFY(news.actions.contains("Show Log"));
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Crashed (exit code 7)");

    desktop.choose(news.id, news.actions.at(news.actions.indexOf("Show Log") - 1));
    QTRY_VERIFY(shownWindow<MainWindow>());
    const auto *log = shownWindow<MainWindow>()->findChild<LogView *>();
    QVERIFY(log->isVisible());
    QTRY_VERIFY(log->shownText().contains("out of memory"));
    QTRY_COMPARE(panel.toolTip(), "Shared servers: no server runs"); // seen, so no trouble
}

void TestTrayOnPanel::aSecondCrashReplacesTheFirst()
{
    const Panel panel(m_busAddress);
    const NotificationService desktop(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    for (const char *exitCode : {"7", "8"}) {
        const QString ready = tray.world.path("ready") + exitCode;
        useMeanwhile("web", client, {"--exit-on-term", exitCode, "--dump", ready});
        QTRY_VERIFY(QFile::exists(ready));
        QCOMPARE(::kill(pid_t(runningPid("web")), SIGTERM), 0);
        QTRY_VERIFY(desktop.find("web has crashed").text.contains(exitCode));
    }
    QCOMPARE(desktop.shown().size(), 1);
}

void TestTrayOnPanel::aFailedStartIsTold()
{
    const Panel panel(m_busAddress);
    NotificationService desktop(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    QVERIFY(
        runMeanwhile({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--exit", "3"})
            .exitCode
        != 0);
    QTRY_VERIFY(desktop.find("web failed to start").id > 0);
    QVERIFY(desktop.find("web failed to start").actions.contains("Show Log"));
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Failed to start");
}

void TestTrayOnPanel::noNewsOfOnesOwnActs()
{
    const Panel panel(m_busAddress);
    const NotificationService desktop(m_busAddress);
    const InnerTray tray;
    define(tray.world, "web");
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Stopped");
    choose(panel, "web", "Start");
    QTRY_VERIFY(entryOf(panel, "web").label.contains("0 clients"));
    choose(panel, "web", "Stop");
    QTRY_COMPARE(entryOf(panel, "web").label, "web — Stopped");
    // What comes after it comes after the news of it.
    const TestClient client;
    QVERIFY(
        runMeanwhile({"use", "bad", "--pid", client.pidText(), "--", TEST_SERVER, "--exit", "3"})
            .exitCode
        != 0);
    QTRY_COMPARE(desktop.shown().size(), 1);
    QCOMPARE(desktop.shown().first().title, "bad failed to start");
}

void TestTrayOnPanel::noNewsOfWhatTheCommandLineWasToldToDo_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::newRow("stop") << QStringList{"admin", "stop", "web"};
    QTest::newRow("stop by force") << QStringList{"admin", "stop", "--force", "web"};
    QTest::newRow("kill") << QStringList{"admin", "kill", "web"};
    QTest::newRow("restart") << QStringList{"admin", "restart", "web"};
}

void TestTrayOnPanel::noNewsOfWhatTheCommandLineWasToldToDo()
{
    QFETCH(const QStringList, command);
    const Panel panel(m_busAddress);
    const NotificationService desktop(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client, {"--exit-on-term", "7"}); // it fails, but because it was told to
    const CommandResult result = runMeanwhile(command);
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    // What comes after it comes after the news of it.
    QVERIFY(
        runMeanwhile({"use", "bad", "--pid", client.pidText(), "--", TEST_SERVER, "--exit", "3"})
            .exitCode
        != 0);
    QTRY_COMPARE(desktop.shown().size(), 1);
    QCOMPARE(desktop.shown().first().title, "bad failed to start");
    QVERIFY(!entryOf(panel, "web").label.contains("Crashed"));
}

void TestTrayOnPanel::namesShowAsTheyAre()
{
    const Panel panel(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("my_web__1", client);
    QTRY_VERIFY(entryOf(panel, "my_web__1").label.startsWith("my_web__1 — Active"));
}

void TestTrayOnPanel::quitAsksOnlyOnce()
{
    const Panel panel(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    QTRY_VERIFY(!entryOf(panel, "web").label.isEmpty());
    panel.click(Panel::find(panel.menu(), "Quit"));
    QTRY_VERIFY(shownWindow<QMessageBox>());
    panel.click(Panel::find(panel.menu(), "Quit"));
    QTest::keyClick(findButton(shownWindow<QMessageBox>(), "Cancel"), Qt::Key_Space);
    QTRY_VERIFY(!shownWindow<QMessageBox>());
    QCOMPARE(infoMeanwhile("web").value("state").toString(), "active");
}

void TestTrayOnPanel::quitAsksAndRemembers()
{
    const Panel panel(m_busAddress);
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    QTRY_VERIFY(!entryOf(panel, "web").label.isEmpty());
    panel.click(Panel::find(panel.menu(), "Quit"));
    QTRY_VERIFY(shownWindow<QMessageBox>());
    QMessageBox *box = shownWindow<QMessageBox>();
    QVERIFY(box->text().startsWith("1 server running."));
    QVERIFY(box->defaultButton()->text().contains("Go On"));
    QTest::keyClick(findButton(box, "Remember my choice"), Qt::Key_Space);
    QTest::keyClick(findButton(box, "Cancel"), Qt::Key_Space);
    QTRY_VERIFY(!shownWindow<QMessageBox>());
    QCOMPARE(tray.application.settings()->onQuit(), OnQuit::Ask); // taken back with all the rest

    panel.click(Panel::find(panel.menu(), "Quit"));
    QTRY_VERIFY(shownWindow<QMessageBox>());
    box = shownWindow<QMessageBox>();
    QTest::keyClick(findButton(box, "Remember my choice"), Qt::Key_Space);
    QTest::keyClick(findButton(box, "Let Them Go On"), Qt::Key_Space);
    QTRY_VERIFY(infoMeanwhile("web").value("watcher_pid").toInteger()
                != QCoreApplication::applicationPid());
    QCOMPARE(tray.application.settings()->onQuit(), OnQuit::Keep);
    QCOMPARE(infoMeanwhile("web").value("refcount").toInt(), 1);
}

void TestTrayOnPanel::theEndOfTheSessionLosesNoServer()
{
    const Panel panel(m_busAddress);
    const InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    // What Qt makes of a session manager's word.
    QEvent end(QEvent::Quit);
    QCoreApplication::sendEvent(qApp, &end);
    QTRY_VERIFY(infoMeanwhile("web").value("watcher_pid").toInteger()
                != QCoreApplication::applicationPid());
    QVERIFY(!shownWindow<QMessageBox>());
    QCOMPARE(infoMeanwhile("web").value("refcount").toInt(), 1);
}

int main(int argc, char **argv)
{
    return runOnDesktop(argc, argv, [](Desktop *desktop) {
        return std::make_unique<TestTrayOnPanel>(desktop->busAddress());
    });
}

#include "tst_trayonpanel.moc"
