// Durations as people write them, and time spans as people read them.

#include "core/base/duration.h"

#include <QTest>

using namespace sharedserver;
using namespace std::chrono_literals;

class TestDuration : public QObject
{
    Q_OBJECT
private slots:
    void parses_data();
    void parses();
    void keepsTheTextAsGiven();
    void refuses_data();
    void refuses();
    void refusalShowsTextAndExamples();
    void readsWell_data();
    void readsWell();
};

void TestDuration::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");

    QTest::newRow("milliseconds") << "500ms" << qint64(500);
    QTest::newRow("one millisecond") << "1ms" << qint64(1);
    QTest::newRow("seconds") << "30s" << qint64(30'000);
    QTest::newRow("minutes") << "5m" << qint64(300'000);
    QTest::newRow("hours") << "1h" << qint64(3'600'000);
    QTest::newRow("days") << "2d" << qint64(172'800'000);
    QTest::newRow("two units") << "2h30m" << qint64(9'000'000);
    QTest::newRow("all units") << "1d1h1m1s1ms" << qint64(90'061'001);
    QTest::newRow("small before large") << "30m2h" << qint64(9'000'000);
    QTest::newRow("a unit twice") << "1s2s" << qint64(3'000);
    QTest::newRow("m then ms") << "1m1ms" << qint64(60'001);
    QTest::newRow("ms then s") << "1ms1s" << qint64(1'001);
    QTest::newRow("space before the unit") << "30 s" << qint64(30'000);
    QTest::newRow("space between units") << "2h 30m" << qint64(9'000'000);
    QTest::newRow("spaces around") << "  5m  " << qint64(300'000);
    QTest::newRow("spaces everywhere") << " 2 h  30 m " << qint64(9'000'000);
    QTest::newRow("upper case") << "2H30M" << qint64(9'000'000);
    QTest::newRow("upper case ms") << "500MS" << qint64(500);
    QTest::newRow("mixed case ms") << "500Ms" << qint64(500);
    QTest::newRow("leading zeros") << "0005s" << qint64(5'000);
    QTest::newRow("zero part, not zero as a whole") << "0h5m" << qint64(300'000);
    QTest::newRow("more than a unit holds") << "90m" << qint64(5'400'000);
    QTest::newRow("a year") << "365d" << qint64(31'536'000'000);
    QTest::newRow("a century") << "36600d" << qint64(3'162'240'000'000);
}

void TestDuration::parses()
{
    QFETCH(QString, text);
    QFETCH(qint64, milliseconds);
    const auto duration = Duration::parse(text);
    QVERIFY2(duration.has_value(), qPrintable(text));
    QCOMPARE(duration->value().count(), milliseconds);
    QCOMPARE(duration->text(), text);
}

void TestDuration::keepsTheTextAsGiven()
{
    QCOMPARE(Duration::parse(" 2H 30m")->text(), " 2H 30m");
}

void TestDuration::refuses_data()
{
    QTest::addColumn<QString>("text");

    QTest::newRow("empty") << "";
    QTest::newRow("only spaces") << "   ";
    QTest::newRow("no unit") << "30";
    QTest::newRow("no number") << "s";
    QTest::newRow("number without unit after one with") << "2h30";
    QTest::newRow("unit without number after one with") << "2hm";
    QTest::newRow("zero") << "0s";
    QTest::newRow("zero in each unit") << "0h0m0s0ms";
    QTest::newRow("negative") << "-5s";
    QTest::newRow("plus") << "+5s";
    QTest::newRow("fraction") << "1.5h";
    QTest::newRow("comma") << "1,5h";
    QTest::newRow("exponent") << "1e3s";
    QTest::newRow("hexadecimal") << "0x5s";
    QTest::newRow("unknown unit") << "5y";
    QTest::newRow("unit in words") << "5 minutes";
    QTest::newRow("unit and more") << "5sec";
    QTest::newRow("minus in the middle") << "1h-5m";
    QTest::newRow("separator") << "1h,5m";
    QTest::newRow("colons") << "1:30";
    QTest::newRow("underscore") << "1_000s";
    QTest::newRow("words") << "forever";
    QTest::newRow("arabic digits") << QString::fromUtf8("\u0665s");
    QTest::newRow("full-width digit") << QString::fromUtf8("\uff15s");
    QTest::newRow("micro sign") << QString::fromUtf8("5\u00b5s");
    QTest::newRow("long s") << QString::fromUtf8("5\u017f");
    QTest::newRow("no-break space") << QString::fromUtf8("5\u00a0s");
    QTest::newRow("tab") << "5\ts";
    QTest::newRow("line break") << "5s\n";
    QTest::newRow("null character") << QString("5s") + QChar(QChar::Null);
    QTest::newRow("more than a century") << "36601d";
    QTest::newRow("sum over a century") << "36600d1ms";
    QTest::newRow("number over 64 bits") << "9223372036854775808ms";
    QTest::newRow("product over 64 bits") << "9223372036854775807d";
    QTest::newRow("sum over 64 bits") << "9223372036854775807ms9223372036854775807ms";
    QTest::newRow("wraps to a small number") << "18446744073709551617s";
    QTest::newRow("very many digits") << QString(10'000, '9') + "s";
}

void TestDuration::refuses()
{
    QFETCH(QString, text);
    const auto duration = Duration::parse(text);
    QVERIFY(!duration.has_value());
    QCOMPARE(duration.error().kind, Error::Kind::Usage);
}

void TestDuration::refusalShowsTextAndExamples()
{
    const QString message = Duration::parse("1 fortnight").error().message;
    QVERIFY2(message.contains("'1 fortnight'"), qPrintable(message));
    QVERIFY2(message.contains("30s"), qPrintable(message));
    QVERIFY2(!message.contains('\n'), qPrintable(message));
}

void TestDuration::readsWell_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QString>("text");

    QTest::newRow("nothing") << qint64(0) << "0ms";
    QTest::newRow("below a second") << qint64(999) << "999ms";
    QTest::newRow("a second") << qint64(1'000) << "1s";
    QTest::newRow("fractions of a second are left out") << qint64(1'999) << "1s";
    QTest::newRow("seconds") << qint64(45'000) << "45s";
    QTest::newRow("a minute") << qint64(60'000) << "1m";
    QTest::newRow("minutes and seconds") << qint64(61'000) << "1m 1s";
    QTest::newRow("hours and minutes") << qint64(8'100'000) << "2h 15m";
    QTest::newRow("two units at the most") << qint64(8'145'000) << "2h 15m";
    QTest::newRow("hours without minutes") << qint64(7'245'000) << "2h";
    QTest::newRow("days and hours") << qint64(273'600'000) << "3d 4h";
    QTest::newRow("days") << qint64(86'400'000) << "1d";
    QTest::newRow("many days") << qint64(86'400'000) * 400 << "400d";
}

void TestDuration::readsWell()
{
    QFETCH(qint64, milliseconds);
    QFETCH(QString, text);
    QCOMPARE(humanDuration(std::chrono::milliseconds(milliseconds)), text);
}

QTEST_GUILESS_MAIN(TestDuration)
#include "tst_duration.moc"
