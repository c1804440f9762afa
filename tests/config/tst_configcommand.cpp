// `sharedserver config`: it tells where servers.json is and what is wrong there, and adds servers.

#include "tests/config/definedservers.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <memory>
#include <vector>

#include <sys/stat.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestConfigCommand : public QObject
{
    Q_OBJECT
private slots:
    void configTellsPathAndFaults();
    void configAddsServers();
    void manyAddAtOnce();
    void configAddKeepsAFileThatIsIgnored();
    void whatConfigAddsIsFound();
    void configAddSaysWhereItWillNotBeFound();
    void addedPathsMeanTheSameAsHere();
    void configRefusesWrongUsage_data();
    void configRefusesWrongUsage();
};

namespace {

/// A project's folder, which nobody else can write to.
QString project(const TestWorld &world)
{
    const QString folder = QFileInfo(world.path()).canonicalFilePath() + "/project";
    if (QDir().mkpath(folder)) {
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    return folder;
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

void TestConfigCommand::configTellsPathAndFaults()
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

void TestConfigCommand::configAddsServers()
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
    QCOMPARE(run(useDefined(client) + named).exitCode, 0);
    QCOMPARE(info("web")["grace_period"].toString(), "9m");
}

void TestConfigCommand::manyAddAtOnce()
{
    const TestWorld world;
    const QString path = world.path("servers.json");
    std::vector<std::unique_ptr<QProcess>> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(std::make_unique<QProcess>());
        startCommand(all.back().get(),
                     {"config", "add", "s" + QString::number(i), "--config", path, "--", "x"});
    }
    for (const auto &one : all)
        QCOMPARE(finish(one.get()).exitCode, 0);
    QCOMPARE(run({"list", "--all", "--json", "--config", path}).jsonArray().size(), 8);
}

/// One that others can write to is passed over; it is the user's all the same.
void TestConfigCommand::configAddKeepsAFileThatIsIgnored()
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

void TestConfigCommand::whatConfigAddsIsFound()
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

void TestConfigCommand::configAddSaysWhereItWillNotBeFound()
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
void TestConfigCommand::addedPathsMeanTheSameAsHere()
{
    const TestWorld world;
    const TestClient client;
    const QString folder = project(world);
    const QStringList add{"config",   "add",           "web", "--log-file",
                          "here.log", "--working-dir", ".",   "--"};
    QCOMPARE(runIn(folder, {"config", "add", "other", "--", "x"}).exitCode, 0);
    QVERIFY(QDir(folder).mkdir("sub"));
    QCOMPARE(runIn(folder + "/sub", add + QStringList{TEST_SERVER}).exitCode, 0);
    QCOMPARE(runIn(folder, useDefined(client)).exitCode, 0);
    QCOMPARE(info("web")["log_file"].toString(), folder + "/sub/here.log");
    QCOMPARE(QDir::cleanPath(info("web")["working_dir"].toString()), folder + "/sub");
}

void TestConfigCommand::configRefusesWrongUsage_data()
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

void TestConfigCommand::configRefusesWrongUsage()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    QCOMPARE(runIn(project(world), QStringList{"config"} + arguments).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestConfigCommand)
#include "tst_configcommand.moc"
