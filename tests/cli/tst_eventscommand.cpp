// `sharedserver events` shows what happens, whoever the watcher is, and says where it may have
// missed something.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace sharedserver;
using namespace sharedserver::test;

class TestEventsCommand : public QObject
{
    Q_OBJECT
private slots:
    void startsNothingAndWaitsForAWatcher();
    void showsALifeInLines();
    void namesAreAFilter();
    void showsWhatHasHappened();
    void goesOnOverAHandOver();
    void saysWhatItMayHaveMissed();
    void numbersOfAnotherWatcherAreToldApart();
    void refusesWhatIsNoNumber_data();
    void refusesWhatIsNoNumber();
    void endsCleanlyOnASignal();
    void endsWhenNobodyReads();
};

namespace {

/// An `events` that runs, and what it has printed.
class Listener
{
public:
    explicit Listener(const QStringList &options = {})
    {
        startCommand(&m_process, QStringList{"events"} + options);
    }
    ~Listener()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QString text()
    {
        m_process.waitForReadyRead(1);
        return m_text += QString::fromUtf8(m_process.readAllStandardOutput());
    }
    QString errors()
    {
        m_process.waitForReadyRead(1);
        return m_errors += QString::fromUtf8(m_process.readAllStandardError());
    }
    /// `started 1`, …: the event and its number of each line of JSON.
    QStringList events()
    {
        QStringList all;
        for (const QJsonObject &event : objects()) {
            all.append(event["event"].toString().section('.', -1)
                       + (event.contains("sequence")
                              ? QString(" %1").arg(event["sequence"].toInteger())
                              : QString()));
        }
        return all;
    }
    QList<QJsonObject> objects()
    {
        QList<QJsonObject> all;
        const QStringList lines = text().split('\n', Qt::SkipEmptyParts);
        for (const QString &line : lines)
            all.append(QJsonDocument::fromJson(line.toUtf8()).object());
        return all;
    }
    /// Whether it waits for a watcher: it has been told to hear of new files by then.
    bool isWaiting() const
    {
#ifdef __linux__
        // Each file that is watched has a line of its own (proc_pid_fdinfo(5)).
        const QDir descriptors(QString("/proc/%1/fdinfo").arg(m_process.processId()));
        const QStringList names = descriptors.entryList(QDir::System | QDir::Files);
        return std::any_of(names.begin(), names.end(), [&](const QString &name) {
            QFile descriptor(descriptors.filePath(name));
            return descriptor.open(QIODevice::ReadOnly)
                && descriptor.readAll().contains("inotify wd:");
        });
#else
        return m_process.state() == QProcess::Running;
#endif
    }
    QProcess &process()
    {
        return m_process;
    }

private:
    QProcess m_process;
    QString m_text;
    QString m_errors;
};

/// Another process becomes the watcher, by hand-over.
class Successor
{
public:
    Successor()
    {
        const qint64 before = watcherOf("web");
        startCommand(&m_process, {"watch", "--take-over", "--linger", "1h"});
        m_isUp = QTest::qWaitFor([&] { return watcherOf("web") == m_process.processId(); }, 30000)
            && before != m_process.processId();
    }
    ~Successor()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool isUp() const { return m_isUp; }

private:
    QProcess m_process;
    bool m_isUp = false;
};

} // namespace

void TestEventsCommand::startsNothingAndWaitsForAWatcher()
{
    const TestWorld world;
    Listener listener({"--json"});
    QTRY_VERIFY(listener.isWaiting());
    QCOMPARE(run({"events", "--no-follow", "--since", "0"}).exitCode, 0);
    QCOMPARE(world.processCount(" watch "), 0);
    QVERIFY(!QFile::exists(world.lockDirectoryPath()));
    const TestClient client;
    use("web", client);
    // Although it can only listen once there is a watcher.
    QTRY_COMPARE(listener.events(), QStringList{"started 1"});
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    QTRY_COMPARE(listener.events(), (QStringList{"started 1", "stopped 2"}));
}

void TestEventsCommand::showsALifeInLines()
{
    const TestWorld world;
    Listener listener({"--since", "0"});
    TestClient client;
    use("web", client);
    client.kill();
    QTRY_VERIFY(listener.text().contains("grace"));
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    run({"use", "bad", "--pid", TestClient().pidText(), "--", TEST_SERVER, "--exit", "3"});
    QTRY_VERIFY(listener.text().contains("bad failed"));
    static const QRegularExpression expected(
        "^● \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  web started \\(PID \\d+\\)\n"
        "● [-0-9: ]+  web detached \\(refcount: 0\\)\n"
        "⚠ [-0-9: ]+  web grace \\(stops in [^)]+\\)\n"
        "○ [-0-9: ]+  web stopped \\(stopped.*\\)\n"
        "✗ [-0-9: ]+  bad failed \\(Server 'bad' ended right after its start.*\\)\n$");
    QVERIFY2(expected.match(listener.text()).hasMatch(), qPrintable(listener.text()));
}

void TestEventsCommand::namesAreAFilter()
{
    const TestWorld world;
    Listener listener({"--json", "--since", "0", "web", "other"});
    const TestClient client;
    use("db", client);
    use("web", client);
    QTRY_COMPARE(listener.events(), QStringList{"started 2"});
    QCOMPARE(listener.objects().first()["server"].toObject()["name"].toString(), "web");
    QCOMPARE(run({"events", "not/a/name"}).exitCode, 2);
}

void TestEventsCommand::showsWhatHasHappened()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    use("db", client);
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    const auto lines = [](const QStringList &more) {
        return run(QStringList{"events", "--no-follow"} + more).output.count('\n');
    };
    QCOMPARE(lines({}), 0);
    QCOMPARE(lines({"--since", "0"}), 3);
    QCOMPARE(lines({"--since", "1"}), 2);
    QCOMPARE(lines({"--since", "3"}), 0);
    QCOMPARE(lines({"--since", "0", "db"}), 1);
    Listener listener({"--json", "--since", "2"});
    QTRY_COMPARE(listener.events(), QStringList{"stopped 3"});
    QCOMPARE(run({"stop", "db"}).exitCode, 0);
    QTRY_COMPARE(listener.events(), (QStringList{"stopped 3", "stopped 4"}));
}

void TestEventsCommand::goesOnOverAHandOver()
{
    const TestWorld world;
    Listener listener({"--json", "--since", "0"});
    const TestClient client;
    const TestClient second;
    use("web", client);
    QTRY_COMPARE(listener.events(), QStringList{"started 1"});
    const Successor successor;
    QVERIFY(successor.isUp());
    use("web", second);
    QTRY_COMPARE(listener.events(), (QStringList{"started 1", "attached 2"}));
    const QList<QJsonObject> events = listener.objects();
    QCOMPARE(events[0]["epoch"], events[1]["epoch"]);
    QCOMPARE(listener.errors(), QString());
    // Whoever comes later can ask for what was before it.
    QCOMPARE(run({"events", "--no-follow", "--since", "0"}).output.count('\n'), 2);
}

void TestEventsCommand::saysWhatItMayHaveMissed()
{
    const TestWorld world;
    Listener json({"--json", "--since", "0"});
    Listener text({"--since", "0"});
    const TestClient client;
    const TestClient second;
    use("web", client);
    QTRY_VERIFY2(json.events() == QStringList{"started 1"},
                 qPrintable(json.text() + json.errors()));
    QTRY_VERIFY(text.text().contains("started"));
    kill(pid_t(watcherOf("web")), SIGKILL);
    QTRY_COMPARE(world.processCount(" watch "), 0);
    use("web", second);
    QTRY_COMPARE(json.events(), (QStringList{"started 1", "missed", "attached 1"}));
    QTRY_VERIFY2(text.errors().contains("may be missing"), qPrintable(text.errors()));
    QTRY_VERIFY(text.text().contains("attached"));
}

void TestEventsCommand::numbersOfAnotherWatcherAreToldApart()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const auto first = run({"events", "--json", "--no-follow", "--since", "0"});
    const QString epoch = first.json()["epoch"].toString();
    QCOMPARE(epoch.size(), 16);
    const auto own = run({"events", "--json", "--no-follow", "--since", epoch + ":1"});
    QCOMPARE(own.output, QString());
    QCOMPARE(own.errors, QString());
    const auto foreign = run({"events", "--no-follow", "--since", "0000000000000000:1"});
    QCOMPARE(foreign.output.count('\n'), 1);
    QVERIFY2(foreign.errors.contains("may be missing"), qPrintable(foreign.errors));
}

void TestEventsCommand::refusesWhatIsNoNumber_data()
{
    QTest::addColumn<QString>("since");
    for (const char *since : {"", "x", "-1", "1x", "a:", ":", "a:-1"})
        QTest::newRow(since) << since;
}

void TestEventsCommand::refusesWhatIsNoNumber()
{
    QFETCH(const QString, since);
    const TestWorld world;
    QCOMPARE(run({"events", "--no-follow", "--since=" + since}).exitCode, 2);
}

void TestEventsCommand::endsCleanlyOnASignal()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    for (const int signal : {SIGINT, SIGTERM}) {
        Listener listener({"--since", "0"});
        QTRY_VERIFY(listener.text().endsWith('\n'));
        kill(pid_t(listener.process().processId()), signal);
        QVERIFY(listener.process().waitForFinished());
        QCOMPARE(listener.process().exitStatus(), QProcess::NormalExit);
        QCOMPARE(listener.process().exitCode(), 0);
    }
}

void TestEventsCommand::endsWhenNobodyReads()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    use("db", client);
    QProcess pipe;
    pipe.start(
        "sh",
        {"-c", programUnderTest() + " events --since 0 | { head -n 1; exec <&-; echo gone; }"});
    QByteArray text;
    QTRY_VERIFY((text += pipe.readAllStandardOutput()).contains("gone\n"));
    QVERIFY(text.contains("web started"));
    QCOMPARE(run({"stop", "db"}).exitCode, 0); // to be told to nobody
    QTRY_COMPARE(pipe.state(), QProcess::NotRunning);
    QCOMPARE(pipe.readAllStandardError(), QByteArray());
}

QTEST_GUILESS_MAIN(TestEventsCommand)
#include "tst_eventscommand.moc"
