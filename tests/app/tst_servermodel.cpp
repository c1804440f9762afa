// The table of servers follows the supervisor's events, and tells its views exactly what changes.

#include "app/servers/serverfilter.h"
#include "app/servers/servermodel.h"
#include "app/tray/trayicon.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QTextDocumentFragment>

using namespace sharedserver;

class TestServerModel : public QObject
{
    Q_OBJECT
private slots:
    void followsEvents();
    void whatHasStoppedStays();
    void tellsWhetherItIsReady();
    void tellsThatItComesBack();
    void troubleIsTroubleUntilItIsSeen();
    void toolTipsShowTextsAsTheyAre_data();
    void toolTipsShowTextsAsTheyAre();
    void definedOnesAreThereWithoutRunning();
    void startsAsItIsDefinedNow();
    void oneThatIsLetGoOfDisappears();
    void filters_data();
    void filters();
    void sortsNumbersAsNumbers();
    void theIconTellsTheWorst_data();
    void theIconTellsTheWorst();
    void randomEventsKeepItWhole();
};

namespace {

ServerInfo running(const QString &name, ServerState state = ServerState::Active, qint64 pid = 100)
{
    ServerInfo info;
    info.name = name;
    info.state = state;
    info.record = ServerRecord();
    info.record->server = {pid, 1};
    info.record->command = {"python3", "-m", name.toLatin1()};
    info.record->startedAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(-65));
    return info;
}

ServerInfo stopped(const QString &name, std::optional<int> code = {})
{
    ServerInfo info;
    info.name = name;
    info.lastExit = ExitStatus{code, {}};
    return info;
}

QString cell(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

/// What the user reads, which is not what is written where it is rich.
QString shownToolTip(const QModelIndex &index)
{
    const QString text = index.data(Qt::ToolTipRole).toString();
    return Qt::mightBeRichText(text) ? QTextDocumentFragment::fromHtml(text).toPlainText() : text;
}

QStringList names(const QAbstractItemModel &model)
{
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row)
        all.append(cell(model, row, ServerModel::Name));
    return all;
}

class Bench
{
public:
    ServerModel model;

private:
    QAbstractItemModelTester m_tester{&model,
                                      QAbstractItemModelTester::FailureReportingMode::Fatal};
};

} // namespace

void TestServerModel::followsEvents()
{
    Bench bench;
    ServerModel &model = bench.model;
    model.put(running("web"));
    model.put(running("chroma", ServerState::Grace, 200));
    QCOMPARE(names(model), (QStringList{"chroma", "web"}));
    QCOMPARE(cell(model, 0, ServerModel::State), "Grace period");
    QCOMPARE(cell(model, 0, ServerModel::Pid), "200");
    QCOMPARE(cell(model, 1, ServerModel::State), "Active");
    QVERIFY(cell(model, 1, ServerModel::Uptime).startsWith("1 min "));
    QCOMPARE(cell(model, 1, ServerModel::Clients), "0");
    const QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    model.put(running("web", ServerState::Grace));
    QCOMPARE(cell(model, 1, ServerModel::State), "Grace period");
    QCOMPARE(changes.count(), 1); // that row alone
    QCOMPARE(changes.first().at(0).toModelIndex().row(), 1);
    QCOMPARE(changes.first().at(1).toModelIndex().row(), 1);
}

void TestServerModel::whatHasStoppedStays()
{
    Bench bench;
    ServerModel &model = bench.model;
    model.put(running("web"));
    model.putStopped(stopped("web", 0), "stopped");
    model.handleGone("web");
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(cell(model, 0, ServerModel::State), "Stopped");
    QCOMPARE(cell(model, 0, ServerModel::Pid), "");
    QVERIFY(model.at(0).canStart()); // with the command of before
    model.forget("web");
    QCOMPARE(model.rowCount(), 0);
}

void TestServerModel::tellsWhetherItIsReady()
{
    Bench bench;
    ServerInfo info = running("web");
    info.record->ready = {{"tcp", 8000}};
    bench.model.put(info);
    QCOMPARE(cell(bench.model, 0, ServerModel::State), "Active, not ready yet");
    info.record->readyAt = Timestamp(QDateTime::currentDateTimeUtc());
    bench.model.put(info);
    QCOMPARE(cell(bench.model, 0, ServerModel::State), "Active");
}

void TestServerModel::tellsThatItComesBack()
{
    Bench bench;
    ServerModel &model = bench.model;
    model.put(running("web"));
    ServerInfo info = stopped("web", 3);
    info.record = running("web").record;
    info.record->watcher = ProcessId::self(); // whoever starts it again
    info.record->restartAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(4));
    model.putStopped(info, "crashed");
    QCOMPARE(cell(model, 0, ServerModel::State), "Crashed (exit code 3), starts again soon");
    QVERIFY(model.at(0).canStart());
    Error error{Error::Kind::CannotStart, "It ended 9 times in a row", {{"restarts", 8}}};
    model.putFailed(stopped("web", 3), error);
    QCOMPARE(cell(model, 0, ServerModel::State), "Given up after 8 restart(s)");
    QVERIFY(model.at(0).isTrouble());
    model.put(running("web"));
    error.details = {};
    model.putFailed(stopped("web", 3), error);
    QCOMPARE(cell(model, 0, ServerModel::State), "Failed to start");
}

void TestServerModel::troubleIsTroubleUntilItIsSeen()
{
    Bench bench;
    ServerModel &model = bench.model;
    model.put(running("web"));
    model.putStopped(stopped("web", 3), "crashed");
    QCOMPARE(cell(model, 0, ServerModel::State), "Crashed (exit code 3)");
    QVERIFY(model.at(0).isTrouble());
    model.markSeen("web");
    QVERIFY(!model.at(0).isTrouble());
    QCOMPARE(cell(model, 0, ServerModel::State), "Crashed (exit code 3)");
    model.putFailed(stopped("web"), {Error::Kind::CannotStart, "No such <program>"});
    QVERIFY(model.at(0).isTrouble());
    QCOMPARE(cell(model, 0, ServerModel::State), "Failed to start");
    QCOMPARE(shownToolTip(model.index(0, 0)), "No such <program>");
    model.put(running("web"));
    QVERIFY(!model.at(0).isTrouble());
}

void TestServerModel::toolTipsShowTextsAsTheyAre_data()
{
    QTest::addColumn<QByteArrayList>("command");
    QTest::addColumn<QString>("text");
    QTest::newRow("words") << QByteArrayList{"serve", "8000"} << "serve 8000";
    QTest::newRow("two commands") << QByteArrayList{"sh", "-c", "a && b"} << "sh -c 'a && b'";
    QTest::newRow("quotes") << QByteArrayList{"sh", "-c", "a \"b  c\""} << "sh -c 'a \"b  c\"'";
    QTest::newRow("tags") << QByteArrayList{"echo", "<b>"} << "echo '<b>'";
}

void TestServerModel::toolTipsShowTextsAsTheyAre()
{
    QFETCH(const QByteArrayList, command);
    ServerModel model;
    ServerInfo info = running("web");
    info.record->command = command;
    model.put(info);
    QTEST(shownToolTip(model.index(0, ServerModel::State)), "text");
    QVERIFY(shownToolTip(model.index(0, ServerModel::Name)).startsWith("web\n"));
}

void TestServerModel::definedOnesAreThereWithoutRunning()
{
    Bench bench;
    ServerModel &model = bench.model;
    ServerDefinition web;
    web.name = "web";
    web.command = {"python3"};
    ServerDefinition db;
    db.name = "db";
    db.command = {"redis-server"};
    model.put(running("web"));
    model.setDefinitions({web, db});
    QCOMPARE(names(model), (QStringList{"db", "web"}));
    QVERIFY(model.find("db")->canStart());
    QVERIFY(!model.find("web")->canStart());
    model.putStopped(stopped("web", 0), "stopped");
    model.forget("web"); // its past, that is
    QCOMPARE(names(model), (QStringList{"db", "web"}));
    model.setDefinitions({web});
    QCOMPARE(names(model), QStringList{"web"});
    model.setDefinitions({});
    QCOMPARE(names(model), QStringList());
}

void TestServerModel::startsAsItIsDefinedNow()
{
    Bench bench;
    ServerModel &model = bench.model;
    ServerDefinition definition;
    definition.name = "web";
    definition.command = {"new"};
    definition.workingDirectory = "/new";
    model.put(running("web"));
    const QByteArrayList before = model.at(0).command();
    model.setDefinitions({definition});
    QCOMPARE(model.at(0).command(), before); // what runs is what runs
    ServerInfo info = stopped("web", 3);
    info.record = running("web").record;
    info.record->watcher = ProcessId::self();
    info.record->restartAt = Timestamp(QDateTime::currentDateTimeUtc().addSecs(60));
    model.putStopped(info, "crashed");
    QCOMPARE(model.at(0).command(), before); // and what will be started again is the same
    model.putStopped(stopped("web", 0), "stopped");
    QCOMPARE(model.at(0).command(), QByteArrayList{"new"});
    QCOMPARE(model.at(0).workingDirectory(), "/new");
    definition.command.clear(); // lazy, it is only attached to
    model.setDefinitions({definition});
    QCOMPARE(model.at(0).command(), before);
    model.setDefinitions({});
    QCOMPARE(model.at(0).command(), before);
}

void TestServerModel::oneThatIsLetGoOfDisappears()
{
    Bench bench;
    ServerModel &model = bench.model;
    model.put(running("web"));
    model.handleGone("web");
    QCOMPARE(model.rowCount(), 0);
    model.handleGone("nobody");
}

void TestServerModel::filters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nothing") << "" << QStringList{"chroma", "web"};
    QTest::newRow("name") << "CHRO" << QStringList{"chroma"};
    QTest::newRow("state") << "grace" << QStringList{"chroma"};
    QTest::newRow("command") << "python3 web" << QStringList{"web"};
    QTest::newRow("no match") << "xyz" << QStringList();
    QTest::newRow("all words") << "python3 xyz" << QStringList();
    QTest::newRow("no pattern") << "." << QStringList();
}

void TestServerModel::filters()
{
    QFETCH(const QString, text);
    QFETCH(const QStringList, expected);
    Bench bench;
    bench.model.put(running("web"));
    bench.model.put(running("chroma", ServerState::Grace));
    ServerFilter filter;
    const QAbstractItemModelTester tester(&filter,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    filter.setSourceModel(&bench.model);
    filter.setText(text);
    QCOMPARE(names(filter), expected);
}

void TestServerModel::sortsNumbersAsNumbers()
{
    Bench bench;
    bench.model.put(running("a", ServerState::Active, 1000));
    bench.model.put(running("b", ServerState::Active, 200));
    bench.model.putStopped(stopped("c", 0), "stopped");
    ServerFilter filter;
    filter.setSourceModel(&bench.model);
    filter.sort(ServerModel::Pid, Qt::DescendingOrder);
    QCOMPARE(names(filter), (QStringList{"a", "b", "c"}));
}

void TestServerModel::theIconTellsTheWorst_data()
{
    QTest::addColumn<QStringList>("servers");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("toolTip");
    QTest::newRow("none") << QStringList() << int(TrayState::Idle)
                          << "Shared servers: no server runs";
    QTest::newRow("stopped") << QStringList{"stopped"} << int(TrayState::Idle)
                             << "Shared servers: no server runs";
    QTest::newRow("grace") << QStringList{"grace"} << int(TrayState::Grace)
                           << "Shared servers: 1 server(s) running, 0 client(s), 1 in grace period";
    QTest::newRow("active") << QStringList{"grace", "active"} << int(TrayState::Active)
                            << "Shared servers: 2 server(s) running, 0 client(s), 1 in grace "
                               "period";
    QTest::newRow("crashed") << QStringList{"active", "crashed"} << int(TrayState::Trouble)
                             << "Shared servers: 1 server(s) in trouble, 1 server(s) running, 0 "
                                "client(s)";
}

void TestServerModel::theIconTellsTheWorst()
{
    QFETCH(const QStringList, servers);
    QFETCH(const int, state);
    QFETCH(const QString, toolTip);
    Bench bench;
    for (const QString &server : servers) {
        bench.model.put(
            running(server, server == "grace" ? ServerState::Grace : ServerState::Active));
        if (server == "stopped" || server == "crashed")
            bench.model.putStopped(stopped(server, 1), server);
    }
    QCOMPARE(int(TrayIcon::stateOf(bench.model)), state);
    QCOMPARE(TrayIcon::toolTipOf(bench.model), toolTip);
}

void TestServerModel::randomEventsKeepItWhole()
{
    Bench bench;
    ServerFilter filter;
    const QAbstractItemModelTester tester(&filter,
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    filter.setSourceModel(&bench.model);
    quint32 random = 1;
    const auto next = [&random](quint32 below) {
        random = random * 1664525 + 1013904223;
        return (random >> 16) % below;
    };
    for (int i = 0; i < 3000; ++i) {
        const QString name = QStringLiteral("s%1").arg(next(20));
        switch (next(6)) {
        case 0:
        case 1:
            bench.model.put(running(name, next(2) ? ServerState::Active : ServerState::Grace));
            break;
        case 2:
            bench.model.putStopped(stopped(name, int(next(2))), next(2) ? "crashed" : "stopped");
            break;
        case 3:
            bench.model.handleGone(name);
            break;
        case 4:
            bench.model.forget(name);
            break;
        default:
            bench.model.tick(true);
            break;
        }
    }
    QCOMPARE(filter.rowCount(), bench.model.rowCount());
}

QTEST_MAIN(TestServerModel)
#include "tst_servermodel.moc"
