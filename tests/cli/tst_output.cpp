// What people read: lines and tables.

#include "cli/output.h"
#include "core/process/filedescriptor.h"
#include "tests/cli/handmadefiles.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestOutput : public QObject
{
    Q_OBJECT
private slots:
    void anEmptyListSaysSo();
    void theListIsATable();
    void checkSaysTheState_data();
    void checkSaysTheState();
    void infoShowsEverything();
    void infoOfTheStoppedIsOneLine();
    void problemsAreToldBelowTheList();
    void longNamesAndCommandsAreWhole();
    void ofManyClientsAFewAreListed();
    void detachingWordsAreFixed();
    void commandsAreShownAsAShellTakesThem();
    void aFullPipeThatDoesNotBlockIsWaitedFor();
};

void TestOutput::anEmptyListSaysSo()
{
    const TestWorld world;
    const auto result = run({"list"});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.output, "No servers are running.\n");
    QCOMPARE(result.errors, "");
}

void TestOutput::theListIsATable()
{
    const TestWorld world;
    const EveryState states(world);
    const auto result = run({"list"});
    QCOMPARE(result.exitCode, 0);
    const QStringList lines = result.output.split('\n');
    QCOMPARE(lines[0].simplified(), "NAME STATE PID REFCOUNT CLIENTS UPTIME");
    QVERIFY2(QRegularExpression("^─+$").match(lines[1]).hasMatch(), qPrintable(lines[1]));
    QVERIFY2(lines[2].startsWith("active "), qPrintable(lines[2]));
    QVERIFY2(lines[2].simplified().startsWith("active ● Active " + states.serverPid() + " 1 "
                                              + states.clientPid() + " "),
             qPrintable(lines[2]));
    QVERIFY2(lines[3].simplified().startsWith("defunct ✗ Defunct " + states.deadPid() + " 0 - -"),
             qPrintable(lines[3]));
    QVERIFY2(lines[4].simplified().startsWith("grace ⚠ Grace " + states.serverPid() + " 0 - "),
             qPrintable(lines[4]));
    QVERIFY2(lines[5].simplified().startsWith("unreadable ✗ Unreadable - - - -"),
             qPrintable(lines[5]));
    for (const QString &line : lines)
        QVERIFY2(!line.endsWith(' '), qPrintable(line));
    for (int i = 2; i < 6; ++i)
        QCOMPARE(lines[i].indexOf(QRegularExpression("[●✗⚠]")), lines[0].indexOf("STATE"));
}

void TestOutput::checkSaysTheState_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("exitCode");

    QTest::newRow("active") << "active"
                            << "● active is active (PID: %1, refcount: 1)\n"
                            << 0;
    QTest::newRow("grace") << "grace"
                           << "⚠ grace is in grace period (PID: %1, shutting down soon)\n"
                           << 1;
    QTest::newRow("stopped") << "stopped"
                             << "○ stopped is stopped\n"
                             << 2;
    QTest::newRow("unreadable") << "unreadable"
                                << "○ unreadable is stopped\n"
                                << 2;
    QTest::newRow("defunct") << "defunct"
                             << "✗ defunct is defunct (PID: %2 is dead, not cleaned up yet)\n"
                             << 3;
}

void TestOutput::checkSaysTheState()
{
    QFETCH(QString, name);
    QFETCH(QString, line);
    QFETCH(int, exitCode);
    const TestWorld world;
    const EveryState states(world);
    const auto result = run({"check", name});
    QCOMPARE(result.exitCode, exitCode);
    QCOMPARE(result.output, line.replace("%1", states.serverPid()).replace("%2", states.deadPid()));
    if (name == "unreadable")
        QVERIFY2(result.errors.contains("unreadable.server.json"), qPrintable(result.errors));
    else
        QCOMPARE(result.errors, "");
}

void TestOutput::infoShowsEverything()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--metadata", "my editor", "--",
                  TEST_SERVER, "a b"})
                 .exitCode,
             0);
    const QString text = run({"info", "web"}).output;
    QVERIFY2(text.startsWith("● web is active (PID: "), qPrintable(text));
    for (const QString &part :
         {QString("Command:"), QString(TEST_SERVER " 'a b'"), QString("Started:"),
          QString("Grace period:  5m"), client.pidText() + "  my editor  (for ",
          QString("Watcher:       %1\n").arg(watcherOf("web")), QString("Directory:"),
          QString("Log file:      %1").arg(world.path("state")), QString("MiB of memory")})
        QVERIFY2(text.contains(part), qPrintable(part + "\n" + text));
}

void TestOutput::infoOfTheStoppedIsOneLine()
{
    const TestWorld world;
    const auto result = run({"info", "web"});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.output, "○ web is stopped\n");
}

void TestOutput::problemsAreToldBelowTheList()
{
    const TestWorld world;
    const EveryState states(world);
    const QStringList lines = run({"list"}).output.trimmed().split('\n');
    QVERIFY2(lines.last().startsWith("⚠ unreadable: "), qPrintable(lines.last()));
    QVERIFY2(lines.last().contains("unreadable.server.json"), qPrintable(lines.last()));
}

void TestOutput::longNamesAndCommandsAreWhole()
{
    const TestWorld world;
    const TestClient server;
    const QString name(100, 'n');
    const QString argument(10000, 'x');
    writeServerFile(world, name, server.pid(), {{"command", QJsonArray{"server", argument}}});
    writeServerFile(world, "b", server.pid());
    const QStringList lines = run({"list"}).output.split('\n');
    QVERIFY(lines[3].startsWith(name + "  "));
    QCOMPARE(lines[2].indexOf("⚠"), 102);
    QCOMPARE(lines[0].indexOf("STATE"), 102);
    QVERIFY(run({"info", name}).output.contains("server " + argument));
}

void TestOutput::ofManyClientsAFewAreListed()
{
    const TestWorld world;
    std::vector<std::unique_ptr<TestClient>> clients;
    QList<HandmadeClient> entries;
    for (int i = 0; i < 6; ++i) {
        clients.push_back(std::make_unique<TestClient>());
        entries.append(HandmadeClient{clients.back()->pid()});
    }
    writeServerFile(world, "web", clients.front()->pid());
    writeClientsFile(world, "web", entries.mid(0, 4));
    QCOMPARE(run({"list"}).output.count(", "), 3);
    writeClientsFile(world, "web", entries);
    const QString list = run({"list"}).output;
    QVERIFY2(list.contains(QRegularExpression("[0-9]+, [0-9]+, … \\(6\\)")), qPrintable(list));
    const QString text = run({"info", "web"}).output;
    QVERIFY2(text.contains("refcount: 6)"), qPrintable(text));
    for (const auto &client : clients)
        QVERIFY(text.contains(client->pidText()));
    qputenv("LC_ALL", "C"); // until the next world
    QVERIFY(run({"list"}).output.contains(", ... (6)"));
}

void TestOutput::detachingWordsAreFixed()
{
    const TestWorld world;
    const TestClient first;
    const TestClient second;
    const auto started = run({"use", "web", "--pid", first.pidText(), "--", TEST_SERVER});
    QCOMPARE(started.output, QString("✓ Started server web (PID %1)\n").arg(pidOf("web")));
    QCOMPARE(run({"use", "web", "--pid", second.pidText()}).output,
             "✓ Attached to server web (refcount: 2)\n");
    QCOMPARE(run({"unuse", "web", "--pid", second.pidText()}).output,
             "✓ Detached from server web (refcount: 1)\n");
    QCOMPARE(run({"unuse", "web", "--pid", first.pidText()}).output,
             "⚠ Detached from server web (refcount: 0, entering grace period)\n");
    QCOMPARE(run({"use", "web", "--pid", first.pidText()}).output,
             "✓ Rescued server web from grace period (refcount: 1)\n");
    QCOMPARE(run({"stop", "web"}).output, "✓ Stopped server web\n");
}

void TestOutput::commandsAreShownAsAShellTakesThem()
{
    const TestWorld world;
    const TestClient server;
    const QStringList command{"server", "a b", "", "it's", "$x", "a=b", "*"};
    writeServerFile(world, "web", server.pid(), {{"command", QJsonArray::fromStringList(command)}});
    const QString text = run({"info", "web"}).output;
    const QString line = QRegularExpression("Command: *(.*)\n").match(text).captured(1);
    const auto shown = runBytes("/bin/sh", {"-c", "printf '%s\\n' " + line.toUtf8()});
    QCOMPARE(shown.output, command.join('\n') + "\n");
}

/// As whoever shares a terminal or a pipe with us may have set it.
void TestOutput::aFullPipeThatDoesNotBlockIsWaitedFor()
{
    int ends[2];
    QCOMPARE(pipe(ends), 0);
    FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    fcntl(writing.get(), F_SETFL, O_NONBLOCK);
    const QByteArray text(1024 * 1024, 'x');
    QByteArray arrived;
    std::thread reader([&] {
        QByteArray piece(4096, 0);
        for (ssize_t size = 1; size > 0 && arrived.size() < text.size();) {
            size = read(reading.get(), piece.data(), size_t(piece.size()));
            arrived += piece.left(std::max<ssize_t>(size, 0));
        }
        reading.reset();
    });
    const int problem = writeAll(writing.get(), text);
    writing.reset();
    reader.join();
    QCOMPARE(problem, 0);
    QVERIFY(arrived == text);
}

QTEST_GUILESS_MAIN(TestOutput)
#include "tst_output.moc"
