// What a server gets is what its caller gave, byte for byte: arguments, environment, directory and
// umask, whatever is in them.

#include "core/process/filedescriptor.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>
#include <csignal>

#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestBytes : public QObject
{
    Q_OBJECT
private slots:
    void argumentsArriveAsTheyAre_data();
    void argumentsArriveAsTheyAre();
    void argumentsSurviveARestartByAnotherWatcher();
    void aLargeEnvironmentArrives();
    void environmentsMayHoldAnyBytes();
    void theCallersWorldIsTheServers();
    void theWatchersWorldIsNotTheServers();
    void aSingleArgumentWithWhiteSpaceIsAShellLine();
    void aProgramWithASpaceInItsNameIsNoShellLine();
    void theCommandIsFoundThroughTheCallersPath();
};

namespace {

/// What testserver --dump has written.
struct Dump
{
    QByteArrayList arguments;
    QByteArray directory;
    QByteArray umask;
    QByteArrayList environment;
};

Dump readDump(const QString &path)
{
    Dump dump;
    if (!QTest::qWaitFor([&] { return QFile::exists(path); }, kPatienceMs))
        return dump;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return dump;
    // Arguments may be empty, too, so their end is the first empty entry after --dump PATH.
    QByteArrayList entries = file.readAll().split('\0');
    entries.removeLast();
    const qsizetype end = entries.indexOf(QByteArray(), entries.lastIndexOf("--end"));
    dump.arguments = entries.mid(0, end);
    dump.directory = entries.value(end + 1);
    dump.umask = entries.value(end + 2);
    dump.environment = entries.mid(end + 4);
    file.remove();
    return dump;
}

QByteArrayList useCommand(const TestClient &client, const QByteArrayList &options = {})
{
    return QByteArrayList{"use", "web", "--pid", client.pidText().toLatin1()} + options
        + QByteArrayList{"--"};
}

} // namespace

void TestBytes::argumentsArriveAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("argument");
    QTest::newRow("space") << QByteArray("two words");
    QTest::newRow("quotes") << QByteArray("it's \"quoted\" `so` \\ $HOME");
    QTest::newRow("newline") << QByteArray("first\nsecond\r\n\tthird");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("UTF-8") << QByteArray("gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\x8c");
    QTest::newRow("not UTF-8") << QByteArray("caf\xe9 \xff\xfe \xc3");
    QTest::newRow("encoded surrogate") << QByteArray("\xed\xb2\x80");
    QTest::newRow("escape sequence") << QByteArray("\x1b[31mred\x07");
    QTest::newRow("looks like an option") << QByteArray("--help");
    QTest::newRow("two dashes") << QByteArray("--");
    QTest::newRow("glob") << QByteArray("*?[a-z]{1,2}~");
    QTest::newRow("100 KiB") << QByteArray(100 * 1024, 'x');
}

void TestBytes::argumentsArriveAsTheyAre()
{
    QFETCH(QByteArray, argument);
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    const QByteArrayList command{TEST_SERVER, argument, "--dump", QFile::encodeName(path), "--end"};
    const auto used = runBytes(programUnderTest(), useCommand(client) + command);
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(readDump(path).arguments, command);
    // What others read stays valid JSON, and shows it as well as text can.
    QVERIFY(!QJsonDocument::fromJson(world.readLockFile("web.server.json")).isNull());
    QCOMPARE(info("web").value("command").toArray().size(), command.size());
}

void TestBytes::argumentsSurviveARestartByAnotherWatcher()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    const QByteArrayList command{TEST_SERVER, "caf\xe9\n\xff", "--dump", QFile::encodeName(path),
                                 "--end"};
    QCOMPARE(runBytes(programUnderTest(), useCommand(client) + command).exitCode, 0);
    QCOMPARE(readDump(path).arguments, command);
    const ProcessId watcher = ProcessId::of(watcherOf("web"));
    ::kill(pid_t(watcher.pid), SIGKILL);
    QTRY_VERIFY(!isAlive(watcher));
    QCOMPARE(run({"admin", "restart", "web"}).exitCode, 0);
    QCOMPARE(readDump(path).arguments, command);
}

void TestBytes::aLargeEnvironmentArrives()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    // One entry holds 128 KiB at the most (execve(2), MAX_ARG_STRLEN).
    constexpr int kEntries = 10;
    constexpr int kSize = 110 * 1024;
    for (int i = 0; i < kEntries; ++i)
        qputenv(("LARGE_" + QByteArray::number(i)).constData(), QByteArray(kSize, char('a' + i)));
    const auto used =
        run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--dump", path, "--end"});
    for (int i = 0; i < kEntries; ++i)
        qunsetenv(("LARGE_" + QByteArray::number(i)).constData());
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    const Dump dump = readDump(path);
    for (int i = 0; i < kEntries; ++i) {
        const QByteArray entry =
            "LARGE_" + QByteArray::number(i) + '=' + QByteArray(kSize, char('a' + i));
        QVERIFY(dump.environment.contains(entry));
    }
}

void TestBytes::environmentsMayHoldAnyBytes()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    qputenv("ODD", "line\nbreak \xff\xfe");
    const auto used =
        runBytes(programUnderTest(),
                 useCommand(client, {"--env", "ODDER=\xe9=\n", "--env", "EMPTY="})
                     + QByteArrayList{TEST_SERVER, "--dump", QFile::encodeName(path), "--end"});
    qunsetenv("ODD");
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    const QByteArrayList environment = readDump(path).environment;
    QVERIFY(environment.contains("ODD=line\nbreak \xff\xfe"));
    QVERIFY(environment.contains("ODDER=\xe9=\n"));
    QVERIFY(environment.contains("EMPTY="));
}

void TestBytes::theCallersWorldIsTheServers()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    const QString here = world.path("a place\nof its own");
    QVERIFY(QDir().mkpath(here));
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(here));
    const mode_t mask = umask(0137);
    qputenv("MINE", "yes");
    const auto used = run({"use", "web", "--pid", client.pidText(), "--env", "MORE=too", "--",
                           TEST_SERVER, "--dump", path, "--end"});
    umask(mask);
    QDir::setCurrent(before);
    qunsetenv("MINE");
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    const Dump dump = readDump(path);
    QCOMPARE(dump.directory, QFile::encodeName(here));
    QCOMPARE(dump.umask, "137");
    QVERIFY(dump.environment.contains("MINE=yes"));
    QVERIFY(dump.environment.contains("MORE=too"));

    QCOMPARE(run({"admin", "stop", "web"}).exitCode, 0);
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--working-dir", "/", "--", TEST_SERVER,
                  "--dump", path, "--end"})
                 .exitCode,
             0);
    QCOMPARE(readDump(path).directory, "/");
}

void TestBytes::theWatchersWorldIsNotTheServers()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    qputenv("SHAREDSERVER_SECRET", "of the first caller");
    QCOMPARE(run({"use", "first", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    qunsetenv("SHAREDSERVER_SECRET");
    QCOMPARE(
        run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--dump", path, "--end"})
            .exitCode,
        0);
    QByteArrayList expected;
    for (char **entry = environ; *entry; ++entry)
        expected.append(*entry);
    QByteArrayList got = readDump(path).environment;
    std::sort(expected.begin(), expected.end());
    std::sort(got.begin(), got.end());
    QCOMPARE(got, expected);
}

void TestBytes::aSingleArgumentWithWhiteSpaceIsAShellLine()
{
    const TestWorld world;
    const TestClient client;
    const QString path = world.path("dump");
    const auto used = run({"use", "web", "--pid", client.pidText(), "--",
                           "exec '" TEST_SERVER "' \"$((6 * 7))\" --dump '" + path + "' --end"});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(readDump(path).arguments.value(1), "42");
}

void TestBytes::aProgramWithASpaceInItsNameIsNoShellLine()
{
    const TestWorld world;
    const TestClient client;
    const QString program = world.path("my server");
    QVERIFY(QFile::link(TEST_SERVER, program));
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", program});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(info("web").value("command").toArray(), QJsonArray{program});
    QCOMPARE(run({"check", "web"}).exitCode, 0);
}

void TestBytes::theCommandIsFoundThroughTheCallersPath()
{
    const TestWorld world;
    const TestClient client;
    QVERIFY(QDir().mkpath(world.path("bin")));
    QVERIFY(QFile::link(TEST_SERVER, world.path("bin/only-here")));
    QCOMPARE(run({"use", "first", "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
    const QByteArray path = qgetenv("PATH");
    qputenv("PATH", QFile::encodeName(world.path("bin")) + ':' + path);
    const auto used = run({"use", "web", "--pid", client.pidText(), "--", "only-here"});
    qputenv("PATH", path);
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    QCOMPARE(run({"use", "web2", "--pid", client.pidText(), "--", "only-here"}).exitCode, 1);
}

QTEST_GUILESS_MAIN(TestBytes)
#include "tst_bytes.moc"
