// What a server has printed can be read at any time, and followed until it has stopped.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestLogs : public QObject
{
    Q_OBJECT
private slots:
    void showsTheLastLines_data();
    void showsTheLastLines();
    void needsNoWatcher();
    void showsALogOfTheUsersOwn();
    void showsWhatWasWrittenSince();
    void saysWhereThereIsNoLog();
    void followsUntilTheServerHasStopped();
    void followsOverARestart();
    void endsWhenTheWatcherAndTheServerAreKilled();
    void endsCleanlyOnASignal_data();
    void endsCleanlyOnASignal();
    void losesNothingOfALogThatIsCut();
    void aCrashedServerShowsItsLastLines();
};

namespace {

constexpr auto kStay = "exec sleep 1000";

void start(const QString &name, const QString &script, const QStringList &more = {})
{
    const auto started = run(QStringList{"start", name, "--grace-period", "1h"} + more
                             + QStringList{"--", "sh", "-c", script});
    QVERIFY2(started.exitCode == 0, qPrintable(started.errors));
}

/// A `logs -f` that runs, and all that it has printed.
class Following
{
public:
    explicit Following(const QStringList &arguments) { startCommand(&m_process, arguments); }
    ~Following()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QByteArray text()
    {
        m_process.waitForReadyRead(1);
        return m_text += m_process.readAllStandardOutput();
    }
    QByteArray errors() { return m_process.readAllStandardError(); }
    /// Its exit code.
    int waitForEnd()
    {
        if (!QTest::qWaitFor(
                [this] {
                    text();
                    return m_process.state() == QProcess::NotRunning;
                },
                30000))
            return -1;
        text();
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    void send(int signal) { kill(pid_t(m_process.processId()), signal); }

private:
    QProcess m_process;
    QByteArray m_text;
};

} // namespace

void TestLogs::showsTheLastLines_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("first");

    QTest::newRow("50") << QStringList{} << 51;
    QTest::newRow("-n") << QStringList{"-n", "3"} << 98;
    QTest::newRow("--lines") << QStringList{"--lines", "100"} << 1;
    QTest::newRow("more than there are") << QStringList{"--lines=1000"} << 1;
    QTest::newRow("none") << QStringList{"-n", "0"} << 101;
    QTest::newRow("all") << QStringList{"--all"} << 1;
}

void TestLogs::showsTheLastLines()
{
    QFETCH(const QStringList, options);
    QFETCH(const int, first);
    const TestWorld world;
    start("web", QString("seq 100; ") + kStay);
    QStringList expected;
    for (int i = first; i <= 100; ++i)
        expected.append(QString::number(i) + '\n');
    QTRY_COMPARE(run(QStringList{"logs", "web"} + options).output, expected.join(QString()));
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QCOMPARE(run(QStringList{"logs", "web"} + options).output, expected.join(QString()));
}

void TestLogs::needsNoWatcher()
{
    const TestWorld world;
    start("web", QString("echo hello; ") + kStay);
    QTRY_COMPARE(run({"logs", "web"}).output, "hello\n");
    kill(pid_t(watcherOf("web")), SIGKILL);
    QTRY_COMPARE(world.processCount(" watch "), 0);
    QCOMPARE(run({"logs", "web"}).output, "hello\n");
    QCOMPARE(world.processCount(" watch "), 0);
}

void TestLogs::showsALogOfTheUsersOwn()
{
    const TestWorld world;
    const QString path = world.path("mine");
    start("web", QString("echo hello; ") + kStay, {"--log-file", path});
    QTRY_COMPARE(run({"logs", "web"}).output, "hello\n");
    QCOMPARE(run({"logs", "web", "--since", "1h"}).output, "hello\n");
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    // It is remembered where it wrote.
    QCOMPARE(run({"logs", "web"}).output, "hello\n");
}

void TestLogs::showsWhatWasWrittenSince()
{
    const TestWorld world;
    const QString go = world.path("go");
    start("web",
          QString("echo first; until [ -e '%1' ]; do sleep 0.05; done; echo second; ").arg(go)
              + kStay);
    QTRY_COMPARE(run({"logs", "web"}).output, "first\n");
    QTRY_COMPARE(run({"logs", "web", "--since", "50ms"}).output, QString());
    QFile file(go);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QTRY_COMPARE(run({"logs", "web"}).output, "first\nsecond\n");
    QCOMPARE(run({"logs", "web", "--since", "1h"}).output, "first\nsecond\n");
    QCOMPARE(run({"logs", "web", "--since", "1h", "-n", "1"}).output, "second\n");
    // By the marks, and without them by the file's own time only, which it says.
    const QString times = world.path("state/sharedserver/logs/web.log.times");
    QTRY_VERIFY(QFile::exists(times));
    QVERIFY(run({"logs", "web", "--since", "1h"}).errors.isEmpty());
    QVERIFY(QFile::remove(times));
    const auto unknown = run({"logs", "web", "--since", "1h"});
    QCOMPARE(unknown.output, "first\nsecond\n");
    QVERIFY2(unknown.errors.contains("not known when"), qPrintable(unknown.errors));
}

void TestLogs::saysWhereThereIsNoLog()
{
    const TestWorld world;
    const auto none = run({"logs", "web"});
    QCOMPARE(none.exitCode, 1);
    QVERIFY2(none.errors.contains("There is no log of server 'web'"), qPrintable(none.errors));
    QCOMPARE(run({"logs"}).exitCode, 2);
    QCOMPARE(run({"logs", "web", "-n", "x"}).exitCode, 2);
    QCOMPARE(run({"logs", "web", "--since", "x"}).exitCode, 2);
}

void TestLogs::followsUntilTheServerHasStopped()
{
    const TestWorld world;
    start("web", "trap 'echo last; exit 0' TERM; echo one; while :; do sleep 0.05; done");
    QTRY_COMPARE(run({"logs", "web"}).output, "one\n");
    Following following({"logs", "web", "-f"});
    QTRY_COMPARE(following.text(), "one\n");
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QCOMPARE(following.waitForEnd(), 0);
    const QByteArray all = following.text(); // the shell may say that its sleep was ended, too
    QVERIFY2(all.endsWith("last\n"), all.constData());
    // Of one that does not run there is nothing to wait for.
    Following again({"logs", "web", "-f"});
    QCOMPARE(again.waitForEnd(), 0);
    QCOMPARE(again.text(), all);
}

void TestLogs::followsOverARestart()
{
    const TestWorld world;
    start("web", QString("echo begin; ") + kStay);
    Following following({"logs", "web", "-f"});
    QTRY_COMPARE(following.text(), "begin\n");
    QCOMPARE(run({"restart", "web"}).exitCode, 0);
    QTRY_COMPARE(following.text(), "begin\nbegin\n");
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QCOMPARE(following.waitForEnd(), 0);
}

void TestLogs::endsWhenTheWatcherAndTheServerAreKilled()
{
    const TestWorld world;
    start("web", QString("echo begin; ") + kStay);
    Following following({"logs", "web", "-f"});
    QTRY_COMPARE(following.text(), "begin\n");
    const qint64 server = pidOf("web");
    kill(pid_t(watcherOf("web")), SIGKILL);
    QTRY_COMPARE(world.processCount(" watch "), 0);
    kill(pid_t(server), SIGKILL);
    QCOMPARE(following.waitForEnd(), 0);
}

void TestLogs::endsCleanlyOnASignal_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestLogs::endsCleanlyOnASignal()
{
    QFETCH(const int, signal);
    const TestWorld world;
    start("web", QString("echo begin; ") + kStay);
    QTRY_COMPARE(run({"logs", "web"}).output, "begin\n");
    Following following({"logs", "web", "-f", "-n", "1"});
    QTRY_COMPARE(following.text(), "begin\n");
    // What comes after what was there is shown by one who catches the signal.
    QFile log(world.path("state/sharedserver/logs/web.log"));
    QVERIFY(log.open(QIODevice::Append | QIODevice::Unbuffered));
    QCOMPARE(log.write("more\n"), 5);
    QTRY_COMPARE(following.text(), "begin\nmore\n");
    following.send(signal);
    QCOMPARE(following.waitForEnd(), 0);
    QCOMPARE(following.text(), "begin\nmore\n");
}

void TestLogs::losesNothingOfALogThatIsCut()
{
    const TestWorld world;
    // 9 MB at a time, as fast as the shell can: each makes one cut at the most, so that a reader
    // who is up to date before has time for all of it.
    constexpr int kRound = 1200000;
    constexpr int kRounds = 5;
    start("web",
          QString("for round in 0 1 2 3 4; do until [ -e '%1'$round ]; do sleep 0.05; done; "
                  "seq $((round * %2 + 1)) $((round * %2 + %2)); done; ")
                  .arg(world.path("go"))
                  .arg(kRound)
              + kStay);
    Following following({"logs", "web", "-f", "--all"});
    QByteArray expected;
    for (int round = 0; round < kRounds; ++round) {
        QFile file(world.path("go") + QString::number(round));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const int last = (round + 1) * kRound;
        const QByteArray end = '\n' + QByteArray::number(last) + '\n';
        QTRY_VERIFY_WITH_TIMEOUT(following.text().endsWith(end), 60000);
        for (int i = round * kRound + 1; i <= last; ++i)
            expected += QByteArray::number(i) + '\n';
        QCOMPARE(following.errors(), QByteArray());
        const QByteArray text = following.text();
        const auto difference =
            std::mismatch(text.begin(), text.end(), expected.begin(), expected.end());
        const auto place = difference.first - text.begin();
        QVERIFY2(text == expected,
                 "At " + QByteArray::number(place) + " of " + QByteArray::number(text.size())
                     + " and " + QByteArray::number(expected.size()) + ": "
                     + text.mid(place - 10, 40));
    }
    QVERIFY(QFile::exists(world.path("state/sharedserver/logs/web.log.1")));
    // What is left can be read, over the seam, too.
    const QByteArray all = run({"logs", "web", "--all"}).output.toUtf8();
    QVERIFY(all.size() > 10 * 1024 * 1024 && all.size() < 30 * 1024 * 1024);
    QVERIFY(expected.endsWith(all));
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QCOMPARE(following.waitForEnd(), 0);
}

void TestLogs::aCrashedServerShowsItsLastLines()
{
    const TestWorld world;
    const QString go = world.path("go");
    start(
        "web",
        QString("echo early; until [ -e '%1' ]; do sleep 0.05; done; echo broken; exit 3").arg(go));
    QFile file(go);
    QVERIFY(file.open(QIODevice::WriteOnly));
    // It goes after the end has been noted, and the process has ended before both.
    QTRY_VERIFY(!world.hasLockFile("web.server.json"));
    QCOMPARE(stateOf("web"), "stopped");
    const QString text = run({"info", "web"}).output;
    QVERIFY2(text.contains("exit code 3") && text.contains("    broken\n"), qPrintable(text));
    const QJsonArray tail = info("web").value("log_tail").toArray();
    QCOMPARE(tail, (QJsonArray{"early", "broken"}));
    QCOMPARE(info("web").value("log_file").toString(),
             world.path("state/sharedserver/logs/web.log"));
}

QTEST_GUILESS_MAIN(TestLogs)
#include "tst_logs.moc"
