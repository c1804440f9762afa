// Bytes that need not be text cross QString and JSON without loss.

#include "core/base/bytes.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace sharedserver;

class TestBytesText : public QObject
{
    Q_OBJECT
private slots:
    void bytesComeBack_data();
    void bytesComeBack();
    void everyPairOfBytesComesBack();
    void randomBytesComeBack();
    void validTextIsItself();
    void invalidBytesAreLoneSurrogates();
    void surrogatePairsAreNotTakenForEscapes();
    void displayTextShowsReplacements();
    void listsComeBackThroughJson();
    void whatIsNoStringIsAnEmptyEntry();
};

void TestBytesText::bytesComeBack_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("isValid");

    QTest::newRow("nothing") << QByteArray("") << true;
    QTest::newRow("ASCII") << QByteArray("PATH=/usr/bin") << true;
    QTest::newRow("null inside") << QByteArray("a\0b", 3) << true;
    QTest::newRow("control characters") << QByteArray("\x01\x1b\x7f\n\t") << true;
    QTest::newRow("two bytes") << QByteArray("\xc3\xa4") << true;
    QTest::newRow("first of two bytes") << QByteArray("\xc2\x80") << true;
    QTest::newRow("three bytes") << QByteArray("\xe2\x82\xac") << true;
    QTest::newRow("four bytes") << QByteArray("\xf0\x9f\x98\x80") << true;
    QTest::newRow("the last code point") << QByteArray("\xf4\x8f\xbf\xbf") << true;
    QTest::newRow("U+FFFD itself") << QByteArray("\xef\xbf\xbd") << true;
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbfx") << false;
    QTest::newRow("byte order marks")
        << QByteArray("\xef\xbb\xbf\xef\xbb\xbfx\xef\xbb\xbf") << false;
    QTest::newRow("byte order mark inside") << QByteArray("x\xef\xbb\xbfy") << true;
    QTest::newRow("noncharacter") << QByteArray("\xef\xbf\xbf") << true;
    QTest::newRow("around the surrogates") << QByteArray("\xed\x9f\xbf\xee\x80\x80") << true;

    QTest::newRow("latin-1") << QByteArray("caf\xe9") << false;
    QTest::newRow("0xff") << QByteArray("\xff") << false;
    QTest::newRow("0xfe 0xff") << QByteArray("\xfe\xff") << false;
    QTest::newRow("lone tail") << QByteArray("\x80") << false;
    QTest::newRow("tail too many") << QByteArray("\xc3\xa4\xa4") << false;
    QTest::newRow("cut two bytes") << QByteArray("\xc3") << false;
    QTest::newRow("cut three bytes") << QByteArray("\xe2\x82") << false;
    QTest::newRow("cut four bytes") << QByteArray("\xf0\x9f\x98") << false;
    QTest::newRow("cut, then text") << QByteArray("\xe2\x82x") << false;
    QTest::newRow("cut by the next") << QByteArray("\xe2\xe2\x82\xac") << false;
    QTest::newRow("overlong slash") << QByteArray("\xc0\xaf") << false;
    QTest::newRow("overlong in three") << QByteArray("\xe0\x9f\xbf") << false;
    QTest::newRow("overlong in four") << QByteArray("\xf0\x8f\xbf\xbf") << false;
    QTest::newRow("encoded null") << QByteArray("\xc0\x80") << false;
    QTest::newRow("high surrogate") << QByteArray("\xed\xa0\x80") << false;
    QTest::newRow("low surrogate") << QByteArray("\xed\xb2\x80") << false;
    QTest::newRow("pair of surrogates") << QByteArray("\xed\xa0\xbd\xed\xb8\x80") << false;
    QTest::newRow("above U+10FFFF") << QByteArray("\xf4\x90\x80\x80") << false;
    QTest::newRow("five bytes") << QByteArray("\xf8\x88\x80\x80\x80") << false;
    QTest::newRow("invalid between valid") << QByteArray("\xc3\xa4\xff\xe2\x82\xac") << false;
    QTest::newRow("invalid before a byte order mark") << QByteArray("\xff\xef\xbb\xbf") << false;
    QTest::newRow("invalid before four bytes") << QByteArray("\xff\xf0\x9f\x98\x80") << false;
    QTest::newRow("invalid after four bytes") << QByteArray("\xf0\x9f\x98\x80\xff") << false;
}

void TestBytesText::bytesComeBack()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, isValid);
    QCOMPARE(isValidUtf8(bytes), isValid);
    QCOMPARE(bytesFromText(textFromBytes(bytes)), bytes);
    const QByteArrayList list{bytes, "next"};
    const QJsonDocument written(jsonFromBytes(list));
    const auto read = QJsonDocument::fromJson(written.toJson(QJsonDocument::Compact));
    QCOMPARE(bytesFromJson(read.array()), list);
}

void TestBytesText::everyPairOfBytesComesBack()
{
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char pair[] = {char(first), char(second)};
            const QByteArray bytes(pair, 2);
            QCOMPARE(bytesFromText(textFromBytes(bytes)), bytes);
        }
    }
}

void TestBytesText::randomBytesComeBack()
{
    QRandomGenerator random(4711); // always the same, so that a failure comes again
    for (int round = 0; round < 2000; ++round) {
        QByteArray bytes(random.bounded(40), Qt::Uninitialized);
        for (char &byte : bytes)
            byte = char(random.bounded(round % 2 ? 256 : 128) | (round % 3 ? 0 : 0x80));
        QVERIFY2(bytesFromText(textFromBytes(bytes)) == bytes, bytes.toHex().constData());
    }
}

void TestBytesText::validTextIsItself()
{
    QCOMPARE(textFromBytes("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"),
             QString::fromUtf8("gr\u00fc\u00df \U0001f600"));
    QVERIFY(textFromBytes("").isEmpty());
}

void TestBytesText::invalidBytesAreLoneSurrogates()
{
    const QString text = textFromBytes("a\x80\xffz");
    QCOMPARE(text.size(), 4);
    QCOMPARE(text[1].unicode(), char16_t(0xdc80));
    QCOMPARE(text[2].unicode(), char16_t(0xdcff));
}

void TestBytesText::surrogatePairsAreNotTakenForEscapes()
{
    // U+10080 is written as D800 DC80: its second half alone would mean the byte 0x80.
    const QByteArray bytes = "\xf0\x90\x82\x80";
    QCOMPARE(textFromBytes(bytes).size(), 2);
    QCOMPARE(textFromBytes(bytes)[1].unicode(), char16_t(0xdc80));
    QCOMPARE(bytesFromText(textFromBytes(bytes)), bytes);
}

void TestBytesText::displayTextShowsReplacements()
{
    QCOMPARE(displayText("plain"), "plain");
    QCOMPARE(displayText("caf\xe9!"), QString::fromUtf8("caf\ufffd!"));
    for (const QChar character : displayText("\xed\xb2\x80\xff"))
        QVERIFY(!character.isSurrogate());
}

void TestBytesText::listsComeBackThroughJson()
{
    const QByteArrayList list{"", "plain", "\xff\xfe", "K=\xe9", QByteArray("a\0b", 3), ""};
    QCOMPARE(bytesFromJson(jsonFromBytes(list)), list);
    QVERIFY(jsonFromBytes({}).isEmpty());
    QVERIFY(bytesFromJson({}).isEmpty());
}

void TestBytesText::whatIsNoStringIsAnEmptyEntry()
{
    const QByteArrayList list = bytesFromJson({1, QJsonValue(), "x", QJsonArray()});
    QCOMPARE(list, (QByteArrayList{"", "", "x", ""}));
}

QTEST_GUILESS_MAIN(TestBytesText)
#include "tst_bytestext.moc"
