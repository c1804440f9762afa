// Wrong usage is refused with one line that says what and what to do, before anything is touched.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFileInfo>
#include <QTest>

#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestUsage : public QObject
{
    Q_OBJECT
private slots:
    void wrongUsageIsRefused_data();
    void wrongUsageIsRefused();
    void badNamesAreRefused_data();
    void badNamesAreRefused();
    void everyCommandRefusesBadNames_data();
    void everyCommandRefusesBadNames();
    void aNameOfAHundredLettersIsGood();
    void badDurationsAreRefused_data();
    void badDurationsAreRefused();
    void badPidsAreRefused_data();
    void badPidsAreRefused();
    void aDeadPidIsAnError();
    void anotherUsersPidIsAnError();
    void whatDoesNotRunIsAnError_data();
    void whatDoesNotRunIsAnError();
    void fullOutputIsAnError();
    void closedOutputIsNone();
    void aReaderThatLeavesIsNoError();
};

namespace {

/// One line on stderr, nothing on stdout, and not even a lock directory.
void verifyRefusal(const TestWorld &world, const CommandResult &result, int exitCode)
{
    QCOMPARE(result.exitCode, exitCode);
    QCOMPARE(result.output, "");
    QVERIFY2(result.errors.startsWith("sharedserver: "), qPrintable(result.errors));
    QCOMPARE(result.errors.count('\n'), 1);
    QVERIFY2(result.errors.endsWith(".\n"), qPrintable(result.errors));
    QVERIFY(!QFileInfo::exists(world.lockDirectoryPath()));
}

} // namespace

void TestUsage::wrongUsageIsRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("words"); ///< what the message must contain

    QTest::newRow("unknown command") << QStringList{"frobnicate"} << "no command 'frobnicate'";
    QTest::newRow("misspelt command") << QStringList{"lits"} << "Did you mean 'list'?";
    QTest::newRow("swapped letters") << QStringList{"sotp", "x"} << "Did you mean 'stop'?";
    QTest::newRow("misspelt admin") << QStringList{"adimn", "stop", "x"} << "Did you mean 'admin'?";
    QTest::newRow("misspelt admin command")
        << QStringList{"admin", "restrat", "x"} << "Did you mean 'restart'?";
    QTest::newRow("a command that needs admin")
        << QStringList{"lockdir"} << "Did you mean 'admin lockdir'?";
    QTest::newRow("a command that needs none")
        << QStringList{"admin", "use", "x"} << "Did you mean 'use'?";
    QTest::newRow("hidden commands are none of admin's")
        << QStringList{"admin", "watch"} << "no command 'admin watch'";
    QTest::newRow("an empty command") << QStringList{""} << "no command ''";
    QTest::newRow("a very long command")
        << QStringList{QString(5000, 'x')} << "See 'sharedserver help'";
    QTest::newRow("option before a command")
        << QStringList{"--json", "list"} << "no option '--json' before a command";
    QTest::newRow("unknown option") << QStringList{"list", "--frobnicate"} << "'--frobnicate'";
    QTest::newRow("unknown short option") << QStringList{"list", "-x"} << "'-x'";
    QTest::newRow("misspelt option")
        << QStringList{"use", "x", "--metdata", "m"} << "Did you mean '--metadata'?";
    QTest::newRow("misspelt option with a value")
        << QStringList{"use", "x", "--grace-perod=5m"} << "Did you mean '--grace-period'?";
    QTest::newRow("another command's option")
        << QStringList{"use", "x", "--force"} << "no option '--force'";
    QTest::newRow("missing name") << QStringList{"use"} << "needs the name of a server";
    QTest::newRow("missing name before the command")
        << QStringList{"use", "--", "true"} << "needs the name of a server";
    QTest::newRow("missing name behind admin")
        << QStringList{"admin", "stop"} << "needs the name of a server";
    QTest::newRow("missing value") << QStringList{"use", "x", "--pid"} << "Missing value";
    QTest::newRow("value for none") << QStringList{"list", "--json=1"} << "--json";
    QTest::newRow("missing command") << QStringList{"admin", "start", "x"} << "behind '--'";
    QTest::newRow("nothing behind --") << QStringList{"use", "x", "--"} << "behind '--'";
    QTest::newRow("command without --")
        << QStringList{"use", "x", "redis-server"} << "Put '--' before the command";
    QTest::newRow("two names") << QStringList{"info", "x", "y"} << "'y' is one word too many";
    QTest::newRow("command where none goes")
        << QStringList{"unuse", "x", "--", "true"} << "'true' is one word too many";
    QTest::newRow("name where none goes") << QStringList{"list", "x"} << "'x' is one word too many";
    QTest::newRow("name for lockdir")
        << QStringList{"admin", "lockdir", "x"} << "'x' is one word too many";
    QTest::newRow("help on two commands")
        << QStringList{"help", "use", "list"} << "'list' is one word too many";
    QTest::newRow("help on admin too much")
        << QStringList{"help", "admin", "use"} << "Did you mean 'use'?";
    QTest::newRow("help on nothing known") << QStringList{"help", "ues"} << "Did you mean 'use'?";
    QTest::newRow("missing shell") << QStringList{"completion"} << "one of: bash, zsh, fish";
    QTest::newRow("unknown shell") << QStringList{"completion", "csh"} << "one of: bash, zsh, fish";
    QTest::newRow("no assignment")
        << QStringList{"use", "x", "--env", "A", "--", "true"} << "NAME=VALUE";
    QTest::newRow("assignment without a name")
        << QStringList{"use", "x", "--env", "=1", "--", "true"} << "NAME=VALUE";
    QTest::newRow("empty log file")
        << QStringList{"use", "x", "--log-file=", "--", "true"} << "--log-file needs a path";
    QTest::newRow("empty working directory")
        << QStringList{"use", "x", "--working-dir", "", "--", "true"}
        << "--working-dir needs a path";
    QTest::newRow("no number") << QStringList{"debug", "x", "--lines", "many"}
                               << "needs a positive number";
    QTest::newRow("lines of the message stay one")
        << QStringList{"list", "a\nb\x1b[31mc"} << "a b?[31mc";
}

void TestUsage::wrongUsageIsRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, words);
    const TestWorld world;
    const auto result = run(arguments);
    QVERIFY2(result.errors.contains(words), qPrintable(result.errors));
    verifyRefusal(world, result, 2);
}

void TestUsage::badNamesAreRefused_data()
{
    QTest::addColumn<QByteArray>("name");

    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("101 letters") << QByteArray(101, 'a');
    QTest::newRow("300 letters") << QByteArray(300, 'a');
    QTest::newRow("out of the directory") << QByteArray("../x");
    QTest::newRow("a path") << QByteArray("/tmp/x");
    QTest::newRow("a slash") << QByteArray("a/b");
    QTest::newRow("dot") << QByteArray(".");
    QTest::newRow("two dots") << QByteArray("..");
    QTest::newRow("leading dot") << QByteArray(".hidden");
    QTest::newRow("leading underscore") << QByteArray("_x");
    QTest::newRow("single dash") << QByteArray("-");
    QTest::newRow("a space") << QByteArray("a b");
    QTest::newRow("leading space") << QByteArray(" a");
    QTest::newRow("trailing newline") << QByteArray("a\n");
    QTest::newRow("a letter beyond ASCII") << QByteArray("gr\xc3\xbc\xc3\x9f");
    QTest::newRow("a digit beyond ASCII") << QByteArray("\xd9\xa1");
    QTest::newRow("no UTF-8") << QByteArray("a\xff");
    QTest::newRow("a shell's words") << QByteArray("$(id)");
    QTest::newRow("an escape sequence") << QByteArray("a\x1b]0;title\x07");
}

void TestUsage::badNamesAreRefused()
{
    QFETCH(QByteArray, name);
    const TestWorld world;
    const auto result = runBytes(programUnderTest(), {"use", name, "--", TEST_SERVER});
    QVERIFY2(result.errors.contains("is not a server name. Use 1 to 100 letters, digits"),
             qPrintable(result.errors));
    QVERIFY(!result.errors.contains('\x1b'));
    QVERIFY2(result.errors.size() < 300, "A message is no place for all of it.");
    verifyRefusal(world, result, 2);
}

void TestUsage::everyCommandRefusesBadNames_data()
{
    QTest::addColumn<QStringList>("arguments");

    for (const char *command : {"use", "unuse", "info", "check", "stop", "restart", "incref",
                                "decref", "debug", "doctor", "kill"})
        QTest::newRow(command) << QStringList{command, "../x"};
    QTest::newRow("start") << QStringList{"start", "../x", "--", "true"};
}

void TestUsage::everyCommandRefusesBadNames()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    verifyRefusal(world, run(arguments), 2);
    if (arguments.first() != "doctor") // which looks at all of them then
        verifyRefusal(world, run({arguments.first()}), 2);
}

void TestUsage::aNameOfAHundredLettersIsGood()
{
    const TestWorld world;
    const TestClient client;
    const QString name = QString(90, 'a') + "Z9._@:+-zz";
    QCOMPARE(name.size(), 100);
    QCOMPARE(run({"use", name, "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    QCOMPARE(stateOf(name), "active");
}

void TestUsage::badDurationsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");

    for (const char *duration :
         {"", " ", "0", "0s", "0h0m", "5", "5x", "m", "-5m", "+5m", "1.5h", "5m!", "1h 30",
          "99999999999999999999h", "9999999999999999h", "5 minutes and a bit", "٣m"})
        QTest::newRow(duration) << QStringList{"use",    "x",  "--grace-period",
                                               duration, "--", "true"};
    QTest::newRow("start") << QStringList{"start", "x", "--grace-period", "5", "--", "true"};
    QTest::newRow("stop") << QStringList{"stop", "x", "--timeout", "0s"};
}

void TestUsage::badDurationsAreRefused()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    verifyRefusal(world, run(arguments), 2);
}

void TestUsage::badPidsAreRefused_data()
{
    QTest::addColumn<QString>("pid");

    for (const char *pid : {"", "0", "-1", "-4711", "+1", " 1", "1 ", "abc", "12a", "0x10", "1.0",
                            "2147483648", "99999999999999999999", "1\n"})
        QTest::newRow(pid) << QString(pid);
}

void TestUsage::badPidsAreRefused()
{
    QFETCH(QString, pid);
    const TestWorld world;
    const QList<QStringList> all = {
        {"use", "x", "--pid", pid, "--", TEST_SERVER},
        {"start", "x", "--pid=" + pid, "--", TEST_SERVER},
        {"unuse", "x", "--pid", pid},
        {"incref", "x", "--pid", pid},
        {"decref", "x", "--pid", pid},
    };
    for (const QStringList &arguments : all) {
        const auto result = run(arguments);
        QVERIFY2(result.errors.contains("is no process id"), qPrintable(result.errors));
        verifyRefusal(world, result, 2);
    }
}

void TestUsage::aDeadPidIsAnError()
{
    const TestWorld world;
    TestClient client;
    const QString pid = client.pidText();
    client.kill();
    const auto result = run({"use", "x", "--pid", pid, "--", TEST_SERVER});
    QVERIFY2(result.errors.contains("Process " + pid + " is not alive."),
             qPrintable(result.errors));
    verifyRefusal(world, result, 1);
    verifyRefusal(world, run({"start", "x", "--pid", pid, "--", TEST_SERVER}), 1);
    verifyRefusal(world, run({"incref", "x", "--pid", pid}), 1);
}

void TestUsage::anotherUsersPidIsAnError()
{
    if (getuid() == 0)
        QSKIP("Process 1 is our own here.");
    const TestWorld world;
    const auto result = run({"use", "x", "--pid", "1", "--", TEST_SERVER});
    QVERIFY2(result.errors.contains("belongs to another user"), qPrintable(result.errors));
    verifyRefusal(world, result, 1);
}

void TestUsage::whatDoesNotRunIsAnError_data()
{
    QTest::addColumn<QString>("command");

    for (const char *command : {"use", "unuse", "stop", "restart", "incref", "decref", "kill"})
        QTest::newRow(command) << QString(command);
}

void TestUsage::whatDoesNotRunIsAnError()
{
    QFETCH(QString, command);
    const TestWorld world;
    const auto result = run({command, "nothing"});
    QVERIFY2(result.errors.contains("Server 'nothing' is not running."), qPrintable(result.errors));
    verifyRefusal(world, result, 1);
    // With a lock directory, it is the watcher who says so.
    world.lockDirectory();
    const auto again = run({command, "nothing"});
    QCOMPARE(again.exitCode, 1);
    QCOMPARE(again.output, "");
    QCOMPARE(again.errors, result.errors);
    QVERIFY(!world.hasLockFile("nothing.server.json"));
    QVERIFY(!world.hasLockFile("nothing.clients.json"));
}

void TestUsage::fullOutputIsAnError()
{
    if (!QFileInfo::exists("/dev/full"))
        QSKIP("There is no /dev/full here.");
    const TestWorld world;
    for (const QByteArray command : {"list", "help", "list --json", "completion bash"}) {
        const auto result =
            runBytes("/bin/sh", {"-c", "\"$0\" " + command + " >/dev/full", programUnderTest()});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.startsWith("sharedserver: Cannot write the output"),
                 qPrintable(result.errors));
        QCOMPARE(result.errors.count('\n'), 1);
    }
    // Nothing can be said any more, but the exit code can.
    const auto mute = runBytes("/bin/sh", {"-c", "\"$0\" ues 2>/dev/full", programUnderTest()});
    QCOMPARE(mute.exitCode, 2);
}

void TestUsage::closedOutputIsNone()
{
    const TestWorld world;
    const auto runClosed = [](const QByteArray &words) {
        return runBytes("/bin/sh", {"-c", "\"$0\" " + words, programUnderTest()});
    };
    QCOMPARE(runClosed("list >&-").exitCode, 0);
    QCOMPARE(runClosed("check nothing >&- 2>&- <&-").exitCode, 2);
    QCOMPARE(runClosed("unuse nothing 2>&-").exitCode, 1);
    QCOMPARE(runClosed("ues 2>&-").exitCode, 2);
}

void TestUsage::aReaderThatLeavesIsNoError()
{
    const TestWorld world;
    const auto result = runBytes(
        "/bin/sh",
        {"-c", "{ \"$0\" completion bash; echo \"code $?\" >&2; } | true", programUnderTest()});
    // 141: the signal's way of saying it.
    QVERIFY2(result.errors == "code 0\n" || result.errors == "code 141\n",
             qPrintable(result.errors));
}

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
