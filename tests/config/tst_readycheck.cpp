// `ready` of a definition, and --ready: what they may say, and what is said of what they may not.

#include "core/config/readycheck.h"

#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;

class TestReadyCheck : public QObject
{
    Q_OBJECT
private slots:
    void readsJson_data();
    void readsJson();
    void refusesJson_data();
    void refusesJson();
    void readsAWord_data();
    void readsAWord();
    void refusesAWord_data();
    void refusesAWord();
    void readsItsTimes();
    void keepsWhatItWasGiven();
};

namespace {

QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

void TestReadyCheck::readsJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("description");
    QTest::newRow("port") << QByteArray(R"({"tcp": 8000})") << "port 8000";
    QTest::newRow("port as text") << QByteArray(R"({"tcp": "8000"})") << "port 8000";
    QTest::newRow("host and port") << QByteArray(R"({"tcp": "db:5432"})") << "port 5432 of db";
    QTest::newRow("IPv6") << QByteArray(R"({"tcp": "[::1]:80"})") << "port 80 of ::1";
    QTest::newRow("http") << QByteArray(R"({"http": "http://127.0.0.1:1/x"})")
                          << "http://127.0.0.1:1/x";
    QTest::newRow("https") << QByteArray(R"({"http": "https://localhost/"})")
                           << "https://localhost/";
    QTest::newRow("log") << QByteArray(R"({"log": "^ready"})") << "'^ready' in its log";
    QTest::newRow("exec") << QByteArray(R"({"exec": ["pg_isready", "-q"]})") << "'pg_isready -q'";
    QTest::newRow("a line for the shell")
        << QByteArray(R"({"exec": "test -f x"})") << "'test -f x'";
}

void TestReadyCheck::readsJson()
{
    QFETCH(const QByteArray, json);
    const auto check = ReadyCheck::fromJson(object(json));
    QVERIFY2(check, check ? "" : qPrintable(check.error().message));
    QTEST(check->description(), "description");
}

void TestReadyCheck::refusesJson_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("problem");
    QTest::newRow("nothing") << QByteArray("{}") << "must have one of";
    QTest::newRow("two") << QByteArray(R"({"tcp": 1, "log": "x"})") << "not several";
    QTest::newRow("unknown") << QByteArray(R"({"tpc": 1})") << "did you mean 'tcp'?";
    QTest::newRow("no port") << QByteArray(R"({"tcp": "db"})") << "needs a port";
    QTest::newRow("port 0") << QByteArray(R"({"tcp": 0})") << "needs a port";
    QTest::newRow("port 65536") << QByteArray(R"({"tcp": 65536})") << "needs a port";
    QTest::newRow("half a port") << QByteArray(R"({"tcp": 80.5})") << "needs a port";
    QTest::newRow("a list of ports") << QByteArray(R"({"tcp": [1]})") << "needs a port";
    QTest::newRow("another protocol") << QByteArray(R"({"http": "ftp://x/"})") << "needs a URL";
    QTest::newRow("no host") << QByteArray(R"({"http": "http:///x"})") << "needs a URL";
    QTest::newRow("no expression") << QByteArray(R"({"log": ""})") << "regular expression";
    QTest::newRow("a broken expression") << QByteArray(R"({"log": "("})") << "regular expression";
    QTest::newRow("no command") << QByteArray(R"({"exec": []})") << "needs a command";
    QTest::newRow("numbers in a command") << QByteArray(R"({"exec": [1]})") << "list of strings";
    QTest::newRow("interval without unit")
        << QByteArray(R"({"tcp": 1, "interval": "5"})") << "is wrong";
    QTest::newRow("timeout as a number") << QByteArray(R"({"tcp": 1, "timeout": 5})") << "is wrong";
}

void TestReadyCheck::refusesJson()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, problem);
    const auto check = ReadyCheck::fromJson(object(json));
    QVERIFY(!check);
    QVERIFY2(check.error().message.contains(problem), qPrintable(check.error().message));
}

void TestReadyCheck::readsAWord_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("description");
    QTest::newRow("port") << "tcp:8000"
                          << "port 8000";
    QTest::newRow("host and port") << "tcp:db:5432"
                                   << "port 5432 of db";
    QTest::newRow("http") << "http://127.0.0.1:1/"
                          << "http://127.0.0.1:1/";
    QTest::newRow("log with a colon") << "log:port: \\d+"
                                      << "'port: \\d+' in its log";
    QTest::newRow("exec") << "exec:test -f x"
                          << "'test -f x'";
}

void TestReadyCheck::readsAWord()
{
    QFETCH(const QString, word);
    const auto check = ReadyCheck::fromWord(word);
    QVERIFY2(check, check ? "" : qPrintable(check.error().message));
    QTEST(check->description(), "description");
    // The watcher reads it as JSON.
    const auto again = ReadyCheck::fromJson(check->source);
    QVERIFY(again);
    QCOMPARE(again->description(), check->description());
}

void TestReadyCheck::refusesAWord_data()
{
    QTest::addColumn<QString>("word");
    for (const char *word : {"", "8000", "tcp", "tcp:", "tcp:x", "udp:1", "http:", "log:", "exec:"})
        QTest::newRow(word) << word;
}

void TestReadyCheck::refusesAWord()
{
    QFETCH(const QString, word);
    QVERIFY(!ReadyCheck::fromWord(word));
}

void TestReadyCheck::readsItsTimes()
{
    using namespace std::chrono_literals;
    const auto standard = ReadyCheck::fromJson(object(R"({"tcp": 1})"));
    QVERIFY(standard);
    QVERIFY(standard->interval == 200ms && standard->timeout == 60s);
    const auto given =
        ReadyCheck::fromJson(object(R"({"tcp": 1, "interval": "50ms", "timeout": "2m"})"));
    QVERIFY(given);
    QVERIFY(given->interval == 50ms && given->timeout == 120s);
}

void TestReadyCheck::keepsWhatItWasGiven()
{
    const QJsonObject json = object(R"({"log": "up", "timeout": "2m"})");
    const auto check = ReadyCheck::fromJson(json);
    QVERIFY(check);
    QCOMPARE(check->source, json);
}

QTEST_GUILESS_MAIN(TestReadyCheck)
#include "tst_readycheck.moc"
