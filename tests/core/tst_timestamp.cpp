// Instants as lockfiles hold them: RFC 3339, whoever has written them.

#include "core/base/timestamp.h"

#include <QTest>
#include <QTimeZone>

using namespace sharedserver;

class TestTimestamp : public QObject
{
    Q_OBJECT
private slots:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void ownInstantsAreUtcMilliseconds();
    void ownInstantsComeBack();
    void localTimeIsTurnedIntoUtc();
    void nothingIsNotValid();
    void sameTextIsEqual();
};

namespace {

// 2024-02-29T12:34:56Z
constexpr qint64 kLeapDay = 1'709'210'096'000;

} // namespace

void TestTimestamp::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");

    QTest::newRow("seconds") << "2024-02-29T12:34:56Z" << kLeapDay;
    QTest::newRow("milliseconds") << "2024-02-29T12:34:56.789Z" << kLeapDay + 789;
    QTest::newRow("nanoseconds") << "2024-02-29T12:34:56.123456789Z" << kLeapDay + 123;
    QTest::newRow("microseconds") << "2024-02-29T12:34:56.123456Z" << kLeapDay + 123;
    QTest::newRow("a tenth") << "2024-02-29T12:34:56.1Z" << kLeapDay + 100;
    QTest::newRow("a hundredth") << "2024-02-29T12:34:56.05Z" << kLeapDay + 50;
    QTest::newRow("many digits") << "2024-02-29T12:34:56.9999999999999999999999Z" << kLeapDay + 999;
    QTest::newRow("zero fraction") << "2024-02-29T12:34:56.000000000Z" << kLeapDay;
    QTest::newRow("offset zero") << "2024-02-29T12:34:56+00:00" << kLeapDay;
    QTest::newRow("negative zero") << "2024-02-29T12:34:56-00:00" << kLeapDay;
    QTest::newRow("nanoseconds and offset")
        << "2024-02-29T12:34:56.123456789+00:00" << kLeapDay + 123;
    QTest::newRow("east") << "2024-02-29T14:34:56+02:00" << kLeapDay;
    QTest::newRow("west") << "2024-02-29T07:34:56-05:00" << kLeapDay;
    QTest::newRow("half an hour") << "2024-02-29T18:04:56.5+05:30" << kLeapDay + 500;
    QTest::newRow("offset over midnight") << "2024-03-01T01:34:56+13:00" << kLeapDay;
    QTest::newRow("small letters") << "2024-02-29t12:34:56z" << kLeapDay;
    QTest::newRow("the epoch") << "1970-01-01T00:00:00Z" << qint64(0);
    QTest::newRow("before the epoch") << "1969-12-31T23:59:59.5Z" << qint64(-500);
    QTest::newRow("last second of a day")
        << "2023-12-31T23:59:59.999Z" << qint64(1'704'067'199'999);
    QTest::newRow("far future") << "9999-12-31T23:59:59Z" << qint64(253'402'300'799'000);
}

void TestTimestamp::parses()
{
    QFETCH(QString, text);
    QFETCH(qint64, milliseconds);
    const auto timestamp = Timestamp::parse(text);
    QVERIFY(timestamp.has_value());
    QVERIFY(timestamp->isValid());
    QCOMPARE(timestamp->time().toMSecsSinceEpoch(), milliseconds);
    QCOMPARE(timestamp->time().timeSpec(), Qt::UTC);
    QCOMPARE(timestamp->text(), text);
}

void TestTimestamp::refuses_data()
{
    QTest::addColumn<QString>("text");

    QTest::newRow("empty") << "";
    QTest::newRow("words") << "yesterday";
    QTest::newRow("date alone") << "2024-02-29";
    QTest::newRow("time alone") << "12:34:56Z";
    QTest::newRow("no offset") << "2024-02-29T12:34:56";
    QTest::newRow("no offset, fraction") << "2024-02-29T12:34:56.123456789";
    QTest::newRow("no seconds") << "2024-02-29T12:34Z";
    QTest::newRow("no seconds, offset") << "2024-02-29T12:34+02:00";
    QTest::newRow("no fraction digits") << "2024-02-29T12:34:56.Z";
    QTest::newRow("letters as fraction") << "2024-02-29T12:34:56.abcZ";
    QTest::newRow("offset without colon") << "2024-02-29T12:34:56+0200";
    QTest::newRow("offset of hours") << "2024-02-29T12:34:56+02";
    QTest::newRow("offset too large") << "2024-02-29T12:34:56+25:00";
    QTest::newRow("offset of letters") << "2024-02-29T12:34:56+ab:cd";
    QTest::newRow("zone name") << "2024-02-29T12:34:56 UTC";
    QTest::newRow("both") << "2024-02-29T12:34:56Z+00:00";
    QTest::newRow("no such day") << "2023-02-29T12:34:56Z";
    QTest::newRow("month 13") << "2024-13-01T12:34:56Z";
    QTest::newRow("month 0") << "2024-00-01T12:34:56Z";
    QTest::newRow("hour 25") << "2024-02-29T25:00:00Z";
    QTest::newRow("minute 60") << "2024-02-29T12:60:00Z";
    QTest::newRow("two-digit year") << "24-02-29T12:34:56Z";
    QTest::newRow("one-digit month") << "2024-2-29T12:34:56Z";
    QTest::newRow("slashes") << "2024/02/29T12:34:56Z";
    QTest::newRow("basic format") << "20240229T123456Z";
    QTest::newRow("leading space") << " 2024-02-29T12:34:56Z";
    QTest::newRow("trailing space") << "2024-02-29T12:34:56Z ";
    QTest::newRow("trailing words") << "2024-02-29T12:34:56Z and more";
    QTest::newRow("line break") << "2024-02-29T12:34:56Z\n";
    QTest::newRow("number") << "1709210096";
    QTest::newRow("two fractions") << "2024-02-29T12:34:56.1.2Z";
    QTest::newRow("only a dot") << ".";
    QTest::newRow("only a zone") << "Z";
    QTest::newRow("very long") << QString(100'000, '1');
    QTest::newRow("negative year") << "-2024-02-29T12:34:56Z";
    QTest::newRow("arabic digits") << QString::fromUtf8("202\u0664-02-29T12:34:56Z");
}

void TestTimestamp::refuses()
{
    QFETCH(QString, text);
    QVERIFY(!Timestamp::parse(text).has_value());
}

void TestTimestamp::ownInstantsAreUtcMilliseconds()
{
    const Timestamp timestamp(QDateTime::fromMSecsSinceEpoch(kLeapDay + 7, Qt::UTC));
    QCOMPARE(timestamp.text(), "2024-02-29T12:34:56.007Z");
}

void TestTimestamp::ownInstantsComeBack()
{
    const Timestamp now(QDateTime::currentDateTime());
    QVERIFY(now.isValid());
    const auto read = Timestamp::parse(now.text());
    QVERIFY(read.has_value());
    QCOMPARE(*read, now);
}

void TestTimestamp::localTimeIsTurnedIntoUtc()
{
    const QDateTime berlin(QDate(2024, 2, 29), QTime(13, 34, 56), QTimeZone(3600));
    QCOMPARE(Timestamp(berlin).text(), "2024-02-29T12:34:56.000Z");
}

void TestTimestamp::nothingIsNotValid()
{
    QVERIFY(!Timestamp().isValid());
    QVERIFY(Timestamp().text().isEmpty());
    QVERIFY(!Timestamp(QDateTime()).isValid());
}

void TestTimestamp::sameTextIsEqual()
{
    QCOMPARE(Timestamp::parse("2024-02-29T12:34:56Z"), Timestamp::parse("2024-02-29T12:34:56Z"));
    QVERIFY(Timestamp::parse("2024-02-29T12:34:56.1Z") != Timestamp::parse("2024-02-29T12:34:56Z"));
}

QTEST_GUILESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
