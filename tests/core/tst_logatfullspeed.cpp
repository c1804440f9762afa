// A log is cut while its server writes to it as fast as it can, and no line of it is lost, doubled
// or torn.

#include "core/log/logchain.h"
#include "core/log/logcut.h"
#include "core/log/logfollower.h"
#include "core/log/logkeeper.h"
#include "core/process/filedescriptor.h"
#include "tests/core/cutlog.h"

#include <QFile>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;
using platform::FrontRemoval;

class TestLogAtFullSpeed : public QObject
{
    Q_OBJECT
private slots:
    void losesNoLineOfAServerAtFullSpeed_data();
    void losesNoLineOfAServerAtFullSpeed();
    void losesNoLineOfServersThatShareALog_data();
    void losesNoLineOfServersThatShareALog();
    void aFollowerReadsEveryLineOnce();
    void theKeeperBoundsAServerAtFullSpeed();
};

namespace {

constexpr qint64 kSmallBound = 2 * 1024 * 1024;
constexpr qint64 kLargeBound = 4 * 1024 * 1024;

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

    /// Returns when the process writes no more, not even a line that it has begun.
    void pause() const
    {
        kill(m_pid, SIGSTOP);
        waitpid(m_pid, nullptr, WUNTRACED);
    }
    void goOn() const { kill(m_pid, SIGCONT); }
    void end()
    {
        if (m_pid > 0) {
            kill(m_pid, SIGTERM);
            goOn();
            waitpid(m_pid, nullptr, 0);
        }
        m_pid = 0;
    }
    void waitForEnd()
    {
        waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }

private:
    [[noreturn]] static void writeLines(int file, char sign, int most)
    {
        signal(SIGTERM, [](int) { isOver = 1; });
        for (qint64 number = 0; !isOver && (most == 0 || number < most); ++number) {
            const QByteArray text = numberedLine(sign, number);
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
        if (line != numberedLine(m_sign, m_next))
            m_problem = "expected line " + QByteArray::number(m_next) + ", not '" + line + "'";
        ++m_next;
    }
    char m_sign;
    QByteArray m_rest;
    QByteArray m_problem;
    qint64 m_next = 0;
};

} // namespace

void TestLogAtFullSpeed::losesNoLineOfAServerAtFullSpeed_data()
{
    addFrontRemovals();
}

void TestLogAtFullSpeed::losesNoLineOfAServerAtFullSpeed()
{
    QFETCH(const FrontRemoval, most);
    const CutLog log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    LineCheck lines('a');
    Writer writer(log.path());
    constexpr int kCuts = 30;
    int cuts = 0;
    int gaps = 0;
    qint64 read = 0;
    while (cuts < kCuts || gaps >= cuts / 2) { // half of them without a gap
        if (boundLog(log.path(), kSmallBound, most) != LogCut::Made)
            continue;
        // With sanitizers, checking a line takes longer than writing it: no look would keep up.
        writer.pause();
        ++cuts;
        QVERIFY(cuts < 50 * kCuts);
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
        writer.goOn();
    }
    writer.end();
    lines.add(log.ownLines());
    QCOMPARE(lines.problem(), QByteArray());
    QCOMPARE(lines.rest(), QByteArray());
    QVERIFY(lines.count() > 1000);
}

void TestLogAtFullSpeed::losesNoLineOfServersThatShareALog_data()
{
    addFrontRemovals();
}

void TestLogAtFullSpeed::losesNoLineOfServersThatShareALog()
{
    QFETCH(const FrontRemoval, most);
    const CutLog log;
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
    const auto cut = [&] {
        if (boundLog(log.path(), kLargeBound, most) == LogCut::Made)
            ++cuts;
    };
    while (first.count() < kLines || second.count() < kLines) {
        cut(); // never so much at once that old lines would be dropped unread
        const auto chain = LogChain::open(log.path());
        QVERIFY(chain->begin() <= read);
        while (read < chain->end()) {
            const QByteArray text = chain->read(read, 1 << 20);
            read += text.size();
            take(text);
        }
        QCOMPARE(first.problem() + second.problem(), QByteArray());
    }
    cut(); // the writers may have come to their end between two looks
    QVERIFY(cuts > 0);
    QCOMPARE(first.rest(), QByteArray());
    writer.waitForEnd();
    other.waitForEnd();
}

void TestLogAtFullSpeed::aFollowerReadsEveryLineOnce()
{
    const CutLog log;
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
    QTRY_COMPARE(lines.count(), qint64(kLines));
    QCOMPARE(lines.problem(), QByteArray());
    QCOMPARE(skipped, 0);
    QTRY_VERIFY(QFile::exists(QFile::decodeName(log.oldPath()))); // the keeper may look later
    writer.waitForEnd();
}

void TestLogAtFullSpeed::theKeeperBoundsAServerAtFullSpeed()
{
    const CutLog log;
    constexpr qint64 kMax = 1024 * 1024;
    LogKeeper keeper(kMax);
    Writer writer(log.path());
    keeper.keep({log.path(), log.path() + ".times", true});
    const auto written = [&] { return LogChain::open(log.path())->end(); };
    QTRY_VERIFY(written() > 30 * kMax);
    // What one look leaves for the next one depends on the machine; that the rest goes, does not.
    QTRY_VERIFY(written() - LogChain::open(log.path())->begin() < written() / 2);
    writer.end();
    QTRY_VERIFY(LogChain::open(log.path())->end() - LogChain::open(log.path())->logBegin() <= kMax);
    QVERIFY(log.old().size() <= 2 * kMax);
    const QByteArray text = log.old() + log.ownLines();
    qint64 number = text.mid(1, text.indexOf(' ') - 1).toLongLong();
    for (qsizetype at = 0; at < text.size(); ++number) {
        const QByteArray line = numberedLine('a', number);
        QCOMPARE(text.mid(at, line.size()), line);
        at += line.size();
    }
}

QTEST_GUILESS_MAIN(TestLogAtFullSpeed)
#include "tst_logatfullspeed.moc"
