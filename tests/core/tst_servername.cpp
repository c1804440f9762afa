// Which names a server may have: those that are safe as the stem of a file name, and no others.

#include "core/base/servername.h"

#include <QTest>

using namespace sharedserver;

class TestServerName : public QObject
{
    Q_OBJECT
private slots:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void everyAsciiCharacterIsDecided();
    void refusalOfALongNameStaysShort();
};

namespace {

constexpr char kLettersAndDigits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr char kMarks[] = "._@:+-";

} // namespace

void TestServerName::accepts_data()
{
    QTest::addColumn<QString>("name");

    QTest::newRow("one letter") << "a";
    QTest::newRow("one digit") << "7";
    QTest::newRow("word") << "chroma";
    QTest::newRow("capitals") << "ChromaDB";
    QTest::newRow("all marks") << "a._@:+-";
    QTest::newRow("ends in a mark") << "web-";
    QTest::newRow("version") << "redis@7.2.4";
    QTest::newRow("host and port") << "localhost:8080";
    QTest::newRow("dots inside") << "a..b";
    QTest::newRow("looks like one of our files") << "web.server.json";
    QTest::newRow("longest") << QString(100, 'x');
}

void TestServerName::accepts()
{
    QFETCH(QString, name);
    QVERIFY(isServerName(name));
    const auto checked = checkedServerName(name);
    QVERIFY(checked.has_value());
    QCOMPARE(*checked, name);
}

void TestServerName::refuses_data()
{
    QTest::addColumn<QString>("name");

    QTest::newRow("empty") << "";
    QTest::newRow("too long") << QString(101, 'x');
    QTest::newRow("much too long") << QString(100'000, 'x');
    QTest::newRow("this directory") << ".";
    QTest::newRow("parent directory") << "..";
    QTest::newRow("hidden file") << ".web";
    QTest::newRow("path") << "a/b";
    QTest::newRow("absolute path") << "/etc/passwd";
    QTest::newRow("way out") << "../web";
    QTest::newRow("way out inside") << "a/../../web";
    QTest::newRow("backslash") << "a\\b";
    QTest::newRow("option") << "-web";
    QTest::newRow("long option") << "--help";
    QTest::newRow("begins with a mark") << "_web";
    QTest::newRow("space") << "my web";
    QTest::newRow("leading space") << " web";
    QTest::newRow("trailing space") << "web ";
    QTest::newRow("line break") << "web\n";
    QTest::newRow("tab") << "web\t";
    QTest::newRow("glob") << "web*";
    QTest::newRow("shell") << "$(id)";
    QTest::newRow("home") << "~web";
    QTest::newRow("quote") << "we'b";
    QTest::newRow("null character") << QString("web") + QChar(QChar::Null) + "x";
    QTest::newRow("escape sequence") << "web\x1b[2J";
    QTest::newRow("umlaut") << QString::fromUtf8("w\u00e4b");
    QTest::newRow("cyrillic letter that looks latin") << QString::fromUtf8("\u0430bc");
    QTest::newRow("arabic digit") << QString::fromUtf8("\u0665");
    QTest::newRow("full-width letter") << QString::fromUtf8("\uff41");
    QTest::newRow("full stop that looks like a dot") << QString::fromUtf8("a\u2024b");
    QTest::newRow("zero-width joiner") << QString::fromUtf8("we\u200db");
    QTest::newRow("emoji") << QString::fromUtf8("web\U0001f600");
    QTest::newRow("lone surrogate") << QString("web") + QChar(char16_t(0xdc80));
}

void TestServerName::refuses()
{
    QFETCH(QString, name);
    QVERIFY(!isServerName(name));
    const auto checked = checkedServerName(name);
    QVERIFY(!checked.has_value());
    QCOMPARE(checked.error().kind, Error::Kind::Usage);
    QVERIFY(checked.error().message.contains("is not a server name"));
}

void TestServerName::everyAsciiCharacterIsDecided()
{
    for (int code = 0; code < 128; ++code) {
        const QChar character{char16_t(code)};
        const bool isLetterOrDigit = QString(kLettersAndDigits).contains(character);
        const bool isMark = QString(kMarks).contains(character);
        QCOMPARE(isServerName(QString(character)), isLetterOrDigit);
        QCOMPARE(isServerName(QString("a") + character), isLetterOrDigit || isMark);
    }
}

void TestServerName::refusalOfALongNameStaysShort()
{
    const QString message = checkedServerName(QString(1'000'000, 'x')).error().message;
    QVERIFY2(message.size() < 300, qPrintable(QString::number(message.size())));
}

QTEST_GUILESS_MAIN(TestServerName)
#include "tst_servername.moc"
