// The history of a server: bounded, readable whatever stands in it, and never more than a look.

#include "core/lockfile/invocationlog.h"
#include "tests/core/childprocess.h"
#include "tests/core/lockfilesamples.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestInvocationLog : public QObject
{
    Q_OBJECT
private slots:
    void whatIsAppendedIsRead();
    void aLineHasTheKeysOfTheOthers();
    void onlyTheUserReadsIt();
    void theLastOnesAreOldestFirst_data();
    void theLastOnesAreOldestFirst();
    void otherToolsLinesAreRead();
    void unreadableLinesArePassedOver();
    void aTornLastLineDoesNotSpoilTheNext();
    void aLineLongerThanAReadIsReadWhole();
    void itIsBounded();
    void itGoesOnOverTheBound();
    void oneLineLongerThanTheBoundIsKept();
    void linesOfTwoProcessesDoNotMix();
    void aMissingOneIsEmpty();
    void whatIsNoFileOfOursIsLeftAlone_data();
    void whatIsNoFileOfOursIsLeftAlone();
    void aHugeOneIsReadFromItsEnd();
};

namespace {

Invocation numbered(int number, int filler = 0)
{
    Invocation entry;
    entry.command = QString::number(number);
    entry.args = QStringList{"web", QString(filler, 'x')};
    return entry;
}

QStringList commandsOf(const QList<Invocation> &entries)
{
    QStringList commands;
    for (const Invocation &entry : entries)
        commands.append(entry.command);
    return commands;
}

constexpr char kLine[] = R"({"timestamp":"2026-11-23T08:18:07Z","command":"%1","args":["web"],)"
                         R"("result":"success","error":null,"metadata":{}})";

QByteArray line(const QString &command)
{
    return QString(kLine).arg(command).toUtf8() + '\n';
}

} // namespace

void TestInvocationLog::whatIsAppendedIsRead()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    Invocation entry;
    entry.command = "use";
    entry.args = {"web", "--metadata", "a \"b\"\n\u2603"};
    entry.error = "It did not start.";
    entry.metadata = {{"server_pid", 5}};
    QVERIFY(log.append(entry));
    const auto read = log.last(1);
    QCOMPARE(read.size(), 1);
    QCOMPARE(read.first().command, entry.command);
    QCOMPARE(read.first().args, entry.args);
    QCOMPARE(read.first().error, entry.error);
    QCOMPARE(read.first().metadata, entry.metadata);
    const auto time = Timestamp::parse(read.first().timestamp);
    QVERIFY(time && qAbs(time->time().secsTo(QDateTime::currentDateTimeUtc())) < 60);
}

void TestInvocationLog::aLineHasTheKeysOfTheOthers()
{
    const TestWorld world;
    QVERIFY(InvocationLog(world.lockDirectory(), "web").append(numbered(1)));
    const QByteArray written = world.readLockFile("web.invocations.log");
    QCOMPARE(written.count('\n'), 1);
    QVERIFY(written.endsWith('\n'));
    const QJsonObject ours = QJsonDocument::fromJson(written).object();
    const QByteArray text = fixture("v0.6.8/active/web.invocations.log").split('\n').first();
    const QJsonObject theirs = QJsonDocument::fromJson(text).object();
    QCOMPARE(ours.keys(), theirs.keys());
    for (const QString &key : theirs.keys())
        QCOMPARE(ours.value(key).type(), theirs.value(key).type());
    QCOMPARE(ours.value("result"), QJsonValue("success"));
}

void TestInvocationLog::onlyTheUserReadsIt()
{
    const TestWorld world;
    const mode_t before = umask(0);
    QVERIFY(InvocationLog(world.lockDirectory(), "web").append(numbered(1)));
    umask(before);
    struct stat status;
    const QByteArray path = QFile::encodeName(world.lockFile("web.invocations.log"));
    QCOMPARE(stat(path.constData(), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t(0600));
}

void TestInvocationLog::theLastOnesAreOldestFirst_data()
{
    QTest::addColumn<int>("most");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("none") << 0 << QStringList();
    QTest::newRow("one") << 1 << QStringList("3");
    QTest::newRow("two") << 2 << QStringList{"2", "3"};
    QTest::newRow("all") << 3 << QStringList{"1", "2", "3"};
    QTest::newRow("more") << 100 << QStringList{"1", "2", "3"};
}

void TestInvocationLog::theLastOnesAreOldestFirst()
{
    QFETCH(const int, most);
    QFETCH(const QStringList, expected);
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    for (int i = 1; i <= 3; ++i)
        QVERIFY(log.append(numbered(i)));
    QCOMPARE(commandsOf(log.last(most)), expected);
}

void TestInvocationLog::otherToolsLinesAreRead()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    world.writeLockFile("web.invocations.log", fixture("v0.4.4/grace/web.invocations.log"));
    QVERIFY(log.append(numbered(7)));
    QCOMPARE(commandsOf(log.last(50)), (QStringList{"start", "incref", "decref", "decref", "7"}));
}

void TestInvocationLog::unreadableLinesArePassedOver()
{
    const TestWorld world;
    const QByteArray rubbish = "\n\nnot json\n{}\n[]\n{\"command\":5}\n\xff\xfe\n"
        + QByteArray(3, '\0') + '\n' + QByteArray(5000, '[') + '\n';
    world.writeLockFile("web.invocations.log", rubbish + line("a") + rubbish + line("b") + rubbish);
    const InvocationLog log(world.lockDirectory(), "web");
    QCOMPARE(commandsOf(log.last(50)), (QStringList{"a", "b"}));
}

void TestInvocationLog::aTornLastLineDoesNotSpoilTheNext()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    world.writeLockFile("web.invocations.log", line("a") + line("torn").left(40));
    QCOMPARE(commandsOf(log.last(50)), QStringList("a"));
    QVERIFY(log.append(numbered(2)));
    QCOMPARE(commandsOf(log.last(50)), (QStringList{"a", "2"}));
}

void TestInvocationLog::aLineLongerThanAReadIsReadWhole()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    QVERIFY(log.append(numbered(1, 50000)));
    QVERIFY(log.append(numbered(2, 50000)));
    QCOMPARE(commandsOf(log.last(1)), QStringList("2"));
    QCOMPARE(commandsOf(log.last(2)), (QStringList{"1", "2"}));
    QCOMPARE(log.last(1).first().args.at(1).size(), 50000);
}

void TestInvocationLog::itIsBounded()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    constexpr int kLines = 1000;
    for (int i = 1; i <= kLines; ++i)
        QVERIFY(log.append(numbered(i, 1000)));
    const qint64 size = QFile(world.lockFile("web.invocations.log")).size();
    QVERIFY(size <= InvocationLog::kMaxBytes);
    QVERIFY(QFile(world.lockFile("web.invocations.log.1")).size() <= InvocationLog::kMaxBytes);
    QVERIFY(!world.hasLockFile("web.invocations.log.2"));
    QCOMPARE(commandsOf(log.last(1)), QStringList(QString::number(kLines)));
}

void TestInvocationLog::itGoesOnOverTheBound()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    int count = 0;
    while (!world.hasLockFile("web.invocations.log.1"))
        QVERIFY(log.append(numbered(++count, 1000)));
    const QStringList commands = commandsOf(log.last(10000));
    QCOMPARE(commands.size(), count);
    QCOMPARE(commands.first(), "1");
    QCOMPARE(commandsOf(log.last(2)), commands.mid(count - 2));
}

void TestInvocationLog::oneLineLongerThanTheBoundIsKept()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    QVERIFY(log.append(numbered(1)));
    QVERIFY(log.append(numbered(2, InvocationLog::kMaxBytes + 1000)));
    QCOMPARE(commandsOf(log.last(1)), QStringList("2"));
    QVERIFY(log.append(numbered(3)));
    QCOMPARE(commandsOf(log.last(1)), QStringList("3"));
    QVERIFY(QFile(world.lockFile("web.invocations.log")).size() < InvocationLog::kMaxBytes);
}

void TestInvocationLog::linesOfTwoProcessesDoNotMix()
{
    constexpr int kLines = 200;
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const auto appendAll = [&](int first) {
        InvocationLog log(directory, "web");
        for (int i = first; i < first + kLines; ++i) {
            if (!log.append(numbered(i, 300)))
                return 1;
        }
        return 0;
    };
    ChildProcess one([&] { return appendAll(1000); }, ChildProcess::Start::WhenReleased);
    ChildProcess other([&] { return appendAll(5000); }, ChildProcess::Start::WhenReleased);
    one.release();
    other.release();
    const int ends[] = {one.reap(), other.reap()};
    for (const int status : ends)
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    QStringList commands = commandsOf(InvocationLog(directory, "web").last(10000));
    commands.removeDuplicates();
    QCOMPARE(commands.size(), 2 * kLines);
}

void TestInvocationLog::aMissingOneIsEmpty()
{
    const TestWorld world;
    QCOMPARE(InvocationLog(world.lockDirectory(), "web").last(5).size(), 0);
    InvocationLog nowhere(LockDirectory(), "web");
    QCOMPARE(nowhere.last(5).size(), 0);
    QVERIFY(!nowhere.append(numbered(1)));
}

void TestInvocationLog::whatIsNoFileOfOursIsLeftAlone_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"link", "pipe", "directory", "another user's"})
        QTest::newRow(kind) << QString(kind);
}

void TestInvocationLog::whatIsNoFileOfOursIsLeftAlone()
{
    QFETCH(const QString, kind);
    const TestWorld world;
    const LockDirectory directory = world.lockDirectory();
    const QString path = world.lockFile("web.invocations.log");
    const QByteArray name = QFile::encodeName(path);
    world.writeLockFile("target", line("planted"));
    int reader = -1;
    if (kind == "link") {
        QVERIFY(QFile::link(world.lockFile("target"), path));
    } else if (kind == "pipe") {
        QCOMPARE(mkfifo(name.constData(), 0600), 0);
        reader = open(name.constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        QVERIFY(reader >= 0);
    } else if (kind == "directory") {
        QCOMPARE(mkdir(name.constData(), 0700), 0);
    } else {
        if (geteuid() != 0)
            QSKIP("Only root can give a file away");
        world.writeLockFile("web.invocations.log", line("planted"));
        QCOMPARE(chown(name.constData(), 65534, 65534), 0);
    }
    InvocationLog log(directory, "web");
    const auto appended = log.append(numbered(1));
    close(reader);
    QVERIFY(!appended);
    QVERIFY2(appended.error().message.contains(path), qPrintable(appended.error().message));
    QCOMPARE(log.last(5).size(), 0);
    QCOMPARE(world.readLockFile("target"), line("planted"));
}

void TestInvocationLog::aHugeOneIsReadFromItsEnd()
{
    const TestWorld world;
    InvocationLog log(world.lockDirectory(), "web");
    world.writeLockFile("web.invocations.log", line("a"));
    QVERIFY(QFile::resize(world.lockFile("web.invocations.log"), qint64(100) << 20));
    const std::clock_t before = std::clock(); // what it computes, not how long others do
    QCOMPARE(log.last(50).size(), 0);
    QVERIFY2(std::clock() - before < 2 * CLOCKS_PER_SEC,
             "a file without lines is searched to its beginning");
    QVERIFY(log.append(numbered(1)));
    QCOMPARE(commandsOf(log.last(50)), QStringList("1"));
}

QTEST_GUILESS_MAIN(TestInvocationLog)
#include "tst_invocationlog.moc"
