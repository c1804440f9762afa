// `sharedserver top` has the whole terminal while it runs, and gives it back as it was, however it
// ends.

#include "cli/terminalscreen.h"
#include "cli/toptable.h"
#include "tests/cli/topterminal.h"
#include "tests/support/commandline.h"
#include "tests/support/patience.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QRegularExpression>
#include <QTest>

#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTop : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void isPrintedOnceWhereThereIsNoTerminal();
    void showsWhatRuns();
    void followsWhatHappens();
    void givesTheTerminalBack_data();
    void givesTheTerminalBack();
    void givesTheTerminalBackWhileItIsStopped();
    void fitsTheTerminal();
    void sortsByKeys();
    void doesWithoutAWatcherAndServers();
    void figuresThatAreNotKnownAreNotShown();
    void saysThatNoEventsCome();
    void cutsLinesAtTheirWidth_data();
    void cutsLinesAtTheirWidth();
};

namespace {

constexpr char kEnter[] = "\x1b[?1049h";
constexpr char kLeave[] = "\x1b[?1049l";

} // namespace

void TestTop::init()
{
    qputenv("TERM", "xterm");
}

void TestTop::isPrintedOnceWhereThereIsNoTerminal()
{
    const TestWorld world;
    QCOMPARE(run({"top"}).output, "0 servers, 0 clients, 0.0 % CPU, 0.0 MiB\n");
    const TestClient client;
    use("web", client);
    const auto result = run({"top"});
    QCOMPARE(result.exitCode, 0);
    static const QRegularExpression expected(
        "^1 server, 1 client, \\d+\\.\\d % CPU, \\d+\\.\\d MiB\n"
        "NAME +STATE +CLIENTS +CPU +MEMORY +UPTIME\n─+\n"
        "web +● Active +1 +\\d+\\.\\d % +\\d+\\.\\d MiB +\\d+m?s\n$");
    QVERIFY2(expected.match(result.output).hasMatch(), qPrintable(result.output));
    QCOMPARE(run({"top", "web"}).exitCode, 2);
}

void TestTop::showsWhatRuns()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    use("busy", client, {TEST_SERVER, "--compute"});
    Top top;
    QTRY_VERIFY2(top.text().contains("2 servers, 2 clients"), qPrintable(top.text()));
    QVERIFY(top.written().startsWith(kEnter));
    QVERIFY(top.hasTerminal());
    // It computes all the time, and the other does nothing.
    static const QRegularExpression busy("busy +● Active +1 +[1-9]\\d*\\.\\d % ");
    static const QRegularExpression idle("web +● Active +1 +0\\.0 % ");
    const auto shows = [&top](const QRegularExpression &line) {
        return QTest::qWaitFor([&] { return line.match(top.text()).hasMatch(); }, kPatienceMs);
    };
    QVERIFY2(shows(busy), qPrintable(top.text()));
    QVERIFY2(shows(idle), qPrintable(top.text()));
}

void TestTop::followsWhatHappens()
{
    const TestWorld world;
    TestClient client;
    Top top;
    QTRY_VERIFY(top.text().contains("0 servers"));
    use("web", client);
    QTRY_VERIFY2(top.text().contains("web   ● Active"), qPrintable(top.text()));
    client.kill();
    QTRY_VERIFY2(top.text().contains("web   ⚠ Grace"), qPrintable(top.text()));
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QTRY_VERIFY2(top.text().contains("0 servers"), qPrintable(top.text()));
}

void TestTop::givesTheTerminalBack_data()
{
    QTest::addColumn<char>("key");
    QTest::addColumn<int>("signal");

    QTest::newRow("q") << 'q' << 0;
    QTest::newRow("Esc") << '\x1b' << 0;
    QTest::newRow("Ctrl-C") << '\x03' << 0;
    QTest::newRow("SIGTERM") << '\0' << SIGTERM;
    QTest::newRow("SIGHUP") << '\0' << SIGHUP;
}

void TestTop::givesTheTerminalBack()
{
    QFETCH(const char, key);
    QFETCH(const int, signal);
    const TestWorld world;
    Top top;
    QTRY_VERIFY(top.text().contains("q quit"));
    QVERIFY(top.hasTerminal());
    if (signal != 0)
        top.send(signal);
    else
        top.press(key);
    QCOMPARE(top.waitForEnd(), 0);
    QVERIFY(top.isTerminalAsBefore());
    // The kernel passes it on a moment later.
    QTRY_VERIFY(top.written().endsWith(QByteArray("\x1b[?25h") + kLeave));
    QCOMPARE(top.written().count(kEnter), 1);
}

void TestTop::givesTheTerminalBackWhileItIsStopped()
{
    const TestWorld world;
    Top top;
    QTRY_VERIFY(top.text().contains("q quit"));
    top.press('\x1a'); // Ctrl-Z
    QTRY_VERIFY(top.isStopped());
    QVERIFY(top.isTerminalAsBefore());
    QTRY_VERIFY(top.written().endsWith(kLeave));
    top.send(SIGCONT);
    QTRY_VERIFY(top.hasTerminal());
    QTRY_VERIFY(top.written().count(kEnter) >= 2);
    QTRY_VERIFY(top.text().contains("q quit"));
    top.press('q');
    QCOMPARE(top.waitForEnd(), 0);
    QVERIFY(top.isTerminalAsBefore());
}

void TestTop::fitsTheTerminal()
{
    const TestWorld world;
    const TestClient client;
    for (const char *name : {"a-server-with-a-long-name", "b", "c", "d", "e", "f"})
        use(name, client);
    Top top(120, 30);
    QTRY_VERIFY(top.text().contains("UPTIME"));
    const auto fits = [&top](int columns, int lines) {
        const QStringList picture = top.picture();
        const bool isNarrow =
            std::all_of(picture.begin(), picture.end(),
                        [columns](const QString &line) { return line.size() <= columns; });
        return isNarrow && picture.size() <= lines;
    };
    QVERIFY(fits(120, 30));
    top.resize(20, 9); // and is told by SIGWINCH
    QTRY_VERIFY2(fits(20, 9) && top.text().contains("more"), qPrintable(top.text()));
    QVERIFY(!top.text().contains("UPTIME"));
    QVERIFY2(top.text().contains("4 more"), qPrintable(top.text()));
    top.resize(120, 30);
    QTRY_VERIFY(top.text().contains("UPTIME"));
}

void TestTop::sortsByKeys()
{
    const TestWorld world;
    const TestClient client;
    use("a-idle", client);
    use("z-busy", client, {TEST_SERVER, "--compute"});
    Top top;
    const auto isBefore = [&](const char *first, const char *second) {
        const QString text = top.text();
        return text.contains(first) && text.indexOf(first) < text.indexOf(second);
    };
    QTRY_VERIFY(isBefore("a-idle", "z-busy"));
    top.press('c');
    QTRY_VERIFY(isBefore("z-busy", "a-idle"));
    top.press('n');
    QTRY_VERIFY(isBefore("a-idle", "z-busy"));
}

void TestTop::doesWithoutAWatcherAndServers()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    kill(pid_t(watcherOf("web")), SIGKILL);
    QTRY_COMPARE(world.processCount(" watch "), 0);
    Top top;
    QTRY_VERIFY2(top.text().contains("web   ● Active"), qPrintable(top.text()));
    QCOMPARE(world.processCount(" watch "), 0); // it starts none
}

void TestTop::figuresThatAreNotKnownAreNotShown()
{
    const TestWorld world;
    const TestClient client;
    use("first", client);
    const auto directory = LockDirectory::open(LockDirectory::locate());
    QVERIFY(directory);
    const LockfileStore store(*directory);
    TopTable table({});
    table.read(store, true);
    use("late", client);
    table.read(store, false); // as between two looks at the use of processors
    const QStringList lines = table.lines(200);
    QCOMPARE(lines.size(), 4);
    QVERIFY2(lines[2].contains("MiB"), qPrintable(lines[2]));
    QVERIFY2(lines[3].contains(QRegularExpression("late .* 1 +- +- +")), qPrintable(lines[3]));
}

void TestTop::saysThatNoEventsCome()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    kill(pid_t(watcherOf("web")), SIGKILL);
    QTRY_COMPARE(world.processCount(" watch "), 0);
    // Whoever listens in the watcher's place answers with something else.
    const QString path = world.lockDirectoryPath() + "/control.sock";
    QFile::remove(path);
    QLocalServer other;
    connect(&other, &QLocalServer::newConnection, &other, [&other] {
        QLocalSocket *caller = other.nextPendingConnection();
        connect(caller, &QLocalSocket::readyRead, caller, [caller] {
            caller->write(R"({"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"not yours"}})"
                          "\n");
        });
    });
    QVERIFY(other.listen(path));
    Top top;
    QTRY_VERIFY2(top.text().contains("not yours"), qPrintable(top.text()));
    QVERIFY(top.text().contains("web"));
}

void TestTop::cutsLinesAtTheirWidth_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QString>("cut");

    QTest::newRow("shorter") << "abc" << 5 << "abc";
    QTest::newRow("longer") << "abcdef" << 3 << "abc";
    QTest::newRow("nothing fits") << "abc" << 0 << "";
    QTest::newRow("colours take no room") << "\x1b[32m●\x1b[0m abc" << 3 << "\x1b[32m●\x1b[0m a";
    QTest::newRow("colours end") << "a\x1b[32mbc\x1b[0m" << 2 << "a\x1b[32mb\x1b[0m";
}

void TestTop::cutsLinesAtTheirWidth()
{
    QFETCH(const QString, line);
    QFETCH(const int, columns);
    QFETCH(const QString, cut);
    QCOMPARE(cutToWidth(line, columns), cut);
}

QTEST_GUILESS_MAIN(TestTop)
#include "tst_top.moc"
