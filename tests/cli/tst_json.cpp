// `--json`: keys and types that scripts rely on.

#include "tests/cli/handmadefiles.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"
#include "tests/support/useweb.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestJson : public QObject
{
    Q_OBJECT
private slots:
    void activeHasAllKeys();
    void graceHasNoClients();
    void stoppedHasNameAndState();
    void stoppedTellsHowItEnded();
    void defunctIsTold();
    void anUnreadableFileIsAProblem();
    void listHasWhatInfoHas();
    void anEmptyListIsAList();
    void keysAreThoseOfTheExistingTool_data();
    void keysAreThoseOfTheExistingTool();
    void numbersArePlainIntegers();
    void whatIsNoTextStaysValid();
    void controlCharactersAreEscaped();
    void historyIsAList();
};

namespace {

/// The value of each of these keys is of that type.
void verifyTypes(const QJsonObject &object, const QMap<QString, QJsonValue::Type> &types)
{
    for (auto it = types.begin(); it != types.end(); ++it) {
        QVERIFY2(object.contains(it.key()), qPrintable(it.key()));
        QVERIFY2(object[it.key()].type() == it.value(), qPrintable(it.key()));
    }
}

const QMap<QString, QJsonValue::Type> kRunningTypes = {
    {"name", QJsonValue::String},
    {"state", QJsonValue::String},
    {"pid", QJsonValue::Double},
    {"command", QJsonValue::Array},
    {"grace_period", QJsonValue::String},
    {"watcher_pid", QJsonValue::Double},
    {"started_at", QJsonValue::Double},
    {"start_time", QJsonValue::Double},
    {"watcher_start_time", QJsonValue::Double},
    {"refcount", QJsonValue::Double},
};

} // namespace

void TestJson::activeHasAllKeys()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client, {"--metadata", "me", "--grace-period", "2h30m"})).exitCode, 0);
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QJsonObject web = info("web");
    verifyTypes(web, kRunningTypes);
    QCOMPARE(web["name"].toString(), "web");
    QCOMPARE(web["state"].toString(), "active");
    QCOMPARE(web["command"].toArray(), QJsonArray{TEST_SERVER});
    QCOMPARE(web["grace_period"].toString(), "2h30m");
    QCOMPARE(web["refcount"].toInt(), 1);
    QVERIFY(qAbs(web["started_at"].toInteger() - now) < 120);
    QCOMPARE(web["start_time"].toInteger(),
             qint64(ProcessId::of(web["pid"].toInteger()).startStamp));
    QCOMPARE(web["clients"].toArray().size(), 1);
    const QJsonObject entry = web["clients"].toArray().at(0).toObject();
    QCOMPARE(entry["pid"].toInteger(), client.pid());
    QCOMPARE(entry["metadata"].toString(), "me");
    QVERIFY(QDateTime::fromString(entry["attached_at"].toString(), Qt::ISODate).isValid());
    QVERIFY(entry["attached_at"].toString().endsWith('Z'));
    verifyTypes(web,
                {{"grace_remaining", QJsonValue::Null},
                 {"log_file", QJsonValue::String},
                 {"working_dir", QJsonValue::String},
                 {"cpu_percent", QJsonValue::Double},
                 {"rss_bytes", QJsonValue::Double}});
}

void TestJson::graceHasNoClients()
{
    const TestWorld world;
    const TestClient client;
    use("web", client);
    QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    const QJsonObject web = info("web");
    verifyTypes(web, kRunningTypes);
    verifyTypes(web, {{"clients", QJsonValue::Null}, {"grace_remaining", QJsonValue::Double}});
    QCOMPARE(web["state"].toString(), "grace");
    QCOMPARE(web["refcount"].toInt(), 0);
    QVERIFY(web["grace_remaining"].toInt() > 200 && web["grace_remaining"].toInt() <= 300);
}

void TestJson::stoppedHasNameAndState()
{
    const TestWorld world;
    const auto result = run({"info", "web", "--json"});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.json(), (QJsonObject{{"name", "web"}, {"state", "stopped"}}));
}

void TestJson::stoppedTellsHowItEnded()
{
    const TestWorld world;
    const TestClient client;
    const QString ready = world.path("ready");
    QCOMPARE(run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--exit-on-term", "7",
                  "--dump", ready})
                 .exitCode,
             0);
    QTRY_VERIFY(QFile::exists(ready));
    QCOMPARE(run({"stop", "web"}).exitCode, 0);
    const QJsonObject web = info("web");
    QCOMPARE(web["state"].toString(), "stopped");
    QCOMPARE(web["exit_code"].toInt(), 7);
    QVERIFY(!web.contains("pid"));
}

void TestJson::defunctIsTold()
{
    const TestWorld world;
    const TestClient watcher;
    TestClient server;
    const qint64 pid = server.pid();
    server.kill();
    writeServerFile(world, "web", pid, {{"watcher_pid", watcher.pid()}});
    const QJsonObject web = info("web");
    QCOMPARE(web["state"].toString(), "defunct");
    QCOMPARE(web["pid"].toInteger(), pid);
    QCOMPARE(web["refcount"].toInt(-1), 0);
    verifyTypes(web, {{"clients", QJsonValue::Null}, {"started_at", QJsonValue::Double}});
    QCOMPARE(run({"list", "--json"}).jsonArray().at(0)["state"].toString(), "defunct");
    QCOMPARE(run({"check", "web"}).exitCode, 3);
}

void TestJson::anUnreadableFileIsAProblem()
{
    const TestWorld world;
    world.writeLockFile("web.server.json", "{ \"pid\": ");
    const auto result = run({"info", "web", "--json"});
    QCOMPARE(result.exitCode, 1);
    QCOMPARE(result.output, "");
    QVERIFY2(result.errors.contains("web.server.json"), qPrintable(result.errors));
    const QJsonArray list = run({"list", "--json"}).jsonArray();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.at(0)["name"].toString(), "web");
    QCOMPARE(list.at(0)["state"].toString(), "stopped");
    QVERIFY(list.at(0)["problem"].toString().contains("web.server.json"));
    QCOMPARE(run({"check", "web"}).exitCode, 2);
}

void TestJson::listHasWhatInfoHas()
{
    const TestWorld world;
    const TestClient client;
    QCOMPARE(run(useWeb(client, {"--metadata", "me"})).exitCode, 0);
    const QJsonArray list = run({"list", "--json"}).jsonArray();
    QCOMPARE(list.size(), 1);
    QJsonObject web = info("web");
    // Those two cost a look at every process.
    web.remove("cpu_percent");
    web.remove("rss_bytes");
    QCOMPARE(list.at(0).toObject(), web);
}

void TestJson::anEmptyListIsAList()
{
    const TestWorld world;
    const auto result = run({"list", "--json"});
    QCOMPARE(result.exitCode, 0);
    QCOMPARE(result.output.simplified(), "[]");
    world.lockDirectory();
    QCOMPARE(run({"ls", "--json"}).output.simplified(), "[]");
}

void TestJson::keysAreThoseOfTheExistingTool_data()
{
    QTest::addColumn<QString>("folder");

    for (const char *folder : {"v0.4.4/active", "v0.4.4/grace", "v0.6.8/active", "v0.6.8/grace"})
        QTest::newRow(folder) << QString(FIXTURES "/lockfiles/%1").arg(folder);
}

void TestJson::keysAreThoseOfTheExistingTool()
{
    QFETCH(QString, folder);
    QFile file(folder + "/info.stdout.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject theirs = QJsonDocument::fromJson(file.readAll()).object();
    QVERIFY(!theirs.isEmpty());
    const TestWorld world;
    const TestClient client;
    use("web", client);
    if (theirs["state"].toString() == "grace")
        QCOMPARE(run({"unuse", "web", "--pid", client.pidText()}).exitCode, 0);
    const QJsonObject ours = info("web");
    QCOMPARE(ours["state"], theirs["state"]);
    for (auto it = theirs.begin(); it != theirs.end(); ++it) {
        QVERIFY2(ours.contains(it.key()), qPrintable(it.key()));
        QVERIFY2(ours[it.key()].type() == it.value().type(), qPrintable(it.key()));
    }
    const QStringList entryKeys = theirs["clients"].toArray().at(0).toObject().keys();
    for (const QString &key : entryKeys)
        QVERIFY2(ours["clients"].toArray().at(0).toObject().contains(key), qPrintable(key));
}

void TestJson::numbersArePlainIntegers()
{
    // A reader in a typed language refuses 1.795e9 and 5.0.
    const TestWorld world;
    const TestClient client;
    use("web", client);
    const QString text = run({"info", "web", "--json"}).output;
    for (const char *key : {"pid", "watcher_pid", "started_at", "start_time", "watcher_start_time",
                            "refcount", "rss_bytes"}) {
        const QRegularExpression number(QString("\"%1\": [0-9]+,?\n").arg(key));
        QVERIFY2(text.contains(number), key);
    }
}

void TestJson::whatIsNoTextStaysValid()
{
    const TestWorld world;
    const TestClient client;
    const QByteArray directory = QFile::encodeName(world.path()) + "/d\xff";
    const auto made = runBytes("/bin/mkdir", {directory});
    QCOMPARE(made.exitCode, 0);
    const auto used =
        runBytes(programUnderTest(),
                 {"use", "web", "--pid", client.pidText().toUtf8(), "--metadata", "m\xff\xc3",
                  "--working-dir", directory, "--log-file", directory + "/l\xfe", "--", TEST_SERVER,
                  "a\xff", "\xed\xa0\x80", "\xc3\xbc\"\\", "\x01\x7f"});
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
    for (const QByteArray command : {"info web --json", "list --json", "debug web --json"}) {
        QProcess process;
        startCommand(&process, QString::fromUtf8(command).split(' '));
        QVERIFY(process.waitForFinished());
        const QByteArray output = process.readAllStandardOutput();
        QVERIFY2(QString::fromUtf8(output).toUtf8() == output, command.constData());
        QJsonParseError error{};
        QJsonDocument::fromJson(output, &error);
        QVERIFY2(error.error == QJsonParseError::NoError, command.constData());
    }
    const QJsonArray command = info("web")["command"].toArray();
    QCOMPARE(command.size(), 5);
    QCOMPARE(command.at(3).toString(), "ü\"\\");
    QCOMPARE(command.at(4).toString(), "\x01\x7f");
    // Qt cannot remove what is no text.
    QCOMPARE(run({"kill", "web"}).exitCode, 0);
    QCOMPARE(runBytes("/bin/rm", {"-rf", directory}).exitCode, 0);
}

void TestJson::controlCharactersAreEscaped()
{
    const TestWorld world;
    const TestClient client;
    const QString nasty = "\x1b]0;x\x07\x7f" + QString(QChar(0x9b)) + "2J";
    writeServerFile(world, "web", client.pid(), {{"command", QJsonArray{nasty}}});
    writeClientsFile(world, "web", {{client.pid(), nasty}});
    world.writeLockFile("web.invocations.log",
                        QJsonDocument(QJsonObject{{"timestamp", nasty},
                                                  {"command", nasty},
                                                  {"args", QJsonArray{"web", nasty}},
                                                  {"result", "success"},
                                                  {"error", QJsonValue()},
                                                  {"metadata", QJsonObject{{"key", nasty}}}})
                                .toJson(QJsonDocument::Compact)
                            + '\n');
    for (const char *command : {"info", "debug"}) {
        const QString text = run({command, "web", "--json"}).output;
        QVERIFY2(text.contains("u001b]0;x"), qPrintable(text));
        QVERIFY2(!text.contains(QRegularExpression("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f]")),
                 command);
    }
    QCOMPARE(info("web")["command"].toArray().at(0).toString(), nasty);
    QCOMPARE(info("web")["clients"].toArray().at(0)["metadata"].toString(), nasty);
}

void TestJson::historyIsAList()
{
    const TestWorld world;
    QCOMPARE(run({"debug", "web", "--json"}).output.simplified().remove(' '), "[]");
    const TestClient client;
    use("web", client);
    const QJsonArray history = run({"debug", "web", "--json"}).jsonArray();
    QVERIFY(!history.isEmpty());
    const QJsonObject entry = history.at(0).toObject();
    verifyTypes(entry,
                {{"timestamp", QJsonValue::String},
                 {"command", QJsonValue::String},
                 {"args", QJsonValue::Array},
                 {"result", QJsonValue::String}});
    QCOMPARE(run({"debug", "web", "--json", "--lines", "1"}).jsonArray().size(), 1);
}

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
