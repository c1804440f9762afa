// What a server prints and what others have noted, as people are shown it.

#include "core/base/displaycommand.h"
#include "core/base/logtext.h"

#include <QTest>

using namespace sharedserver;

class TestLogText : public QObject
{
    Q_OBJECT
private slots:
    void makesTextOfWhatServersPrint_data();
    void makesTextOfWhatServersPrint();
    void keepsColoursWhereTheyAreWanted();
    void namesAndRemarksCommandNothing();
};

void TestLogText::makesTextOfWhatServersPrint_data()
{
    QTest::addColumn<QByteArrayList>("pieces");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArrayList{"one\ntwo\n"} << "one\ntwo\n";
    QTest::newRow("tabs") << QByteArrayList{"a\tb"} << "a\tb";
    QTest::newRow("colours") << QByteArrayList{"\x1b[1;31mred\x1b[0m plain"} << "red plain";
    QTest::newRow("a colour cut in two") << QByteArrayList{"a\x1b[1;", "31mb"} << "ab";
    QTest::newRow("a character cut in two") << QByteArrayList{"gr\xc3", "\xbc\xc3\x9f"} << "grüß";
    QTest::newRow("no UTF-8") << QByteArrayList{"a\xff z"} << QString("a%1 z").arg(QChar(0xfffd));
    QTest::newRow("a moved cursor") << QByteArrayList{"a\x1b[2Kb\x1b[?25lc"} << "abc";
    QTest::newRow("a character set") << QByteArrayList{"\x1b(Ba"} << "a";
    QTest::newRow("a title") << QByteArrayList{"\x1b]0;my title\x07", "x"} << "x";
    QTest::newRow("a title, ended otherwise") << QByteArrayList{"\x1b]0;my title\x1b\\x"} << "x";
    QTest::newRow("a title that is not ended") << QByteArrayList{"\x1b]0;my\nnext\n"} << "\nnext\n";
    QTest::newRow("a sequence that is not ended") << QByteArrayList{"\x1b[1;\nnext"} << "\nnext";
    QTest::newRow("sequences behind each other") << QByteArrayList{"\x1b\x1b[1;\x1b[mx"} << "x";
    QTest::newRow("lines of Windows") << QByteArrayList{"one\r\ntwo\r", "\n"} << "one\ntwo\n";
    QTest::newRow("a progress bar") << QByteArrayList{"10%\r20%\r30%\n"} << "10%\n20%\n30%\n";
    QTest::newRow("NUL and bell") << QByteArrayList{QByteArray("a\0b\x07", 4)} << "a?b?";
    QTest::newRow("DEL and C1") << QByteArrayList{"a\x7f\xc2\x9b\x32Jb"} << "a??2Jb";
    QTest::newRow("turned around") << QByteArrayList{"a\xe2\x80\xae\xe2\x81\xa6z"} << "a??z";
}

void TestLogText::makesTextOfWhatServersPrint()
{
    QFETCH(const QByteArrayList, pieces);
    LogText decoder;
    QString text;
    for (const QByteArray &piece : pieces)
        text += decoder.add(piece);
    QTEST(text, "text");
    QCOMPARE(decoder.finish(), "");
}

void TestLogText::keepsColoursWhereTheyAreWanted()
{
    LogText decoder(LogText::Colors::Kept);
    QCOMPARE(decoder.add("a"), "a");
    QCOMPARE(decoder.finish(), "");
    QCOMPARE(decoder.add("\x1b[1;38:5:9mb\x1b[2Jc\x1b[>4;1md"), "\x1b[1;38:5:9mbcd");
    QCOMPARE(decoder.finish(), "\x1b[0m"); // they do not stay
    // Digits of other scripts are none.
    QCOMPARE(decoder.add("\x1b[\xd9\xa3mx"), QString::fromUtf8("\xd9\xa3mx"));
}

void TestLogText::namesAndRemarksCommandNothing()
{
    const QString noted = QString("a\tb\nc\x1b[31m%1%2").arg(QChar(0x202e)).arg(QChar(0x85));
    QCOMPARE(printable(noted), "a b c?[31m??");
    QCOMPARE(printableLines(noted), "a\tb\nc?[31m??");
}

QTEST_GUILESS_MAIN(TestLogText)
#include "tst_logtext.moc"
