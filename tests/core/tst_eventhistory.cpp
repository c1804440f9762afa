// What has happened can be asked for afterwards, and no number is taken for another watcher's.

#include "core/control/eventhistory.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;

class TestEventHistory : public QObject
{
    Q_OBJECT
private slots:
    void numbersAndDatesWhatItKeeps();
    void replays_data();
    void replays();
    void namesAreAFilter();
    void isBoundedInNumber();
    void isBoundedInSize();
    void aSuccessorGoesOn();
    void aSuccessorGetsWhatFits();
    void aSuccessorOfNobodyBeginsAnew();
};

namespace {

void add(EventHistory *history, int count, const QString &name = "web", int padding = 0)
{
    for (int i = 0; i < count; ++i) {
        history->add("server.started", name,
                     {{"server", QJsonObject{{"name", name}}}, {"x", QString(padding, 'x')}},
                     QDateTime::fromMSecsSinceEpoch(1500));
    }
}

QList<qint64> numbers(const EventHistory::Replay &replay)
{
    QList<qint64> all;
    for (const QByteArray &line : replay.lines)
        all.append(QJsonDocument::fromJson(line)["params"]["sequence"].toInteger());
    return all;
}

} // namespace

void TestEventHistory::numbersAndDatesWhatItKeeps()
{
    EventHistory history;
    QCOMPARE(history.sequence(), 0);
    add(&history, 1);
    QCOMPARE(history.sequence(), 1);
    const auto replay = history.since({}, {});
    const QJsonObject message = QJsonDocument::fromJson(replay.lines.first()).object();
    QCOMPARE(message["method"].toString(), "server.started");
    QCOMPARE(message["params"]["sequence"].toInteger(), 1);
    QCOMPARE(message["params"]["epoch"].toString(), history.epoch());
    QCOMPARE(message["params"]["time"].toDouble(), 1.5);
    QVERIFY(history.epoch() != EventHistory().epoch());
}

void TestEventHistory::replays_data()
{
    QTest::addColumn<bool>("isOurEpoch");
    QTest::addColumn<QString>("epoch");
    QTest::addColumn<qint64>("sequence");
    QTest::addColumn<QList<qint64>>("expected");
    QTest::addColumn<bool>("isComplete");

    const QList<qint64> all{1, 2, 3};
    QTest::newRow("all") << false << "" << qint64(0) << all << true;
    QTest::newRow("some") << false << "" << qint64(2) << QList<qint64>{3} << true;
    QTest::newRow("nothing new") << false << "" << qint64(3) << QList<qint64>{} << true;
    QTest::newRow("of the future") << false << "" << qint64(4) << all << false;
    QTest::newRow("our epoch") << true << "" << qint64(1) << QList<qint64>{2, 3} << true;
    QTest::newRow("another's") << false << "0123456789abcdef" << qint64(1) << all << false;
}

void TestEventHistory::replays()
{
    QFETCH(const bool, isOurEpoch);
    QFETCH(const QString, epoch);
    QFETCH(const qint64, sequence);
    QFETCH(const QList<qint64>, expected);
    QFETCH(const bool, isComplete);
    EventHistory history;
    add(&history, 3);
    const auto replay = history.since({isOurEpoch ? history.epoch() : epoch, sequence}, {});
    QCOMPARE(numbers(replay), expected);
    QCOMPARE(replay.isComplete, isComplete);
}

void TestEventHistory::namesAreAFilter()
{
    EventHistory history;
    add(&history, 1, "web");
    add(&history, 1, "db");
    add(&history, 1, "web");
    QCOMPARE(numbers(history.since({}, {"web"})), (QList<qint64>{1, 3}));
    QCOMPARE(numbers(history.since({}, {"none"})), QList<qint64>{});
}

void TestEventHistory::isBoundedInNumber()
{
    EventHistory history;
    const auto most = int(EventHistory::kMostEvents);
    add(&history, most + 5);
    const auto replay = history.since({}, {});
    QCOMPARE(replay.lines.size(), most);
    QVERIFY(!replay.isComplete);
    QVERIFY(!history.since({{}, 4}, {}).isComplete);
    QVERIFY(history.since({{}, 5}, {}).isComplete);
    QCOMPARE(numbers(replay).last(), most + 5);
}

void TestEventHistory::isBoundedInSize()
{
    EventHistory history;
    add(&history, 20, "web", 100000);
    qsizetype size = 0;
    const auto replay = history.since({}, {});
    for (const QByteArray &line : replay.lines)
        size += line.size();
    QVERIFY(size <= EventHistory::kMostBytes && size > EventHistory::kMostBytes / 2);
    QCOMPARE(numbers(replay).last(), 20);
}

void TestEventHistory::aSuccessorGoesOn()
{
    EventHistory before;
    add(&before, 3);
    EventHistory after;
    after.goOn(before.toJson(EventHistory::kMostBytes));
    QCOMPARE(after.epoch(), before.epoch());
    add(&after, 1);
    QCOMPARE(numbers(after.since({before.epoch(), 1}, {"web"})), (QList<qint64>{2, 3, 4}));
    QVERIFY(after.since({before.epoch(), 1}, {}).isComplete);
    QCOMPARE(after.since({}, {}).lines.first(), before.since({}, {}).lines.first());
}

void TestEventHistory::aSuccessorGetsWhatFits()
{
    EventHistory before;
    add(&before, 10, "web", 1000);
    EventHistory after;
    after.goOn(before.toJson(5000));
    QCOMPARE(after.sequence(), 10);
    QCOMPARE(numbers(after.since({}, {})), (QList<qint64>{7, 8, 9, 10}));
    QVERIFY(!after.since({}, {}).isComplete);
    EventHistory later;
    later.goOn(before.toJson(0));
    QCOMPARE(later.since({{}, 10}, {}).isComplete, true);
    QCOMPARE(later.since({{}, 9}, {}).isComplete, false);
}

void TestEventHistory::aSuccessorOfNobodyBeginsAnew()
{
    EventHistory history;
    const QString epoch = history.epoch();
    history.goOn({});
    QCOMPARE(history.epoch(), epoch);
    QCOMPARE(history.sequence(), 0);
}

QTEST_GUILESS_MAIN(TestEventHistory)
#include "tst_eventhistory.moc"
