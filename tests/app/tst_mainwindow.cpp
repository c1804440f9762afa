// The window: what it shows of the servers, and what the user can do there.

#include "app/window/addserverdialog.h"
#include "app/window/clientspage.h"
#include "app/window/emptypage.h"
#include "app/window/historypage.h"
#include "app/window/logview.h"
#include "app/window/mainwindow.h"
#include "app/window/overviewpage.h"
#include "app/window/servertable.h"
#include "core/base/shelltext.h"
#include "tests/app/innertray.h"
#include "tests/app/openwindow.h"
#include "tests/app/widgets.h"
#include "tests/support/commandline.h"
#include "tests/support/environment.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestMainWindow : public QObject
{
    Q_OBJECT
private slots:
    void emptyItTeachesTheFirstCommand();
    void showsAllOfAServer();
    void whatOthersNoteCommandsNothing();
    void theHistoryGrowsAndStandsStill();
    void filters();
    void addsAServer();
    void startsWhatServersJsonSaysNow();
    void figuresAreTakenOnlyWhileItIsShown();
    void staysAsItWasLeft();
    void withoutATrayItCannotBeClosedUnseen();
    void thatThereIsNoTrayIsSaidOnce();
};

namespace {

int rowCount(const MainWindow *window)
{
    return window->findChild<ServerTable *>()->model()->rowCount();
}

/// The line of the overview that is so called.
const QLabel *overviewLine(const MainWindow *window, const QString &name)
{
    const auto all = window->findChild<OverviewPage *>()->findChildren<QLabel *>();
    for (const QLabel *label : all) {
        if (label->accessibleName() == name)
            return label;
    }
    return nullptr;
}

/// Its text.
QString overview(const MainWindow *window, const QString &name)
{
    const QLabel *line = overviewLine(window, name);
    return line ? line->text() : QString();
}

/// The titles that are shown, from top to bottom.
QStringList overviewTitles(const MainWindow *window)
{
    QMap<int, QString> titles;
    const auto all = window->findChild<OverviewPage *>()->findChildren<QLabel *>();
    for (const QLabel *label : all) {
        if (label->buddy() && label->isVisible())
            titles[label->y()] = label->text();
    }
    return titles.values();
}

/// The text of the note on top, where one is shown.
QString noteOf(const MainWindow *window)
{
    const auto all = window->findChildren<QLabel *>();
    for (const QLabel *label : all) {
        if (label->accessibleName() == "Note" && label->isVisible())
            return label->text();
    }
    return {};
}

/// Makes this the user's servers.json.
void writeDefinitions(const TestWorld &world, const QByteArray &content)
{
    const QString path = world.path("config/sharedserver/servers.json");
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

} // namespace

void TestMainWindow::emptyItTeachesTheFirstCommand()
{
    InnerTray tray;
    MainWindow *window = openWindow(&tray);
    const auto *empty = window->findChild<EmptyPage *>();
    QVERIFY(empty->isVisible());
    QVERIFY(empty->findChild<QLineEdit *>()->text().startsWith("sharedserver use "));
    const TestClient client;
    useMeanwhile("web", client);
    QTRY_VERIFY(!empty->isVisible());
}

void TestMainWindow::showsAllOfAServer()
{
    InnerTray tray;
    const TestClient client;
    const QString directory = tray.world.path("home");
    QCOMPARE(runMeanwhile({"use", "web", "--pid", client.pidText(), "--metadata", "my editor",
                           "--grace-period", "90s", "--working-dir", directory, "--", TEST_SERVER,
                           "--say", "I am up"})
                 .exitCode,
             0);
    MainWindow *window = openWindow(&tray);
    const QJsonObject info = infoMeanwhile("web");
    const QStringList row = rowOf(window, 0);
    QCOMPARE(row.mid(0, 4),
             QStringList({"web", "Active", QString::number(info["pid"].toInt()), "1"}));
    QVERIFY2(row.at(4).endsWith(" s"), qPrintable(row.at(4)));
    QCOMPARE(overview(window, "Directory"), directory);
    QCOMPARE(overview(window, "Command"), shellText({TEST_SERVER, "--say", "I am up"}));
    QVERIFY(overview(window, "Grace period").contains("90"));
    QVERIFY(overview(window, "Log file").endsWith("web.log"));
    // What there is nothing to say about takes no room.
    QCOMPARE(overviewTitles(window),
             QStringList({"Name:", "State:", "Command:", "Directory:", "Started:", "Grace period:",
                          "Log file:"}));
    const QLabel *trouble = overviewLine(window, "Trouble");
    const QLabel *state = overviewLine(window, "State");
    const QLabel *command = overviewLine(window, "Command");
    QVERIFY(trouble && state && command);
    QVERIFY(!trouble->isVisible());
    QVERIFY(command->y() - state->geometry().bottom() < state->height());

    auto *clients = window->findChild<ClientsPage *>();
    pressInDetails(window, clients);
    QCOMPARE(clients->topLevelItemCount(), 1);
    const QTreeWidgetItem *first = clients->topLevelItem(0);
    QCOMPARE(first->text(0), client.pidText());
    QVERIFY(!first->text(1).isEmpty());
    QVERIFY(!first->text(2).isEmpty());
    QCOMPARE(first->text(3), "my editor");

    auto *log = window->findChild<LogView *>();
    pressInDetails(window, log);
    QTRY_COMPARE(log->shownText(), "I am up\n");

    auto *history = window->findChild<HistoryPage *>();
    pressInDetails(window, history);
    QTRY_VERIFY(history->topLevelItemCount() > 0);
    QStringList requests;
    for (int i = 0; i < history->topLevelItemCount(); ++i)
        requests.append(history->topLevelItem(i)->text(1));
    QVERIFY2(requests.contains("start"), qPrintable(requests.join(' ')));
    const QString remarks = history->topLevelItem(0)->text(3);
    QVERIFY2(remarks.startsWith("grace period 90s, server PID " + row.at(2)), qPrintable(remarks));
}

void TestMainWindow::whatOthersNoteCommandsNothing()
{
    InnerTray tray;
    const TestClient client;
    const QString override = QChar(0x202e); // what follows reads from right to left
    QCOMPARE(runMeanwhile({"use", "web", "--pid", client.pidText(), "--metadata",
                           "me" + override + "\nand\x7f", "--", TEST_SERVER, "--say", override})
                 .exitCode,
             0);
    MainWindow *window = openWindow(&tray);
    QCOMPARE(overview(window, "Command"), shellText({TEST_SERVER, "--say", "?"}));
    auto *clients = window->findChild<ClientsPage *>();
    pressInDetails(window, clients);
    QCOMPARE(clients->topLevelItem(0)->text(3), "me? and?");
    auto *log = window->findChild<LogView *>();
    pressInDetails(window, log);
    QTRY_COMPARE(log->shownText(), "?\n");
}

void TestMainWindow::theHistoryGrowsAndStandsStill()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    const MainWindow *window = openWindow(&tray);
    auto *history = window->findChild<HistoryPage *>();
    pressInDetails(window, history);
    const auto requests = [history] {
        QStringList all;
        for (int i = 0; i < history->topLevelItemCount(); ++i)
            all.append(history->topLevelItem(i)->text(1));
        return all;
    };
    QTRY_COMPARE(requests(), QStringList("start"));
    history->setCurrentItem(history->topLevelItem(0));
    const TestClient other;
    useMeanwhile("web", other);
    QTRY_COMPARE(requests(), QStringList({"attach", "start"}));
    QVERIFY(history->currentItem());
    QCOMPARE(history->currentItem()->text(1), "start"); // still the same one
    QVERIFY(!history->topLevelItem(1)->text(3).contains("start time"));
}

void TestMainWindow::filters()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    useMeanwhile("database", client);
    MainWindow *window = openWindow(&tray);
    QCOMPARE(rowCount(window), 2);
    QTest::keyClick(window, Qt::Key_F, Qt::ControlModifier);
    QTRY_COMPARE(window->focusWidget(), field(window, "Filter"));
    QTest::keyClicks(window->focusWidget(), "WE");
    QCOMPARE(rowCount(window), 1);
    QCOMPARE(rowOf(window, 0).first(), "web");
    field(window, "Filter")->setText("nothing like it");
    QCOMPARE(rowCount(window), 0);
    field(window, "Filter")->clear();
    QCOMPARE(rowCount(window), 2);
}

void TestMainWindow::addsAServer()
{
    InnerTray tray;
    MainWindow *window = openWindow(&tray);
    QTest::keyClick(window, Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(shownWindow<AddServerDialog>());
    auto *dialog = shownWindow<AddServerDialog>();
    field(dialog, "Name")->setText("mine");
    field(dialog, "Command")->setText(TEST_SERVER);
    QTest::keyClick(field(dialog, "Command"), Qt::Key_Return);
    QTRY_VERIFY(!shownWindow<AddServerDialog>());
    QTRY_COMPARE(infoMeanwhile("mine")["state"].toString(), "grace");
    QFile file(tray.world.path("config/sharedserver/servers.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("\"mine\""));
    // What the tray defines, the command line knows.
    const TestClient client;
    QCOMPARE(runMeanwhile({"use", "mine", "--pid", client.pidText()}).exitCode, 0);
    // Nobody's server is replaced by one of the same name.
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window));
    QTest::keyClick(window, Qt::Key_N, Qt::ControlModifier);
    QTRY_VERIFY(shownWindow<AddServerDialog>());
    dialog = shownWindow<AddServerDialog>();
    field(dialog, "Name")->setText("mine");
    field(dialog, "Command")->setText("/bin/false");
    findButton(dialog, "Start Server")->click();
    QVERIFY(dialog->isVisible());
    QCOMPARE(infoMeanwhile("mine")["refcount"].toInt(), 1);
}

void TestMainWindow::startsWhatServersJsonSaysNow()
{
    InnerTray tray;
    const TestClient client;
    const QByteArray definition = R"({"servers": {"web": {"command": "%1", "args": ["--say", "%2"],
                                      "env": {"COLOUR": "%2"}}}})";
    const auto define = [&](const QByteArray &word) {
        QByteArray content = definition;
        writeDefinitions(tray.world, content.replace("%1", TEST_SERVER).replace("%2", word));
    };
    define("old");
    QCOMPARE(runMeanwhile({"use", "web", "--pid", client.pidText()}).exitCode, 0);
    MainWindow *window = openWindow(&tray);
    QCOMPARE(runMeanwhile({"admin", "stop", "web"}).exitCode, 0);
    define("new");
    QTRY_VERIFY(overview(window, "Command").contains("new"));
    QTest::keyClick(window, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(rowOf(window, 0).at(1), "Grace period");
    const QJsonObject info = infoMeanwhile("web");
    QCOMPARE(info["command"].toArray(), (QJsonArray{TEST_SERVER, "--say", "new"}));
    const QByteArrayList environment = environmentOf(info["pid"].toInteger());
    QVERIFY(environment.contains("COLOUR=new"));
    QVERIFY(!environment.contains("COLOUR=old")); // programs read the first
}

void TestMainWindow::figuresAreTakenOnlyWhileItIsShown()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    MainWindow *window = openWindow(&tray);
    QTRY_VERIFY(!rowOf(window, 0).at(7).isEmpty());
    QTRY_VERIFY(!rowOf(window, 0).at(6).isEmpty()); // of two measurements
    // By now it may have been found out that there is no tray, and then closing it would quit.
    window->setQuitsWhenClosed(false);
    window->close();
    QTRY_VERIFY(rowOf(window, 0).at(7).isEmpty());
    QVERIFY(rowOf(window, 0).at(6).isEmpty());
    const auto timers = window->findChildren<QTimer *>();
    QVERIFY(std::none_of(timers.begin(), timers.end(),
                         [](const QTimer *timer) { return timer->isActive(); }));
}

void TestMainWindow::staysAsItWasLeft()
{
    InnerTray tray;
    QSize size;
    {
        Settings settings;
        ServerModel model;
        ServerCommands commands(&model, CallerContext());
        MainWindow window(&model, &commands, &settings);
        window.show();
        window.resize(777, 555);
        size = window.size();
        window.close();
    }
    const MainWindow *again = openWindow(&tray);
    QTRY_COMPARE(again->size(), size);
}

void TestMainWindow::withoutATrayItCannotBeClosedUnseen()
{
    InnerTray tray;
    const TestClient client;
    useMeanwhile("web", client);
    QTRY_VERIFY(shownWindow<MainWindow>()); // opens by itself
    auto *window = shownWindow<MainWindow>();
    QVERIFY(noteOf(window).contains("no tray icons"));
    writeDefinitions(tray.world, "{");
    QTRY_VERIFY(noteOf(window).contains("servers.json"));
    QVERIFY(noteOf(window).contains("no tray icons"));
    writeDefinitions(tray.world, R"({"servers": {}})");
    QTRY_VERIFY(!noteOf(window).contains("servers.json"));
    QVERIFY(noteOf(window).contains("no tray icons"));
    window->close();
    QTRY_VERIFY(shownWindow<QMessageBox>());
    QVERIFY(window->isVisible());
    QTest::keyClick(shownWindow<QMessageBox>(), Qt::Key_Escape);
    QTRY_VERIFY(!shownWindow<QMessageBox>());
    QVERIFY(window->isVisible());
    window->close();
    QTRY_VERIFY(shownWindow<QMessageBox>());
    QTest::keyClick(findButton(shownWindow<QMessageBox>(), "Stop Them"), Qt::Key_Space);
    QTRY_COMPARE(infoMeanwhile("web")["state"].toString(), "stopped");
    QTRY_VERIFY(!window->isVisible());
}

void TestMainWindow::thatThereIsNoTrayIsSaidOnce()
{
    const InnerTray tray;
    Settings().setKnowsOfNoTray();
    QTRY_VERIFY(shownWindow<MainWindow>());
    QCOMPARE(noteOf(shownWindow<MainWindow>()), QString());
}

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
