// The cut of a log: whole lines go into the file of the old ones, and nothing is lost when it is
// killed on the way.

#include "core/log/logchain.h"
#include "core/log/logcut.h"
#include "core/log/logposition.h"
#include "tests/core/cutlog.h"

#include <QFile>
#include <QTest>

#include <limits>

using namespace sharedserver;
using namespace sharedserver::test;
using platform::FrontRemoval;

class TestLogCut : public QObject
{
    Q_OBJECT
private slots:
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

} // namespace

void TestLogCut::movesWholeLines_data()
{
    addFrontRemovals(true);
}

void TestLogCut::movesWholeLines()
{
    QFETCH(const FrontRemoval, most);
    const CutLog log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    QByteArray all;
    for (int round = 0; round < 3; ++round) {
        QByteArray text;
        for (qint64 number = 0; text.size() < 300 * 1024; ++number)
            text += numberedLine('a', number);
        log.append(text);
        all += text;
        QCOMPARE(boundLog(log.path(), kBound, most), LogCut::Made);
        QVERIFY(log.old().endsWith('\n'));
        const QByteArray kept = log.old() + log.ownLines();
        QVERIFY(all.endsWith(kept));
        QVERIFY(kept.size() >= kBound - 400);
        QVERIFY(log.ownLines().size() < kBound);
    }
    if (most != FrontRemoval::Collapse)
        return;
    // Nobody who looks into the file is misled, and hardly any room is wasted.
    QVERIFY(log.content().startsWith("--- sharedserver: older lines are in the file .1"));
    QVERIFY(log.content().indexOf('\n') < 300);
}

void TestLogCut::leavesWhatIsWithinItsBound()
{
    const CutLog log;
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded); // none there
    log.append(QByteArray(kBound, 'x'));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded);
    QVERIFY(!QFile::exists(QFile::decodeName(log.oldPath())));
}

void TestLogCut::keepsNoMoreThanTheBoundOfOldLines()
{
    const CutLog log;
    QByteArray text;
    for (qint64 number = 0; text.size() < 10 * kBound; ++number)
        text += numberedLine('a', number);
    log.append(text);
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
    QVERIFY(log.old().size() <= 2 * kBound);
    QVERIFY(log.old().startsWith('a')); // a whole line
    QVERIFY(text.endsWith(log.old() + log.ownLines()));
}

void TestLogCut::cutsALineThatAloneIsOverTheBound()
{
    const CutLog log;
    log.append(QByteArray(5 * kBound, 'x'));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
    log.append("end\nnext\n");
    QCOMPARE(log.ownLines(), "end\nnext\n");
    QCOMPARE(log.old(), QByteArray(2 * kBound, 'x'));
}

void TestLogCut::waitsForAReader()
{
    const CutLog log;
    log.append(QByteArray(2 * kBound, '\n'));
    {
        const auto reader = LogChain::open(log.path());
        QCOMPARE(boundLog(log.path(), kBound), LogCut::Busy);
    }
    QCOMPARE(boundLog(log.path(), kBound), LogCut::Made);
}

void TestLogCut::isCompletedAfterAKill_data()
{
    addFrontRemovals();
}

void TestLogCut::isCompletedAfterAKill()
{
    QFETCH(const FrontRemoval, most);
    const CutLog log;
    if (!log.can(most))
        QSKIP("This file system cannot do that");
    QByteArray text;
    for (qint64 number = 0; text.size() < 2 * kBound; ++number)
        text += numberedLine('a', number);
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
    QCOMPARE(log.old() + log.ownLines(), text);
}

void TestLogCut::followsNoLink()
{
    const CutLog log;
    const CutLog victim;
    victim.append(QByteArray(2 * kBound, '\n'));
    QVERIFY(QFile::link(QFile::decodeName(victim.path()), QFile::decodeName(log.path())));
    QCOMPARE(boundLog(log.path(), kBound), LogCut::NotNeeded);
    QCOMPARE(victim.content().size(), 2 * kBound);
}

/// Servers print what they like, a line like ours too.
void TestLogCut::aServersLineWithAnImpossiblePlaceIsNoMarker()
{
    const CutLog log;
    log.append(LogMarker{std::numeric_limits<qint64>::max()}.text() + "line\n");
    const auto chain = LogChain::open(log.path());
    QVERIFY(chain);
    QCOMPARE(chain->begin(), 0);
    QCOMPARE(chain->lastLines(1), LogMarker::kLeastSize);
}

QTEST_GUILESS_MAIN(TestLogCut)
#include "tst_logcut.moc"
