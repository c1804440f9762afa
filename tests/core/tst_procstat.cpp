// Lines of /proc/PID/stat, whose second field is whatever a process likes to be called.

#include "core/process/platform.h"

#include <QFile>
#include <QTest>

#include <unistd.h>

using namespace sharedserver;

class TestProcStat : public QObject
{
    Q_OBJECT
private slots:
    void readsEachField();
    void anyNameIsRead_data();
    void anyNameIsRead();
    void statesAreTold_data();
    void statesAreTold();
    void aProcessOutlivesItsFirstThread();
    void oneThatIsBeingReapedIsInNoGroup();
    void onlyAZombieHasAWaitStatus();
    void hiddenExitCodesAreUnknown();
    void largeNumbersStay();
    void unitsAreTheSystems();
    void garbageIsNothing_data();
    void garbageIsNothing();
    void noCutOfALineIsMisread();
    void ownLineIsRead();
};

namespace {

// Fields 4 to 52 as proc(5) numbers them: most are their own number, so that a mix-up shows.
constexpr char kNumbers[] = " 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 1 21 22 23 24 25 26 27 28"
                            " 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 "
                            "52";

std::string line(const std::string &name = "web", const std::string &state = "S",
                 const std::string &numbers = kNumbers)
{
    return "4711 (" + name + ") " + state + numbers + "\n";
}

std::optional<platform::ProcessInfo> parse(const std::string &text)
{
    return platform::parseProcStat(text, 4096, 100);
}

} // namespace

void TestProcStat::readsEachField()
{
    const auto info = parse(line());
    QVERIFY(info.has_value());
    QCOMPARE(info->pid, 4711);
    QCOMPARE(info->parent, 4);
    QCOMPARE(info->group, 5);
    QCOMPARE(info->session, 6);
    QCOMPARE(info->startStamp, 22u);
    QCOMPARE(info->cpuMicroseconds, (14u + 15u) * 10'000u);
    QCOMPARE(info->residentBytes, 24u * 4096u);
    QCOMPARE(info->name, std::string("web"));
    QVERIFY(!info->zombie);
    QVERIFY(!info->waitStatus.has_value());
}

void TestProcStat::anyNameIsRead_data()
{
    QTest::addColumn<QByteArray>("name");

    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("space") << QByteArray("tmux: server");
    QTest::newRow("only spaces") << QByteArray("   ");
    QTest::newRow("opening parenthesis") << QByteArray("a(b");
    QTest::newRow("closing parenthesis") << QByteArray("a)b");
    QTest::newRow("only a closing parenthesis") << QByteArray(")");
    QTest::newRow("nested") << QByteArray("(sd-pam)");
    QTest::newRow("looks like the rest of a line") << QByteArray(") Z 1 1 1");
    QTest::newRow("looks like another line") << QByteArray("x) R 1\n2 (y");
    QTest::newRow("line break") << QByteArray("a\nb");
    QTest::newRow("invalid UTF-8") << QByteArray("\xff\xfe");
    QTest::newRow("number") << QByteArray("12345");
    QTest::newRow("longest") << QByteArray(64, 'x');
}

void TestProcStat::anyNameIsRead()
{
    QFETCH(QByteArray, name);
    const auto info = parse(line(name.toStdString()));
    QVERIFY(info.has_value());
    QCOMPARE(info->name, name.toStdString());
    QCOMPARE(info->pid, 4711);
    QCOMPARE(info->parent, 4);
    QCOMPARE(info->startStamp, 22u);
    QVERIFY(!info->zombie);
}

void TestProcStat::statesAreTold_data()
{
    QTest::addColumn<QByteArray>("state");
    QTest::addColumn<bool>("isZombie");

    for (const char *alive : {"R", "S", "D", "T", "t", "I", "W", "P", "K"})
        QTest::newRow(alive) << QByteArray(alive) << false;
    for (const char *dead : {"Z", "X", "x"})
        QTest::newRow(qPrintable(QString("dead %1").arg(dead))) << QByteArray(dead) << true;
}

void TestProcStat::statesAreTold()
{
    QFETCH(QByteArray, state);
    QFETCH(bool, isZombie);
    const auto info = parse(line("web", state.toStdString()));
    QVERIFY(info.has_value());
    QCOMPARE(info->zombie, isZombie);
}

void TestProcStat::aProcessOutlivesItsFirstThread()
{
    std::string numbers = kNumbers;
    numbers.replace(numbers.find(" 1 "), 3, " 2 ");
    const auto info = parse(line("web", "Z", numbers));
    QVERIFY(info.has_value());
    QVERIFY(!info->zombie);
    QVERIFY(!info->waitStatus.has_value());
}

void TestProcStat::oneThatIsBeingReapedIsInNoGroup()
{
    std::string numbers = kNumbers;
    numbers.replace(0, 6, " 0 -1 -1");
    const auto info = parse(line("web", "Z", numbers));
    QVERIFY(info.has_value());
    QVERIFY(info->zombie);
    QCOMPARE(info->group, -1);
    QCOMPARE(info->session, -1);
    QCOMPARE(info->startStamp, 22u);
}

void TestProcStat::onlyAZombieHasAWaitStatus()
{
    QVERIFY(!parse(line("web", "S"))->waitStatus.has_value());
    QCOMPARE(parse(line("web", "Z"))->waitStatus, std::optional<int>(52));
}

void TestProcStat::hiddenExitCodesAreUnknown()
{
    // Kernels before 3.5 do not write the field at all.
    const std::string numbers = kNumbers;
    const auto info = parse(line("web", "Z", numbers.substr(0, numbers.rfind(' '))));
    QVERIFY(info.has_value());
    QVERIFY(info->zombie);
    QVERIFY(!info->waitStatus.has_value());
}

void TestProcStat::largeNumbersStay()
{
    std::string numbers = kNumbers;
    numbers.replace(numbers.find(" 22 "), 4, " 9000000000000000000 ");
    numbers.replace(numbers.find(" 25 "), 4, " 18446744073709551615 "); // rsslim: no limit
    numbers.replace(numbers.find(" 8 "), 3, " -1 "); // tpgid: no terminal
    const auto info = parse(line("web", "S", numbers));
    QVERIFY(info.has_value());
    QCOMPARE(info->startStamp, 9'000'000'000'000'000'000u);
    QCOMPARE(info->group, 5);
    QCOMPARE(parse(line("web", "Z", numbers))->waitStatus, std::optional<int>(52));
}

void TestProcStat::unitsAreTheSystems()
{
    const auto info = platform::parseProcStat(line(), 65536, 1000);
    QVERIFY(info.has_value());
    QCOMPARE(info->residentBytes, 24u * 65536u);
    QCOMPARE(info->cpuMicroseconds, 29'000u);
    QVERIFY(!platform::parseProcStat(line(), 4096, 0).has_value());
    QVERIFY(!platform::parseProcStat(line(), 4096, -1).has_value());
}

void TestProcStat::garbageIsNothing_data()
{
    QTest::addColumn<QByteArray>("text");

    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("line break") << QByteArray("\n");
    QTest::newRow("no name") << QByteArray("4711 S 1 2 3");
    QTest::newRow("name not closed") << QByteArray("4711 (web S 1 2 3");
    QTest::newRow("name not opened") << QByteArray("4711 web) S 1 2 3");
    QTest::newRow("parentheses the wrong way round") << QByteArray("4711 )web( S 1 2 3");
    QTest::newRow("nothing behind the name") << QByteArray("4711 (web)");
    QTest::newRow("only a space behind the name") << QByteArray("4711 (web) ");
    QTest::newRow("only a state") << QByteArray("4711 (web) S");
    QTest::newRow("too few fields") << QByteArray("4711 (web) S 4 5 6 7 8");
    QTest::newRow("ends before the memory")
        << QByteArray("4711 (web) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23");
    QTest::newRow("words for numbers") << QByteArray("4711 (web) S a b c d e f g h i j k l m n");
    QTest::newRow("no pid") << QByteArray("(web) S" + QByteArray(kNumbers));
    QTest::newRow("pid of letters") << QByteArray("web (web) S" + QByteArray(kNumbers));
    QTest::newRow("pid zero") << QByteArray("0 (web) S" + QByteArray(kNumbers));
    QTest::newRow("negative pid") << QByteArray("-4711 (web) S" + QByteArray(kNumbers));
    QTest::newRow("zeros") << QByteArray(512, '\0');
}

void TestProcStat::garbageIsNothing()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parse(text.toStdString()).has_value());
}

void TestProcStat::noCutOfALineIsMisread()
{
    const std::string whole = line("a) Z 1 (b", "S");
    const auto last = whole.find(" 25 "); // all that is used of a live process lies before
    for (size_t length = 0; length < whole.size(); ++length) {
        const auto info = parse(whole.substr(0, length));
        if (info && length > last)
            QCOMPARE(info->startStamp, 22u);
        if (info && length > last)
            QCOMPARE(info->residentBytes, 24u * 4096u);
        if (length < whole.find(" 24 "))
            QVERIFY2(!info, qPrintable(QString("cut at %1").arg(length)));
    }
}

void TestProcStat::ownLineIsRead()
{
    QFile file("/proc/self/stat");
    if (!file.open(QIODevice::ReadOnly))
        QSKIP("This system has no /proc.");
    const auto info = platform::parseProcStat(file.readAll().toStdString(), sysconf(_SC_PAGESIZE),
                                              sysconf(_SC_CLK_TCK));
    QVERIFY(info.has_value());
    QCOMPARE(info->pid, getpid());
    QCOMPARE(info->parent, getppid());
    QCOMPARE(info->group, getpgrp());
    QCOMPARE(info->session, getsid(0));
    QVERIFY(info->startStamp > 0);
    QVERIFY(info->residentBytes > 0);
    QCOMPARE(info->name, std::string("tst_procstat"));
}

QTEST_GUILESS_MAIN(TestProcStat)
#include "tst_procstat.moc"
