// The tray's menu: its entries follow the servers, and stand still while somebody looks at them.

#include "app/servers/servercommands.h"
#include "app/servers/servermodel.h"
#include "app/tray/traymenu.h"
#include "core/process/callercontext.h"

#include <QSignalSpy>
#include <QTest>

using namespace sharedserver;

class TestTrayMenu : public QObject
{
    Q_OBJECT
private slots:
    void showsStateClientsAndUptime();
    void namesShowAsTheyAre();
    void nothingMovesWhileItIsOpen();
    void aServerThatGoesWhileItIsOpenOnlyFades();
    void moreThanFitAreInTheWindow();
    void whatRunsComesFirstWhereThereAreMany();
    void actionsFitTheState();
    void asksForWhatItCannotDoItself();
};

namespace {

ServerInfo running(const QString &name)
{
    ServerInfo info;
    info.name = name;
    info.state = ServerState::Grace;
    info.record = ServerRecord();
    info.record->server = {100, 1};
    info.record->command = {"python3"};
    info.record->startedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-65));
    return info;
}

struct Bench
{
    /// The servers' entries as they stand.
    QStringList entries() const
    {
        QStringList texts;
        const QList<QAction *> all = menu.actions();
        for (const QAction *action : all) {
            if (action->menu())
                texts.append(action->text());
        }
        return texts;
    }
    QStringList names() const
    {
        QStringList all = entries();
        for (QString &text : all)
            text = text.section(' ', 0, 0);
        return all;
    }
    QAction *find(const QString &text) const
    {
        const QList<QAction *> all = menu.findChildren<QAction *>();
        for (QAction *action : all) {
            if (action->text().remove('&').startsWith(text))
                return action;
        }
        return nullptr;
    }
    void open() { emit menu.aboutToShow(); }
    void close() { emit menu.aboutToHide(); }

    ServerModel model;
    ServerCommands commands{&model, CallerContext()};
    TrayMenu menu{&model, &commands};
};

} // namespace

void TestTrayMenu::showsStateClientsAndUptime()
{
    Bench bench;
    QVERIFY(bench.find("No servers yet")->isVisible());
    bench.model.put(running("web"));
    QTRY_COMPARE(bench.entries(), QStringList("web — Grace period, 0 client(s), 1 min"));
    QVERIFY(!bench.find("No servers yet")->isVisible());
    ServerInfo stopped;
    stopped.name = "web";
    bench.model.putStopped(stopped, "grace");
    QTRY_COMPARE(bench.entries(), QStringList("web — Stopped"));
}

void TestTrayMenu::namesShowAsTheyAre()
{
    Bench bench;
    bench.model.put(running("a&b"));
    const QString name = "begin" + QString(90, 'x') + "end";
    bench.model.put(running(name));
    QTRY_COMPARE(bench.names().size(), 2);
    QCOMPARE(bench.names().first(), "a&&b");
    QVERIFY(bench.names().last().startsWith("begin") && bench.names().last().endsWith("end"));
    QCOMPARE(bench.names().last().size(), 40);
    // On the bus an underline marks a shortcut, and two are one.
    bench.model.put(running("a_b"));
    QTRY_COMPARE(bench.names().size(), 3);
    QCOMPARE(bench.names().at(1), "a_b");
    bench.menu.setShownByDBus(true);
    QCOMPARE(bench.names().at(1), "a__b");
}

void TestTrayMenu::nothingMovesWhileItIsOpen()
{
    Bench bench;
    for (const char *name : {"dog", "cat", "eel"})
        bench.model.put(running(name));
    bench.open();
    QCOMPARE(bench.names(), QStringList({"cat", "dog", "eel"}));
    bench.model.put(running("ant"));
    QCOMPARE(bench.names(), QStringList({"cat", "dog", "eel", "ant"}));
    bench.close();
    QTRY_COMPARE(bench.names(), QStringList({"ant", "cat", "dog", "eel"}));
}

void TestTrayMenu::aServerThatGoesWhileItIsOpenOnlyFades()
{
    Bench bench;
    for (const char *name : {"cat", "dog"})
        bench.model.put(running(name));
    bench.open();
    bench.model.handleGone("cat");
    QCOMPARE(bench.names(), QStringList({"cat", "dog"}));
    QVERIFY(!bench.find("cat")->isEnabled());
    bench.close();
    QTRY_COMPARE(bench.names(), QStringList("dog"));
}

void TestTrayMenu::moreThanFitAreInTheWindow()
{
    Bench bench;
    QVERIFY(!bench.find("More in the Window")->isVisible());
    for (int i = 0; i < 200; ++i)
        bench.model.put(running(QString::number(1000 + i)));
    QTRY_COMPARE(bench.entries().size(), TrayMenu::kMostServers);
    QVERIFY(bench.find("More in the Window")->isVisible());
}

void TestTrayMenu::whatRunsComesFirstWhereThereAreMany()
{
    Bench bench;
    QList<ServerDefinition> definitions(100);
    for (int i = 0; i < 100; ++i)
        definitions[i].name = QString::number(1000 + i);
    bench.model.setDefinitions(definitions);
    bench.model.put(running("zebra"));
    QTRY_COMPARE(bench.entries().size(), TrayMenu::kMostServers);
    QCOMPARE(bench.names().first(), "zebra");
    QCOMPARE(bench.names().at(1), "1000");
}

void TestTrayMenu::actionsFitTheState()
{
    Bench bench;
    QVERIFY(!bench.find("Stop All")->isEnabled());
    bench.model.put(running("web"));
    QTRY_VERIFY(bench.find("Stop All")->isEnabled());
    QVERIFY(!bench.find("Start")->isEnabled());
    QVERIFY(bench.find("Restart")->isEnabled());
    ServerInfo stopped;
    stopped.name = "web";
    bench.model.putStopped(stopped, "crashed");
    QTRY_VERIFY(bench.find("Start")->isEnabled());
    QVERIFY(!bench.find("Kill")->isEnabled());
    QVERIFY(!bench.find("Restart")->isEnabled());
    QVERIFY(bench.find("Show Log")->isEnabled());
    QTRY_VERIFY(!bench.find("Stop All")->isEnabled());
    stopped.record = ServerRecord();
    stopped.record->watcher = ProcessId::self(); // whoever starts it again
    stopped.record->restartAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(60));
    bench.model.putStopped(stopped, "crashed");
    QTRY_VERIFY(bench.find("Stop All")->isEnabled());
}

void TestTrayMenu::asksForWhatItCannotDoItself()
{
    Bench bench;
    bench.model.put(running("web"));
    QTRY_VERIFY(bench.find("Kill"));
    const QSignalSpy kill(&bench.menu, &TrayMenu::killAsked);
    const QSignalSpy log(&bench.menu, &TrayMenu::logAsked);
    const QSignalSpy details(&bench.menu, &TrayMenu::detailsAsked);
    bench.find("Kill")->trigger();
    bench.find("Show Log")->trigger();
    bench.find("Details")->trigger();
    for (const QSignalSpy *spy : {&kill, &log, &details}) {
        QCOMPARE(spy->size(), 1);
        QCOMPARE(spy->first().first().toString(), "web");
    }
}

QTEST_MAIN(TestTrayMenu)
#include "tst_traymenu.moc"
