// What the command line makes of servers.json: use without a command, list --all, drift.

#include "tests/config/definedservers.h"
#include "tests/support/commandline.h"
#include "tests/support/environment.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestDefinitions : public QObject
{
    Q_OBJECT
private slots:
    void useTakesTheCommandFromTheFile();
    void theCommandLineWins();
    void aGivenCommandNeedsNoFile();
    void aLazyServerIsNotStartedByUse();
    void aSkippedServerIsSaidToBe();
    void aBrokenFileDoesNotHinderAttaching();
    void aBrokenFileHindersNothingThatRuns_data();
    void aBrokenFileHindersNothingThatRuns();
    void aMissingNamedFileIsAnError();
    void listAllShowsWhatIsDefined();
    void changesAreSeenAtOnce();
    void driftIsShownAndWarnedOfOnce();
    void restartTakesTheNewDefinition();
    void aNewCommandThatCannotRunCostsNothing();
    void namesAreCompleted();
    void onlyNamesOfServersAreCompleted();
};

void TestDefinitions::useTakesTheCommandFromTheFile()
{
    const TestWorld world;
    const TestClient client;
    define(world,
           web({{"env", QJsonObject{{"COLOUR", "blue"}}},
                {"gracePeriod", "${UNSET_HERE:-7m}"},
                {"logFile", "~/web.log"},
                {"workingDir", world.path("runtime")},
                {"metadata", "from the file"}}));
    const auto used = run(useDefined(client));
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QVERIFY(used.output.contains("Started server web"));
    const QJsonObject shown = info("web");
    QCOMPARE(shown["command"].toArray(), QJsonArray{TEST_SERVER});
    QCOMPARE(shown["grace_period"].toString(), "7m");
    QCOMPARE(shown["log_file"].toString(), world.path("home/web.log"));
    QCOMPARE(shown["working_dir"].toString(), world.path("runtime"));
    QCOMPARE(shown["clients"][0]["metadata"].toString(), "from the file");
    QCOMPARE(shown["drift"].toArray(), QJsonArray());
    QVERIFY(environmentOf(pidOf("web")).contains("COLOUR=blue"));
}

void TestDefinitions::theCommandLineWins()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"gracePeriod", "7m"}, {"metadata", "from the file"}}));
    QCOMPARE(run(useDefined(client) + QStringList{"--grace-period", "1h", "--metadata", "given"})
                 .exitCode,
             0);
    QCOMPARE(info("web")["grace_period"].toString(), "1h");
    QCOMPARE(info("web")["clients"][0]["metadata"].toString(), "given");
}

void TestDefinitions::aGivenCommandNeedsNoFile()
{
    const TestWorld world;
    const TestClient client;
    qputenv("SHAREDSERVER_CONFIG", "/nowhere/at/all.json");
    const auto used = run(useDefined(client) + QStringList{"--", TEST_SERVER});
    qunsetenv("SHAREDSERVER_CONFIG");
    QCOMPARE(used.exitCode, 0);
    QCOMPARE(used.errors, "");
}

void TestDefinitions::aLazyServerIsNotStartedByUse()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"lazy", true}}));
    const auto refused = run(useDefined(client));
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.errors.contains("lazy"), qPrintable(refused.errors));
    QCOMPARE(run({"admin", "start", "web"}).exitCode, 0);
    QCOMPARE(run(useDefined(client)).exitCode, 0);
}

void TestDefinitions::aSkippedServerIsSaidToBe()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"skipIfEnv", "SHAREDSERVER_TEST_WORLD"}}));
    const auto refused = run(useDefined(client));
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.errors.contains("SHAREDSERVER_TEST_WORLD"), qPrintable(refused.errors));
    QCOMPARE(run({"list", "--all", "--json"}).jsonArray().size(), 0);
}

void TestDefinitions::aBrokenFileDoesNotHinderAttaching()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    define(world, web({{"gracePeriod", "soon"}}));
    QCOMPARE(run(useDefined(first)).exitCode, 1);
    QCOMPARE(run(useDefined(first) + QStringList{"--", TEST_SERVER}).exitCode, 0);
    const auto attached = run(useDefined(second));
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.errors.contains("gracePeriod"), qPrintable(attached.errors));
}

void TestDefinitions::aBrokenFileHindersNothingThatRuns_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("restart") << QStringList{"admin", "restart", "web"};
    QTest::newRow("wait") << QStringList{"wait", "web"};
    QTest::newRow("run") << QStringList{"run", "web", "--", "true"};
}

void TestDefinitions::aBrokenFileHindersNothingThatRuns()
{
    QFETCH(const QStringList, arguments);
    const TestWorld world;
    const TestClient client;
    define(world, web({{"gracePeriod", "soon"}}));
    QCOMPARE(run(arguments).exitCode, 1);
    QCOMPARE(run(useDefined(client) + QStringList{"--", TEST_SERVER}).exitCode, 0);
    const auto done = run(arguments);
    QVERIFY2(done.exitCode == 0, qPrintable(done.errors));
    QVERIFY2(done.errors.contains("gracePeriod"), qPrintable(done.errors));
}

void TestDefinitions::aMissingNamedFileIsAnError()
{
    const TestWorld world;
    const TestClient client;
    for (const QString &command : {QString("use"), QString("list")}) {
        QStringList arguments{command, "--config", world.path("none.json")};
        arguments +=
            command == "use" ? QStringList{"web", "--pid", client.pidText()} : QStringList{"--all"};
        const auto refused = run(arguments);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.errors.contains("none.json"), qPrintable(refused.errors));
    }
}

void TestDefinitions::listAllShowsWhatIsDefined()
{
    const TestWorld world;
    const TestClient client;
    QJsonObject servers = web();
    servers.insert("bad", QJsonObject{{"command", 5}});
    servers.insert("zeta",
                   QJsonObject{{"command", "x"}, {"description", "the last"}, {"logFile", "~/z"}});
    define(world, servers);
    QCOMPARE(run(useDefined(client)).exitCode, 0);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 1);
    const QJsonArray all = run({"list", "--all", "--json"}).jsonArray();
    QCOMPARE(all.size(), 3);
    QCOMPARE(all[0]["name"].toString(), "bad");
    QVERIFY(all[0]["problem"].toString().contains("command"));
    QCOMPARE(all[1]["state"].toString(), "active");
    QCOMPARE(all[2]["state"].toString(), "stopped");
    QCOMPARE(all[2]["description"].toString(), "the last");
    QCOMPARE(all[2]["log_file"].toString(), world.path("home/z"));
    for (const QJsonValue &one : all)
        QCOMPARE(one["defined"].toBool(), true);
    const QString table = run({"list", "--all"}).output;
    QVERIFY2(table.contains("zeta"), qPrintable(table));
}

void TestDefinitions::changesAreSeenAtOnce()
{
    const TestWorld world;
    const TestClient client;
    define(world, {{"other", QJsonObject{{"command", TEST_SERVER}}}});
    QCOMPARE(run({"use", "other", "--pid", client.pidText()}).exitCode, 0);
    QCOMPARE(run(useDefined(client)).exitCode, 1);
    define(world, web());
    QCOMPARE(run(useDefined(client)).exitCode, 0);
}

void TestDefinitions::driftIsShownAndWarnedOfOnce()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    define(world, web());
    QCOMPARE(run(useDefined(first)).exitCode, 0);
    define(world, web({{"args", QJsonArray{"--new"}}, {"gracePeriod", "1h"}}));
    QCOMPARE(info("web")["drift"].toArray(), (QJsonArray{"command", "gracePeriod"}));
    QVERIFY(run({"info", "web"}).output.contains("Drift"));
    const auto attached = run(useDefined(second));
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.errors.contains("admin restart web"), qPrintable(attached.errors));
    QCOMPARE(run(useDefined(second)).errors, "");
    QCOMPARE(refcountOf("web"), 2);
}

void TestDefinitions::restartTakesTheNewDefinition()
{
    const TestWorld world;
    const TestClient client;
    define(world, web());
    QCOMPARE(run(useDefined(client)).exitCode, 0);
    define(world, web({{"env", QJsonObject{{"COLOUR", "red"}}}, {"gracePeriod", "1h"}}));
    const auto restarted = run({"admin", "restart", "web"});
    QVERIFY2(restarted.exitCode == 0, qPrintable(restarted.errors));
    const QJsonObject shown = info("web");
    QCOMPARE(shown["grace_period"].toString(), "1h");
    QCOMPARE(shown["drift"].toArray(), QJsonArray());
    QCOMPARE(shown["refcount"].toInt(), 1);
}

void TestDefinitions::aNewCommandThatCannotRunCostsNothing()
{
    const TestWorld world;
    const TestClient client;
    define(world, web());
    QCOMPARE(run(useDefined(client)).exitCode, 0);
    const qint64 pid = pidOf("web");
    define(world, {{"web", QJsonObject{{"command", "/nowhere/at/all"}}}});
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 1);
    QCOMPARE(pidOf("web"), pid);
}

void TestDefinitions::namesAreCompleted()
{
    const TestWorld world;
    define(world, web());
    QCOMPARE(run({"complete-names"}).output, "web\n");
}

/// Shells expand what they are offered, and a file may come from a stranger's repository.
void TestDefinitions::onlyNamesOfServersAreCompleted()
{
    const TestWorld world;
    QJsonObject servers = web();
    for (const char *name : {"$(touch trap)", "a b", "`id`", "\x1b[31m", "../x", ""})
        servers.insert(name, QJsonObject{{"command", "x"}});
    define(world, servers);
    QCOMPARE(run({"complete-names"}).output, "web\n");
}

QTEST_GUILESS_MAIN(TestDefinitions)
#include "tst_definitions.moc"
