// What costs more the more there is, and is asked for again and again, leaves the time to others.

#include "core/supervisor/raretask.h"

#include <QElapsedTimer>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <memory>

using namespace sharedserver;

class TestRareTask : public QObject
{
    Q_OBJECT
private slots:
    void whatIsAskedForInOneGoIsDoneOnce();
    void whatIsAskedForLaterIsDoneAgain();
    void itRestsTwentyTimesAsLongAsItTook();
    void itRestsOnlySoLongAfterAStandstill();
    void whatIsForgottenIsNotDone();
};

void TestRareTask::whatIsAskedForInOneGoIsDoneOnce()
{
    int done = 0;
    RareTask task([&] { ++done; });
    for (int i = 0; i < 1000; ++i)
        task.ask();
    QCOMPARE(done, 0); // not before the event loop comes to it
    QTRY_COMPARE(done, 1);
}

void TestRareTask::whatIsAskedForLaterIsDoneAgain()
{
    int done = 0;
    RareTask task([&] { ++done; });
    task.ask();
    QTRY_COMPARE(done, 1);
    task.ask();
    QTRY_COMPARE(done, 2);
}

void TestRareTask::itRestsTwentyTimesAsLongAsItTook()
{
    constexpr int kRounds = 4;
    constexpr qint64 kNanoseconds = 1000 * 1000;
    int done = 0;
    std::chrono::nanoseconds rest(0);
    std::unique_ptr<RareTask> task;
    task = std::make_unique<RareTask>([&] {
        QElapsedTimer time;
        time.start();
        while (time.nsecsElapsed() < kNanoseconds) {
        }
        if (++done < kRounds) {
            task->ask(); // as one that is never left in peace
            const std::chrono::nanoseconds busy(time.nsecsElapsed());
            rest +=
                std::min<std::chrono::nanoseconds>(RareTask::kRest * busy, RareTask::kLongestRest);
        }
    });
    QElapsedTimer all;
    all.start();
    task->ask();
    // It rests long where this test got no processor for a while.
    QTRY_COMPARE_WITH_TIMEOUT(done, kRounds, 600000);
    QVERIFY(all.nsecsElapsed() >= rest.count());
}

void TestRareTask::itRestsOnlySoLongAfterAStandstill()
{
    int done = 0;
    RareTask task([&] {
        QThread::msleep(600); // stands for a process that was stopped
        ++done;
    });
    task.ask();
    QTRY_COMPARE(done, 1);
    QVERIFY(task.restLeft() <= RareTask::kLongestRest);
}

void TestRareTask::whatIsForgottenIsNotDone()
{
    int forgotten = 0;
    int done = 0;
    RareTask task([&] { ++forgotten; });
    RareTask later([&] { ++done; });
    task.ask();
    later.ask();
    task.forget();
    QTRY_COMPARE(done, 1);
    QCOMPARE(forgotten, 0);
}

QTEST_GUILESS_MAIN(TestRareTask)
#include "tst_raretask.moc"
