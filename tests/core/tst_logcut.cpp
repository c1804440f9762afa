// A log is cut while its server writes to it as fast as it can, and no line of it is lost, doubled
// or torn.

#include "core/log/logchain.h"
#include "core/log/logcut.h"
#include "core/log/logfollower.h"
#include "core/log/logkeeper.h"
#include "core/log/logposition.h"
#include "core/process/filedescriptor.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sharedserver;
using platform::FrontRemoval;

Q_DECLARE_METATYPE(sharedserver::platform::FrontRemoval)

class TestLogCut : public QObject
{
    Q_OBJECT
private slots:
    void losesNoLineOfAServerAtFullSpeed_data();
    void losesNoLineOfAServerAtFullSpeed();
    void losesNoLineOfServersThatShareALog_data();
    void losesNoLineOfServersThatShareALog();
    void aFollowerReadsEveryLineOnce();
    void theKeeperBoundsAServerAtFullSpeed();
    void movesWholeLines_data();
    void movesWholeLines();
    void leavesWhatIsWithinItsBound();
    void keepsNoMoreThanTheBoundOfOldLines();
    void cutsALineThatAloneIsOverTheBound();
    void waitsForAReader();
    void isCompletedAfterAKill_data();
    void isCompletedAfterAKill();
    void followsNoLink();
    void aServersLineWithAnImpossiblePlaceIsNoMarker();
};

namespace {

constexpr qint64 kBound = 256 * 1024;
constexpr qint64 kSmallBound = 2 * 1024 * 1024; // of what servers write at full speed

void addModes(bool withNone = false)
{
    QTest::addColumn<FrontRemoval>("most");
    QTest::newRow("collapse") << FrontRemoval::Collapse;
    QTest::newRow("hole") << FrontRemoval::Hole;
    if (withNone)
        QTest::newRow("none") << FrontRemoval::None;
}

class Log
{
public:
    QByteArray path() const { return QFile::encodeName(m_folder.filePath("server.log")); }
    QByteArray oldPath() const { return path() + ".1"; }
    void append(const QByteArray &text) const
    {
        QFile file(m_folder.filePath("server.log"));
        QVERIFY(file.open(QIODevice::Append | QIODevice::Unbuffered));
        QCOMPARE(file.write(text), text.size());
    }
    QByteArray content() const { return read(m_folder.filePath("server.log")); }
    QByteArray old() const { return read(m_folder.filePath("server.log.1")); }
    /// What the file system does for us here.
    bool can(FrontRemoval most) const
    {
        append(QByteArray(65536, 'x'));
        const FileDescriptor file(::open(path().constData(), O_RDWR | O_CLOEXEC));
        struct stat status;
        fstat(file.get(), &status);
        const bool can = platform::dropFront(file.get(), status.st_blksize, most) == most;
        QFile::remove(m_folder.filePath("server.log"));
        return can;
    }

private:
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QTemporaryDir m_folder;
};

/// Set by SIGTERM in a Writer's process.
volatile sig_atomic_t isOver = 0;

/// A process that writes numbered lines of changing length, each by one write, until it is to end.
/// Its last line is whole: SIGKILL could end it between the two pages that one write touches.
class Writer
{
public:
    explicit Writer(const QByteArray &path, char sign = 'a', int most = 0)
    {
        const FileDescriptor file(
            ::open(path.constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
        m_pid = fork();
        if (m_pid == 0)
            writeLines(file.get(), sign, most);
    }
    ~Writer() { end(); }
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    void end()
    {
        if (m_pid > 0) {
            kill(m_pid, SIGTERM);
            waitpid(m_pid, nullptr, 0);
        }
        m_pid = 0;
    }
    void waitForEnd()
    {
        waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }
    static QByteArray line(char sign, qint64 number)
    {
        return sign + QByteArray::number(number) + ' ' + QByteArray(int(number % 300), 'x') + '\n';
    }

private:
    [[noreturn]] static void writeLines(int file, char sign, int most)
    {
        signal(SIGTERM, [](int) { isOver = 1; });
        for (qint64 number = 0; !isOver && (most == 0 || number < most); ++number) {
            const QByteArray text = line(sign, number);
            if (write(file, text.constData(), size_t(text.size())) != text.size())
                _exit(1);
        }
        _exit(0);
    }
    pid_t m_pid = 0;
};

/// Checks that lines follow each other without a gap, however they come in.
class LineCheck
{
public:
    explicit LineCheck(char sign)
        : m_sign(sign)
    {
    }
    void add(const QByteArray &text)
    {
        m_rest += text;
        qsizetype from = 0;
        for (qsizetype end = 0; (end = m_rest.indexOf('\n', from)) >= 0; from = end + 1)
            check(m_rest.mid(from, end + 1 - from));
        m_rest = m_rest.mid(from);
    }
    /// Goes on with the line that `text` begins with.
    void skipTo(const QByteArray &text)
    {
        m_next = text.mid(1, text.indexOf(' ') - 1).toLongLong();
    }
    QByteArray problem() const { return m_problem; }
    QByteArray rest() const { return m_rest; }
    qint64 count() const { return m_next; }

private:
    void check(const QByteArray &line)
    {
        if (!m_problem.isEmpty() || (m_sign == 'a' ? line[0] == 'b' : line[0] == 'a'))
            return;
        if (line != Writer::line(m_sign, m_next))
            m_problem = "expected line " + QByteArray::number(m_next) + ", not '" + line + "'";
        ++m_next;
    }
    char m_sign;
    QByteArray m_rest;
    QByteArray m_problem;
    qint64 m_next = 0;
};

/// All that is in the log itself, without our marker.
QByteArray ownLines(const QByteArray &path)
{
    const auto chain = LogChain::open(path);
    return chain ? chain->read(chain->logBegin(), chain->end() - chain->logBegin()) : QByteArray();
}

} // namespace

void TestLogCut::losesNoLineOfAServerAtFullSpeed_data()
{
    addModes();
}

void TestLogCut::losesNoLineOfAServerAtFullSpeed()
{
    QFETCH(const FrontRemoval, most);
    const Log log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    LineCheck lines('a');
    Writer writer(log.path());
    constexpr int kCuts = 30;
    int gaps = 0;
    qint64 read = 0;
    for (int cuts = 0; cuts < kCuts;) {
        if (boundLog(log.path(), kSmallBound, most) != LogCut::Made)
            continue;
        ++cuts;
        const auto chain = LogChain::open(log.path());
        QVERIFY(chain->logBegin() > read);
        QVERIFY(chain->begin() >= read);
        const qint64 begin = chain->begin();
        if (begin > read) {
            // This test got no processor for a while, and the log was more than can be kept.
            ++gaps;
            QVERIFY(chain->logBegin() - begin > 2 * kSmallBound - 400);
            lines.skipTo(chain->read(begin, 100));
        }
        QByteArray text = chain->read(begin, chain->logBegin() - begin);
        QVERIFY(text.endsWith('\n')); // whole ones
        lines.add(text);
        QCOMPARE(lines.problem(), QByteArray());
        read = chain->logBegin();
    }
    QVERIFY(gaps < kCuts / 2);
    writer.end();
    lines.add(ownLines(log.path()));
    QCOMPARE(lines.problem(), QByteArray());
    QCOMPARE(lines.rest(), QByteArray());
    QVERIFY(lines.count() > 1000);
}

void TestLogCut::losesNoLineOfServersThatShareALog_data()
{
    addModes();
}

void TestLogCut::losesNoLineOfServersThatShareALog()
{
    QFETCH(const FrontRemoval, most);
    const Log log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    constexpr int kLines = 20000;
    LineCheck first('a');
    LineCheck second('b');
    Writer writer(log.path(), 'a', kLines);
    Writer other(log.path(), 'b', kLines);
    const auto take = [&](const QByteArray &text) {
        first.add(text);
        second.add(text);
    };
    qint64 read = 0;
    int cuts = 0;
    while (first.count() < kLines || second.count() < kLines) {
        // Never so much at once that old lines would be dropped unread.
        if (boundLog(log.path(), 16 * kBound, most) == LogCut::Made)
            ++cuts;
        const auto chain = LogChain::open(log.path());
        QVERIFY(chain->begin() <= read);
        while (read < chain->end()) {
            const QByteArray text = chain->read(read, 1 << 20);
            read += text.size();
            take(text);
        }
        QCOMPARE(first.problem() + second.problem(), QByteArray());
    }
    QVERIFY(cuts > 0);
    QCOMPARE(first.rest(), QByteArray());
    writer.waitForEnd();
    other.waitForEnd();
}

void TestLogCut::aFollowerReadsEveryLineOnce()
{
    const Log log;
    constexpr int kLines = 100000; // about 15 MiB
    LineCheck lines('a');
    LogFollower follower(log.path());
    connect(&follower, &LogFollower::appended, this,
            [&](const QByteArray &text) { lines.add(text); });
    qint64 skipped = 0;
    connect(&follower, &LogFollower::skipped, this, [&](qint64 bytes) { skipped += bytes; });
    follower.begin(0);
    LogKeeper keeper(8 * 1024 * 1024);
    Writer writer(log.path(), 'a', kLines);
    keeper.keep({log.path(), log.path() + ".times", true});
    QTRY_COMPARE_WITH_TIMEOUT(lines.count(), qint64(kLines), 30000);
    QCOMPARE(lines.problem(), QByteArray());
    QCOMPARE(skipped, 0);
    QVERIFY(QFile::exists(QFile::decodeName(log.oldPath())));
    writer.waitForEnd();
}

void TestLogCut::theKeeperBoundsAServerAtFullSpeed()
{
    const Log log;
    constexpr qint64 kMax = 1024 * 1024;
    LogKeeper keeper(kMax);
    Writer writer(log.path());
    keeper.keep({log.path(), log.path() + ".times", true});
    const auto written = [&] { return LogChain::open(log.path())->end(); };
    QTRY_VERIFY_WITH_TIMEOUT(written() > 30 * kMax, 30000);
    // What one look leaves for the next one depends on the machine; that the rest goes, does not.
    QTRY_VERIFY(written() - LogChain::open(log.path())->begin() < written() / 2);
    writer.end();
    QTRY_VERIFY(LogChain::open(log.path())->end() - LogChain::open(log.path())->logBegin() <= kMax);
    QVERIFY(log.old().size() <= 2 * kMax);
    const QByteArray text = log.old() + ownLines(log.path());
    qint64 number = text.mid(1, text.indexOf(' ') - 1).toLongLong();
    for (qsizetype at = 0; at < text.size(); ++number) {
        const QByteArray line = Writer::line('a', number);
        QCOMPARE(text.mid(at, line.size()), line);
        at += line.size();
    }
}

void TestLogCut::movesWholeLines_data()
{
    addModes(true);
}

void TestLogCut::movesWholeLines()
{
    QFETCH(const FrontRemoval, most);
    const Log log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    QByteArray all;
    for (int round = 0; round < 3; ++round) {
        QByteArray text;
        for (qint64 number = 0; text.size() < 300 * 1024; ++number)
            text += Writer::line('a', number);
        log.append(text);
        all += text;
        QCOMPARE(boundLog(log.path(), kBound, most), LogCut::Made);
        QVERIFY(log.old().endsWith('\n'));
        const QByteArray kept = log.old() + ownLines(log.path());
        QVERIFY(all.endsWith(kept));
        QVERIFY(kept.size() >= kBound - 400);
        QVERIFY(ownLines(log.path()).size() < kBound);
    }
    if (most != FrontRemoval::Collapse)
        return;
    // Nobody who looks into the file is misled, and hardly any room is wasted.
    QVERIFY(log.content().startsWith("--- sharedserver: older lines are in the file .1"));
    QVERIFY(log.content().indexOf('\n') < 300);
}

void TestLogCut::leavesWhatIsWithinItsBound()
{
    const Log log;
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded); // none there
    log.append(QByteArray(kBound, 'x'));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded);
    QVERIFY(!QFile::exists(QFile::decodeName(log.oldPath())));
}

void TestLogCut::keepsNoMoreThanTheBoundOfOldLines()
{
    const Log log;
    QByteArray text;
    for (qint64 number = 0; text.size() < 10 * kBound; ++number)
        text += Writer::line('a', number);
    log.append(text);
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
    QVERIFY(log.old().size() <= 2 * kBound);
    QVERIFY(log.old().startsWith('a')); // a whole line
    QVERIFY(text.endsWith(log.old() + ownLines(log.path())));
}

void TestLogCut::cutsALineThatAloneIsOverTheBound()
{
    const Log log;
    log.append(QByteArray(5 * kBound, 'x'));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
    log.append("end\nnext\n");
    QCOMPARE(ownLines(log.path()), "end\nnext\n");
    QCOMPARE(log.old(), QByteArray(2 * kBound, 'x'));
}

void TestLogCut::waitsForAReader()
{
    const Log log;
    log.append(QByteArray(2 * kBound, '\n'));
    {
        const auto reader = LogChain::open(log.path());
        QCOMPARE(boundLog(log.path(), kBound), LogCut::Busy);
    }
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
}

void TestLogCut::isCompletedAfterAKill_data()
{
    addModes();
}

void TestLogCut::isCompletedAfterAKill()
{
    QFETCH(const FrontRemoval, most);
    const Log log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    QByteArray text;
    for (qint64 number = 0; text.size() < 2 * kBound; ++number)
        text += Writer::line('a', number);
    log.append(text);
    // As a kill leaves it behind: copied, its rest overwritten, its front still there.
    const qint64 end = text.lastIndexOf('\n', text.size() - 2000) + 1;
    const qint64 block = (end - LogMarker::kLeastSize) / 4096 * 4096;
    QFile old(QFile::decodeName(log.oldPath()));
    QVERIFY(old.open(QIODevice::WriteOnly));
    old.write(text.left(end));
    old.close();
    QFile file(QFile::decodeName(log.path()));
    QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
    file.seek(block);
    file.write(LogMarker{block, end - block}.text());
    file.close();

    QCOMPARE(boundLog(log.path(), kBound, most), LogCut::Made);
    QCOMPARE(log.old() + ownLines(log.path()), text);
}

void TestLogCut::followsNoLink()
{
    const Log log;
    const Log victim;
    victim.append(QByteArray(2 * kBound, '\n'));
    QVERIFY(QFile::link(QFile::decodeName(victim.path()), QFile::decodeName(log.path())));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded);
    QCOMPARE(victim.content().size(), 2 * kBound);
}

/// Servers print what they like, a line like ours too.
void TestLogCut::aServersLineWithAnImpossiblePlaceIsNoMarker()
{
    const Log log;
    log.append(LogMarker{std::numeric_limits<qint64>::max()}.text() + "line\n");
    const auto chain = LogChain::open(log.path());
    QVERIFY(chain);
    QCOMPARE(chain->begin(), 0);
    QCOMPARE(chain->lastLines(1), LogMarker::kLeastSize);
}

QTEST_GUILESS_MAIN(TestLogCut)
#include "tst_logcut.moc"
