// Since when a line is in a log is known from marks that are kept beside it.

#include "core/log/logkeeper.h"
#include "core/log/logposition.h"
#include "core/log/logtimes.h"

#include <QDateTime>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace sharedserver;

class TestLogTimes : public QObject
{
    Q_OBJECT
private slots:
    void tellsThePlaceOfATime_data();
    void tellsThePlaceOfATime();
    void knowsNothingOfAnotherLog();
    void beginsAgainWithALogThatWasEmptied();
    void goesOnAfterAnotherWatcher();
    void keepsABoundedNumberOfMarks();
    void forgetsTheTimesOfLinesThatAreGone();
    void readsWhateverIsInItsFile();
    void theKeeperMarksWhatIsWritten();
    void aLogThatIsOlderHasNothingNew();
};

namespace {

constexpr LogIdentity kLog{1, 2};

class Marks
{
public:
    QByteArray path() const { return QFile::encodeName(m_folder.filePath("web.log.times")); }
    std::optional<qint64> at(qint64 timeMs, const LogIdentity &log = kLog) const
    {
        return LogTimes::placeAt(path(), log, timeMs);
    }
    QString folder() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

} // namespace

void TestLogTimes::tellsThePlaceOfATime_data()
{
    QTest::addColumn<qint64>("time");
    QTest::addColumn<std::optional<qint64>>("place");
    const auto row = [](const char *name, qint64 time, std::optional<qint64> place) {
        QTest::newRow(name) << time << place;
    };
    row("before all marks", 999, 0); // nothing is older
    row("the first one", 1000, 0);
    row("between two", 1999, 0);
    row("the second one", 2000, 100);
    row("after the last", 9000, 700);
}

void TestLogTimes::tellsThePlaceOfATime()
{
    QFETCH(const qint64, time);
    QFETCH(const std::optional<qint64>, place);
    const Marks marks;
    LogTimes times(marks.path());
    times.mark(kLog, 1000, 0);
    times.mark(kLog, 2000, 100);
    times.mark(kLog, 3000, 700);
    QCOMPARE(marks.at(time), place);
}

void TestLogTimes::knowsNothingOfAnotherLog()
{
    const Marks marks;
    QCOMPARE(marks.at(5000), std::nullopt); // no file at all
    LogTimes times(marks.path());
    times.mark(kLog, 1000, 100);
    QCOMPARE(marks.at(5000, {1, 3}), std::nullopt);
    times.mark({1, 3}, 2000, 0);
    QCOMPARE(marks.at(5000, {1, 3}), 0);
    QCOMPARE(marks.at(5000), std::nullopt);
}

void TestLogTimes::beginsAgainWithALogThatWasEmptied()
{
    const Marks marks;
    LogTimes times(marks.path());
    times.mark(kLog, 1000, 5000);
    times.mark(kLog, 2000, 10);
    QCOMPARE(marks.at(1500), std::nullopt);
    QCOMPARE(marks.at(2500), 10);
    times.mark(kLog, 3000, 0);
    QCOMPARE(marks.at(1500), 0);
}

void TestLogTimes::goesOnAfterAnotherWatcher()
{
    const Marks marks;
    LogTimes(marks.path()).mark(kLog, 1000, 10);
    LogTimes(marks.path()).mark(kLog, 2000, 20);
    QCOMPARE(marks.at(1500), 10);
    QCOMPARE(marks.at(2500), 20);
}

void TestLogTimes::keepsABoundedNumberOfMarks()
{
    const Marks marks;
    LogTimes times(marks.path());
    const qint64 most = 3 * LogTimes::kMostMarks;
    for (qint64 i = 1; i <= most; ++i)
        times.mark(kLog, i, i);
    QFile file(QFile::decodeName(marks.path()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().count('\n') <= LogTimes::kMostMarks + 1);
    // Coarser in the past, and never too late.
    QCOMPARE(marks.at(most), most);
    for (qint64 time = 1; time < most; time += 97) {
        const auto place = marks.at(time);
        QVERIFY(!place || *place <= time);
        QVERIFY(place || time < 100);
        QVERIFY(!place || time - *place < 100);
    }
}

void TestLogTimes::forgetsTheTimesOfLinesThatAreGone()
{
    const Marks marks;
    LogTimes times(marks.path());
    for (qint64 i = 1; i <= LogTimes::kMostMarks + 1; ++i)
        times.mark(kLog, i, i, LogTimes::kMostMarks - 500);
    QCOMPARE(marks.at(1000), std::nullopt);
    // Those that are left are as exact as before.
    for (qint64 time = LogTimes::kMostMarks - 500; time <= LogTimes::kMostMarks + 1; ++time)
        QCOMPARE(marks.at(time), time);
}

void TestLogTimes::readsWhateverIsInItsFile()
{
    const Marks marks;
    QFile file(QFile::decodeName(marks.path()));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArrayLiteral("log 1 2\n1000 10\nnonsense\n 5\n2000\n\0\xff 7\n3000 30\n40"));
    file.close();
    QCOMPARE(marks.at(2500), 10);
    QCOMPARE(marks.at(3500), 30);
}

void TestLogTimes::theKeeperMarksWhatIsWritten()
{
    const Marks marks;
    const QString path = marks.folder() + "/web.log";
    const auto append = [&](const QByteArray &text) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    };
    append("before\n");
    LogKeeper keeper;
    keeper.keep({QFile::encodeName(path), marks.path(), false});
    const LogIdentity log = LogChain::open(QFile::encodeName(path))->identity();
    const qint64 begin = QDateTime::currentMSecsSinceEpoch();
    QCOMPARE(marks.at(begin, log), 7);
    append("first\n");
    const auto now = [] { return QDateTime::currentMSecsSinceEpoch(); };
    QTRY_COMPARE(marks.at(now(), log), 13);
    append("second\n");
    QTRY_COMPARE(marks.at(now(), log), 20);
    QCOMPARE(marks.at(begin, log), 7);

    const auto start = findLogStart(QFile::encodeName(path),
                                    {.lines = {}, .sinceMs = begin, .timesPath = marks.path()});
    QVERIFY(start->isTimeKnown);
    QCOMPARE(start->position.place, 7);
}

void TestLogTimes::aLogThatIsOlderHasNothingNew()
{
    const Marks marks;
    const QString path = marks.folder() + "/web.log";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("old\n");
    file.close();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const QByteArray name = QFile::encodeName(path);
    const auto later = findLogStart(name, {.lines = {}, .sinceMs = now + 1000, .timesPath = {}});
    QCOMPARE(later->position.place, 4);
    QVERIFY(later->isTimeKnown);
    const auto earlier = findLogStart(name, {.lines = {}, .sinceMs = now - 60000, .timesPath = {}});
    QCOMPARE(earlier->position.place, 0);
    QVERIFY(!earlier->isTimeKnown);
}

QTEST_GUILESS_MAIN(TestLogTimes)
#include "tst_logtimes.moc"
