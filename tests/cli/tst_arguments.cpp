// Options, operands, and what stands behind `--`.

#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestArguments : public QObject
{
    Q_OBJECT
private slots:
    void optionsStandAnywhereBeforeTheCommand_data();
    void optionsStandAnywhereBeforeTheCommand();
    void theLastOfAnOptionCounts();
    void theNameMayBeGivenTwice_data();
    void theNameMayBeGivenTwice();
    void theCommandIsNotTouched_data();
    void theCommandIsNotTouched();
    void environmentIsAdded_data();
    void environmentIsAdded();
    void aNameMayStandBehindTheDashes();
    void durationsAreKeptAsGiven_data();
    void durationsAreKeptAsGiven();
    void relativePathsAreTheCallers();
    void namesOfCommandsAreNamesToo();
};

namespace {

/// What a testserver was started with.
struct Dump
{
    QByteArrayList arguments; ///< all but its own path and the two that asked for the dump
    QByteArrayList environment;
};

QList<QByteArrayList> sections(const QByteArray &content)
{
    QList<QByteArrayList> all;
    QByteArrayList entries = content.chopped(1).split('\0');
    // The first part may hold empty arguments; the last two hold nothing empty.
    const qsizetype environmentAt = entries.lastIndexOf(QByteArray()) + 1;
    all.append(entries.mid(environmentAt));
    entries = entries.mid(0, environmentAt - 1);
    const qsizetype directoryAt = entries.lastIndexOf(QByteArray()) + 1;
    all.prepend(entries.mid(0, directoryAt - 1));
    return all;
}

Dump readDump(const QString &path)
{
    if (!QTest::qWaitFor([&] { return QFile::exists(path); }, 30000))
        return {};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const auto parts = sections(file.readAll());
    return {parts.first().mid(3), parts.last()};
}

/// Starts `web` with these arguments of ours and of the server.
Dump dumpOf(const TestWorld &world, const QByteArrayList &own, const QByteArrayList &servers = {})
{
    const QString path = world.path("dump");
    const TestClient client;
    const QByteArrayList dashes{"--", TEST_SERVER, "--dump", path.toUtf8()};
    const auto used = runBytes(programUnderTest(),
                               QByteArrayList{"use", "--pid", client.pidText().toUtf8()} + own
                                   + dashes + servers);
    if (used.exitCode != 0)
        qWarning("%s", qPrintable(used.errors));
    return readDump(path);
}

} // namespace

void TestArguments::optionsStandAnywhereBeforeTheCommand_data()
{
    QTest::addColumn<QStringList>("options");

    QTest::newRow("behind the name")
        << QStringList{"web", "--grace-period", "7m", "--metadata", "me"};
    QTest::newRow("before the name")
        << QStringList{"--grace-period", "7m", "--metadata", "me", "web"};
    QTest::newRow("around the name")
        << QStringList{"--grace-period", "7m", "web", "--metadata", "me"};
    QTest::newRow("with equals signs") << QStringList{"--grace-period=7m", "web", "--metadata=me"};
}

void TestArguments::optionsStandAnywhereBeforeTheCommand()
{
    QFETCH(QStringList, options);
    const TestWorld world;
    const TestClient client;
    const auto used = run(QStringList{"use", "--pid", client.pidText()} + options
                          + QStringList{"--", TEST_SERVER});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    const QJsonObject web = info("web");
    QCOMPARE(web["grace_period"].toString(), "7m");
    QCOMPARE(web["clients"].toArray().at(0)["metadata"].toString(), "me");
    QCOMPARE(web["clients"].toArray().at(0)["pid"].toInteger(), client.pid());
}

void TestArguments::theLastOfAnOptionCounts()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", "1", "--pid", client.pidText(), "--metadata=a=b",
                  "--metadata", "--c d=", "--", TEST_SERVER})
                 .exitCode,
             0);
    QCOMPARE(info("web")["clients"].toArray().at(0)["pid"].toInteger(), client.pid());
    QCOMPARE(info("web")["clients"].toArray().at(0)["metadata"].toString(), "--c d=");
}

void TestArguments::theNameMayBeGivenTwice_data()
{
    QTest::addColumn<QByteArrayList>("words");

    QTest::newRow("around an option") << QByteArrayList{"web", "--env", "A=1", "web"};
    QTest::newRow("side by side") << QByteArrayList{"web", "web", "--env", "A=1"};
}

void TestArguments::theNameMayBeGivenTwice()
{
    QFETCH(QByteArrayList, words);
    const TestWorld world;
    QVERIFY(dumpOf(world, words).environment.contains("A=1"));
    QCOMPARE(run({"info", "web", "web", "--json"}).exitCode, 0);
    QCOMPARE(run({"info", "web", "other", "--json"}).exitCode, 2);
}

void TestArguments::theCommandIsNotTouched_data()
{
    QTest::addColumn<QByteArrayList>("arguments");

    QTest::newRow("our own options")
        << QByteArrayList{"--help", "-h", "--version", "--pid", "0", "--metadata=x"};
    QTest::newRow("dashes again") << QByteArrayList{"--", "-", "--", "---"};
    QTest::newRow("empty ones") << QByteArrayList{"", "a", "", ""};
    QTest::newRow("a shell's characters")
        << QByteArrayList{"$HOME", "`id`", "$(id)", "a;b", "*", "'", "\"", "\\", "a b", "~"};
    QTest::newRow("white space") << QByteArrayList{" ", "\n", "\t", "a\nb\n"};
    QTest::newRow("no UTF-8") << QByteArrayList{"\xff\xfe", "\xc3", "\xed\xa0\x80"};
    QTest::newRow("beyond ASCII") << QByteArrayList{"gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x90\x98"};
    QTest::newRow("the server's own name") << QByteArrayList{"web", "use", "web", "admin"};
    QTest::newRow("Qt's options") << QByteArrayList{"-platform", "x", "-qmljsdebugger=port:1",
                                                    "-style"};
    QTest::newRow("a long one") << QByteArrayList{QByteArray(100000, 'x')};
}

void TestArguments::theCommandIsNotTouched()
{
    QFETCH(QByteArrayList, arguments);
    const TestWorld world;
    QCOMPARE(dumpOf(world, {"web"}, arguments).arguments, arguments);
}

void TestArguments::environmentIsAdded_data()
{
    QTest::addColumn<QByteArrayList>("options");
    QTest::addColumn<QByteArrayList>("expected");

    QTest::newRow("one") << QByteArrayList{"--env", "A=1"} << QByteArrayList{"A=1"};
    QTest::newRow("with an equals sign") << QByteArrayList{"--env=A=1"} << QByteArrayList{"A=1"};
    QTest::newRow("several") << QByteArrayList{"--env", "A=1", "--env", "B=2"}
                             << QByteArrayList{"A=1", "B=2"};
    QTest::newRow("twice the same")
        << QByteArrayList{"--env", "A=1", "--env", "A=2"} << QByteArrayList{"A=2"};
    QTest::newRow("empty value") << QByteArrayList{"--env", "A="} << QByteArrayList{"A="};
    QTest::newRow("equals signs in it")
        << QByteArrayList{"--env", "A==b=c="} << QByteArrayList{"A==b=c="};
    QTest::newRow("white space") << QByteArrayList{"--env", "A= b\n c "}
                                 << QByteArrayList{"A= b\n c "};
    QTest::newRow("no UTF-8") << QByteArrayList{"--env", "A=\xff\xfe"}
                              << QByteArrayList{"A=\xff\xfe"};
    QTest::newRow("instead of the caller's")
        << QByteArrayList{"--env", "GIVEN=mine"} << QByteArrayList{"GIVEN=mine"};
}

void TestArguments::environmentIsAdded()
{
    QFETCH(QByteArrayList, options);
    QFETCH(QByteArrayList, expected);
    const TestWorld world;
    qputenv("GIVEN", "callers");
    const Dump dump = dumpOf(world, QByteArrayList{"web"} + options);
    qunsetenv("GIVEN");
    for (const QByteArray &entry : std::as_const(expected)) {
        QVERIFY2(dump.environment.contains(entry), entry.constData());
        const QByteArray name = entry.left(entry.indexOf('=') + 1);
        const auto count =
            std::count_if(dump.environment.cbegin(), dump.environment.cend(),
                          [&](const QByteArray &other) { return other.startsWith(name); });
        QCOMPARE(count, 1);
    }
}

void TestArguments::aNameMayStandBehindTheDashes()
{
    const TestWorld world;
    // Commands that run nothing take `--` as the end of their options.
    QCOMPARE(run({"info", "--json", "--", "web"}).json()["state"].toString(), "stopped");
    QCOMPARE(run({"check", "--", "web"}).exitCode, 2);
    const auto refused = run({"info", "--", "--json"});
    QCOMPARE(refused.exitCode, 2);
    QVERIFY2(refused.errors.contains("'--json' is not a server name"), qPrintable(refused.errors));
}

void TestArguments::durationsAreKeptAsGiven_data()
{
    QTest::addColumn<QString>("duration");

    for (const char *duration : {"30s", "5m", "1h", "2h30m", "2h 30m", " 1H ", "90M", "1500ms"})
        QTest::newRow(duration) << QString(duration);
}

void TestArguments::durationsAreKeptAsGiven()
{
    QFETCH(QString, duration);
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--grace-period", duration, "--",
                  TEST_SERVER})
                 .exitCode,
             0);
    QCOMPARE(info("web")["grace_period"].toString(), duration);
}

void TestArguments::relativePathsAreTheCallers()
{
    const TestWorld world;
    const TestClient client;
    QVERIFY(QDir(world.path()).mkpath("here/there"));
    QProcess process;
    process.setWorkingDirectory(world.path("here"));
    startCommand(&process,
                 {"use", "web", "--pid", client.pidText(), "--log-file", "web.log", "--working-dir",
                  "there", "--", TEST_SERVER, "--say", "hello"});
    QCOMPARE(finish(&process).exitCode, 0);
    QCOMPARE(info("web")["log_file"].toString(), world.path("here/web.log"));
    QCOMPARE(info("web")["working_dir"].toString(), world.path("here/there"));
    QTRY_VERIFY(QFile(world.path("here/web.log")).size() > 0);
}

void TestArguments::namesOfCommandsAreNamesToo()
{
    const TestWorld world;
    const TestClient client;
    for (const QString name : {"use", "admin", "help", "list"}) {
        QCOMPARE(run({"use", name, "--pid", client.pidText(), "--", TEST_SERVER}).exitCode, 0);
        QCOMPARE(run({"check", name}).exitCode, 0);
        QCOMPARE(run({"admin", "kill", name}).exitCode, 0);
    }
}

QTEST_GUILESS_MAIN(TestArguments)
#include "tst_arguments.moc"
