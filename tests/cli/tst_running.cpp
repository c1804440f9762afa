// `run`: a command uses a server for as long as it lives, and is otherwise as if run without us.

#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRunning : public QObject
{
    Q_OBJECT
private slots:
    void theCommandIsTheClient();
    void exitCodesAreTheCommands_data();
    void exitCodesAreTheCommands();
    void signalsReachTheCommand();
    void inputAndOutputPassThrough();
    void theCommandsWorldIsTheCallers();
    void theDefinitionStartsIt();
    void withoutAServerTheCommandIsNotRun();
    void whatIsNoCommandIsSaid();
    void wrongUsage();
};

namespace {

QStringList runWith(const QStringList &task, const QStringList &options = {})
{
    return QStringList{"run", "web", "--server", TEST_SERVER} + options + QStringList("--") + task;
}

} // namespace

void TestRunning::theCommandIsTheClient()
{
    const TestWorld world;
    const auto result =
        run(runWith({"/bin/sh", "-c", "echo $$; " + programUnderTest() + " info web --json"},
                    {"--metadata", "a test"}));
    QCOMPARE(result.exitCode, 0);
    const QString pid = result.output.section('\n', 0, 0);
    const auto told = QJsonDocument::fromJson(result.output.section('\n', 1).toUtf8()).object();
    QCOMPARE(told["state"].toString(), "active");
    QCOMPARE(told["refcount"].toInt(), 1);
    const QJsonObject client = told["clients"].toArray().first().toObject();
    QCOMPARE(QString::number(client["pid"].toInteger()), pid);
    QCOMPARE(client["metadata"].toString(), "a test");
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestRunning::exitCodesAreTheCommands_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<int>("exitCode");
    QTest::newRow("success") << "exit 0" << 0;
    QTest::newRow("a failure") << "exit 7" << 7;
    QTest::newRow("two is not our wrong usage") << "exit 2" << 2;
    QTest::newRow("killed") << "kill -KILL $$" << -1;
}

void TestRunning::exitCodesAreTheCommands()
{
    QFETCH(const QString, script);
    const TestWorld world;
    const auto result = run(runWith({"/bin/sh", "-c", script}));
    QTEST(result.exitCode, "exitCode");
    QCOMPARE(result.errors, QString());
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestRunning::signalsReachTheCommand()
{
    const TestWorld world;
    QProcess process;
    const QString script = "trap 'kill $!; exit 9' TERM; sleep 600 & echo up; wait";
    startCommand(&process, runWith({"/bin/bash", "-c", script}));
    QTRY_VERIFY(process.canReadLine());
    process.terminate();
    QCOMPARE(finish(&process).exitCode, 9);
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestRunning::inputAndOutputPassThrough()
{
    const TestWorld world;
    QProcess process;
    process.start(programUnderTest(), runWith({"cat"}));
    process.write("hello\n");
    process.closeWriteChannel();
    QVERIFY(process.waitForFinished(30000));
    QCOMPARE(process.readAllStandardOutput(), "hello\n");
}

void TestRunning::theCommandsWorldIsTheCallers()
{
    if (!QFile::exists("/proc/self/status"))
        QSKIP("This system has no /proc.");
    const TestWorld world;
    // Descriptors, what is ignored and blocked, and variables: as without us.
    const QStringList task{"/bin/bash", "-c",
                           "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/$$/fd; "
                           "umask; pwd; env | grep -v ^_= | sort"};
    QProcess plain;
    plain.setStandardInputFile(QProcess::nullDevice());
    plain.start(task.first(), task.mid(1));
    QVERIFY(plain.waitForFinished());
    const QString expected = QString::fromUtf8(plain.readAllStandardOutput());
    QVERIFY(expected.contains("SigIgn"));
    QCOMPARE(run(runWith(task)).output, expected);
}

void TestRunning::theDefinitionStartsIt()
{
    const TestWorld world;
    QVERIFY(QDir().mkpath(world.path("config/sharedserver")));
    QFile file(world.path("config/sharedserver/servers.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"servers": {"db": {"command": ")" TEST_SERVER R"("}}})");
    file.close();
    QCOMPARE(run({"run", "db", "--", programUnderTest(), "check", "db"}).exitCode, 0);
}

void TestRunning::withoutAServerTheCommandIsNotRun()
{
    const TestWorld world;
    const auto undefined = run({"run", "web", "--", "echo", "ran"});
    QCOMPARE(undefined.exitCode, 1);
    QCOMPARE(undefined.output, QString());
    // Without exec, the shell that waits for it is what is watched, and looks well.
    const auto broken =
        run({"run", "web", "--server", "exec " TEST_SERVER " --exit 3", "--", "echo", "ran"});
    QCOMPARE(broken.exitCode, 1);
    QCOMPARE(broken.output, QString());
    QVERIFY2(broken.errors.contains("exit code 3"), qPrintable(broken.errors));
}

void TestRunning::whatIsNoCommandIsSaid()
{
    const TestWorld world;
    const auto missing = run(runWith({"no-such-command"}));
    QCOMPARE(missing.exitCode, 127);
    QVERIFY(missing.errors.contains("'no-such-command'"));
    QCOMPARE(run(runWith({"/etc/passwd"})).exitCode, 126);
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestRunning::wrongUsage()
{
    const TestWorld world;
    QCOMPARE(run({"run", "web"}).exitCode, 2);
    QCOMPARE(run({"run", "web", "--"}).exitCode, 2);
    QCOMPARE(run({"run", "--", "true"}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestRunning)
#include "tst_running.moc"
