// What the command line makes of servers.json: use without a command, list --all, drift, config.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <sys/stat.h>

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
    void configTellsPathAndFaults();
    void configAddsServers();
    void configAddKeepsAFileThatIsIgnored();
    void whatConfigAddsIsFound();
    void configAddSaysWhereItWillNotBeFound();
    void addedPathsMeanTheSameAsHere();
    void configRefusesWrongUsage_data();
    void configRefusesWrongUsage();
};

namespace {

/// Puts a file with these servers where every command of the test finds it.
void define(const TestWorld &world, const QJsonObject &servers)
{
    const QString path = world.path("config/sharedserver/servers.json");
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("Cannot write %s", qPrintable(path));
    file.write(QJsonDocument(QJsonObject{{"servers", servers}}).toJson());
}

QJsonObject web(const QJsonObject &more = {})
{
    QJsonObject definition{{"command", TEST_SERVER}};
    for (auto member = more.begin(); member != more.end(); ++member)
        definition.insert(member.key(), member.value());
    return {{"web", definition}};
}

QStringList useWeb(const TestClient &client)
{
    return {"use", "web", "--pid", client.pidText()};
}

/// A project's folder, which nobody else can write to.
QString project(const TestWorld &world)
{
    const QString folder = QFileInfo(world.path()).canonicalFilePath() + "/project";
    if (QDir().mkpath(folder)) {
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    return folder;
}

CommandResult runIn(const QString &folder, const QStringList &arguments)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    startCommand(&process, arguments);
    return finish(&process);
}

/// The umask of this process and what it starts, for as long as this lives.
class Umask
{
public:
    explicit Umask(mode_t mask)
        : m_before(umask(mask))
    {
    }
    ~Umask() { umask(m_before); }
    Umask(const Umask &) = delete;
    Umask &operator=(const Umask &) = delete;

private:
    mode_t m_before;
};

} // namespace

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
    const auto used = run(useWeb(client));
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QVERIFY(used.output.contains("Started server web"));
    const QJsonObject shown = info("web");
    QCOMPARE(shown["command"].toArray(), QJsonArray{TEST_SERVER});
    QCOMPARE(shown["grace_period"].toString(), "7m");
    QCOMPARE(shown["log_file"].toString(), world.path("home/web.log"));
    QCOMPARE(shown["working_dir"].toString(), world.path("runtime"));
    QCOMPARE(shown["clients"][0]["metadata"].toString(), "from the file");
    QCOMPARE(shown["drift"].toArray(), QJsonArray());
    QFile environment(QString("/proc/%1/environ").arg(pidOf("web")));
    if (environment.open(QIODevice::ReadOnly))
        QVERIFY(environment.readAll().split('\0').contains("COLOUR=blue"));
}

void TestDefinitions::theCommandLineWins()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"gracePeriod", "7m"}, {"metadata", "from the file"}}));
    QCOMPARE(
        run(useWeb(client) + QStringList{"--grace-period", "1h", "--metadata", "given"}).exitCode,
        0);
    QCOMPARE(info("web")["grace_period"].toString(), "1h");
    QCOMPARE(info("web")["clients"][0]["metadata"].toString(), "given");
}

void TestDefinitions::aGivenCommandNeedsNoFile()
{
    const TestWorld world;
    const TestClient client;
    qputenv("SHAREDSERVER_CONFIG", "/nowhere/at/all.json");
    const auto used = run(useWeb(client) + QStringList{"--", TEST_SERVER});
    qunsetenv("SHAREDSERVER_CONFIG");
    QCOMPARE(used.exitCode, 0);
    QCOMPARE(used.errors, "");
}

void TestDefinitions::aLazyServerIsNotStartedByUse()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"lazy", true}}));
    const auto refused = run(useWeb(client));
    QCOMPARE(refused.exitCode, 1);
    QVERIFY2(refused.errors.contains("lazy"), qPrintable(refused.errors));
    QCOMPARE(run({"admin", "start", "web"}).exitCode, 0);
    QCOMPARE(run(useWeb(client)).exitCode, 0);
}

void TestDefinitions::aSkippedServerIsSaidToBe()
{
    const TestWorld world;
    const TestClient client;
    define(world, web({{"skipIfEnv", "SHAREDSERVER_TEST_WORLD"}}));
    const auto refused = run(useWeb(client));
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
    QCOMPARE(run(useWeb(first)).exitCode, 1);
    QCOMPARE(run(useWeb(first) + QStringList{"--", TEST_SERVER}).exitCode, 0);
    const auto attached = run(useWeb(second));
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
    QCOMPARE(run(useWeb(client) + QStringList{"--", TEST_SERVER}).exitCode, 0);
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
    QCOMPARE(run(useWeb(client)).exitCode, 0);
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
    QCOMPARE(run(useWeb(client)).exitCode, 1);
    define(world, web());
    QCOMPARE(run(useWeb(client)).exitCode, 0);
}

void TestDefinitions::driftIsShownAndWarnedOfOnce()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    define(world, web());
    QCOMPARE(run(useWeb(first)).exitCode, 0);
    define(world, web({{"args", QJsonArray{"--new"}}, {"gracePeriod", "1h"}}));
    QCOMPARE(info("web")["drift"].toArray(), (QJsonArray{"command", "gracePeriod"}));
    QVERIFY(run({"info", "web"}).output.contains("Drift"));
    const auto attached = run(useWeb(second));
    QCOMPARE(attached.exitCode, 0);
    QVERIFY2(attached.errors.contains("admin restart web"), qPrintable(attached.errors));
    QCOMPARE(run(useWeb(second)).errors, "");
    QCOMPARE(refcountOf("web"), 2);
}

void TestDefinitions::restartTakesTheNewDefinition()
{
    const TestWorld world;
    const TestClient client;
    define(world, web());
    QCOMPARE(run(useWeb(client)).exitCode, 0);
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
    QCOMPARE(run(useWeb(client)).exitCode, 0);
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

void TestDefinitions::configTellsPathAndFaults()
{
    const TestWorld world;
    QCOMPARE(run({"config", "path"}).exitCode, 1);
    QCOMPARE(run({"config", "check"}).exitCode, 1);
    define(world, web());
    QCOMPARE(run({"config", "path"}).output, world.path("config/sharedserver/servers.json") + "\n");
    QCOMPARE(run({"config", "check"}).exitCode, 0);
    define(world, web({{"comand", "x"}}));
    const auto warned = run({"config", "check"});
    QCOMPARE(warned.exitCode, 0);
    QVERIFY2(warned.errors.contains("'command'"), qPrintable(warned.errors));
    define(world, web({{"logFile", "$NOT_SET_ANYWHERE/x"}}));
    const auto failed = run({"config", "check"});
    QCOMPARE(failed.exitCode, 1);
    for (const char *part : {"servers.json", "servers.web.logFile", "NOT_SET_ANYWHERE"})
        QVERIFY2(failed.errors.contains(part), qPrintable(failed.errors));
    QVERIFY(run({"config", "schema"}).json().contains("definitions"));
}

void TestDefinitions::configAddsServers()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("new/servers.json");
    const QStringList named{"--config", path};
    const QStringList add{"config", "add", "web", "--grace-period", "9m"};
    QCOMPARE(run(add + named + QStringList{"--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(run(QStringList{"config", "check"} + named).exitCode, 0);
    QCOMPARE(run(add + named + QStringList{"--", TEST_SERVER}).exitCode, 1);
    QCOMPARE(run(QStringList{"config", "add", "db"} + named + QStringList{"--", "x"}).exitCode, 0);
    QCOMPARE(run(QStringList{"list", "--all", "--json"} + named).jsonArray().size(), 2);
    QCOMPARE(run(useWeb(client) + named).exitCode, 0);
    QCOMPARE(info("web")["grace_period"].toString(), "9m");
}

/// One that others can write to is passed over; it is the user's all the same.
void TestDefinitions::configAddKeepsAFileThatIsIgnored()
{
    const TestWorld world;
    const QString path = project(world) + "/.sharedserver.json";
    const QByteArray content = R"({"servers": {"precious": {"command": "x"}}})";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.setPermissions(file.permissions() | QFile::WriteGroup);
    file.close();
    const auto added = runIn(project(world), {"config", "add", "web", "--", TEST_SERVER});
    QCOMPARE(added.exitCode, 1);
    QVERIFY2(added.errors.contains("chmod go-w"), qPrintable(added.errors));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), content);
}

void TestDefinitions::whatConfigAddsIsFound()
{
    const TestWorld world;
    const QString folder = project(world);
    const Umask open(002); // as where each user has a group of his own
    const auto added = runIn(folder, {"config", "add", "web", "--", TEST_SERVER});
    QCOMPARE(added.exitCode, 0);
    QCOMPARE(added.errors, "");
    const auto path = runIn(folder, {"config", "path"});
    QCOMPARE(path.output, folder + "/.sharedserver.json\n");
    QCOMPARE(path.errors, "");
}

void TestDefinitions::configAddSaysWhereItWillNotBeFound()
{
    const TestWorld world;
    const QString folder = project(world);
    QFile::setPermissions(folder, QFile::permissions(folder) | QFile::WriteOther);
    const auto added = runIn(folder, {"config", "add", "web", "--", TEST_SERVER});
    QCOMPARE(added.exitCode, 0);
    QVERIFY2(added.errors.contains("is ignored: others can write to '" + folder + "'"),
             qPrintable(added.errors));
}

/// Paths in the file belong to its folder, those of a command line to where it is called.
void TestDefinitions::addedPathsMeanTheSameAsHere()
{
    const TestWorld world;
    const TestClient client;
    const QString folder = project(world);
    const QStringList add{"config",   "add",           "web", "--log-file",
                          "here.log", "--working-dir", ".",   "--"};
    QCOMPARE(runIn(folder, {"config", "add", "other", "--", "x"}).exitCode, 0);
    QVERIFY(QDir(folder).mkdir("sub"));
    QCOMPARE(runIn(folder + "/sub", add + QStringList{TEST_SERVER}).exitCode, 0);
    QCOMPARE(runIn(folder, useWeb(client)).exitCode, 0);
    QCOMPARE(info("web")["log_file"].toString(), folder + "/sub/here.log");
    QCOMPARE(QDir::cleanPath(info("web")["working_dir"].toString()), folder + "/sub");
}

void TestDefinitions::configRefusesWrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("no action") << QStringList{};
    QTest::newRow("unknown action") << QStringList{"chek"};
    QTest::newRow("more words") << QStringList{"path", "web"};
    QTest::newRow("check with add's options") << QStringList{"check", "--env", "A=1"};
    QTest::newRow("path with add's options") << QStringList{"path", "--grace-period", "1m"};
    QTest::newRow("schema with add's options") << QStringList{"schema", "--log-file", "x"};
    QTest::newRow("add without name") << QStringList{"add", "--", "x"};
    QTest::newRow("add without command") << QStringList{"add", "web"};
    QTest::newRow("add with a bad name") << QStringList{"add", "../web", "--", "x"};
    QTest::newRow("add with an empty command") << QStringList{"add", "web", "--", ""};
}

void TestDefinitions::configRefusesWrongUsage()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    QCOMPARE(runIn(project(world), QStringList{"config"} + arguments).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestDefinitions)
#include "tst_definitions.moc"
