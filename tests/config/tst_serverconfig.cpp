// What a servers.json means: both spellings, types, unknown keys, one bad definition among good
// ones.

#include "core/base/duration.h"
#include "core/config/configkeys.h"
#include "core/config/configschema.h"
#include "core/config/configwriter.h"
#include "core/config/serverconfig.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace sharedserver;

class TestServerConfig : public QObject
{
    Q_OBJECT
private slots:
    void aDefinitionIsReadWhole();
    void neovimsSpellingsMeanTheSame();
    void ourOwnSpellingWins();
    void aNullIsNothing();
    void unknownKeysAreNamedWithTheNearest();
    void wrongValuesAreNamed_data();
    void wrongValuesAreNamed();
    void aBadDefinitionLeavesTheOthers();
    void aFileThatIsNoJsonSaysWhere();
    void wrongShapesAreRefused_data();
    void wrongShapesAreRefused();
    void skippedServersAreNotThere();
    void relativePathsAreThoseOfTheProject_data();
    void relativePathsAreThoseOfTheProject();
    void theSchemaKnowsEveryKey();
    void theSchemaKnowsDurations_data();
    void theSchemaKnowsDurations();
    void anAddedDefinitionReadsAsItWasGiven();
    void addingLeavesTheRestAlone_data();
    void addingLeavesTheRestAlone();
    void whatIsDefinedIsNotAddedAgain();
    void whatIsNoTextIsNotAdded();
    void nothingIsAddedWhereItWouldNotCount();
};

namespace {

const VariableLookup kVariables = [](const QString &name) -> std::optional<QString> {
    return name == "SET" ? std::optional<QString>("value") : std::nullopt;
};

Result<ServerConfig> parse(const QByteArray &content, const QByteArray &path = "/p/f.json")
{
    return ServerConfig::parse(ConfigFile{path, content}, kVariables);
}

QByteArray withWeb(const QByteArray &definition)
{
    return "{\"servers\":{\"web\":" + definition + "}}";
}

ServerDefinition webOf(const QByteArray &content, const QByteArray &path = "/p/f.json")
{
    const auto config = parse(content, path);
    const auto web = config ? config->definition("web") : Failure(config.error());
    if (!web || !*web)
        qFatal("No definition: %s", web ? "none" : qPrintable(web.error().message));
    return **web;
}

} // namespace

void TestServerConfig::aDefinitionIsReadWhole()
{
    const ServerDefinition web = webOf(withWeb(
        R"({"command":"run","args":["-p","$SET",8000],"env":{"A":"${SET}","N":1,"B":true},
            "gracePeriod":"10m","logFile":"/l","metadata":"m","lazy":true,"workingDir":"/w",
            "ready":{"tcp":8000},"restart":"on-failure","description":"d","skipIfEnv":"UNSET"})"));
    QCOMPARE(web.command, (QByteArrayList{"run", "-p", "value", "8000"}));
    QCOMPARE(web.environment, (QByteArrayList{"A=value", "B=true", "N=1"}));
    QCOMPARE(web.gracePeriod, "10m");
    QCOMPARE(web.logFile, "/l");
    QCOMPARE(web.workingDirectory, "/w");
    QCOMPARE(web.metadata, std::optional<QString>("m"));
    QVERIFY(web.isLazy);
    QCOMPARE(web.description, "d");
    QCOMPARE(web.restart, RestartPolicy::OnFailure);
    QVERIFY(web.ready);
    QCOMPARE(web.ready->port, 8000);
}

void TestServerConfig::neovimsSpellingsMeanTheSame()
{
    const QByteArray text = withWeb(
        R"({"command":"run","idle_timeout":"1h","log_file":"/l","working_dir":"/w","env":[]})");
    const ServerDefinition web = webOf(text);
    QCOMPARE(web.gracePeriod, "1h");
    QCOMPARE(web.logFile, "/l");
    QCOMPARE(web.workingDirectory, "/w");
    QCOMPARE(parse(text)->warnings("web"), QStringList());
}

void TestServerConfig::ourOwnSpellingWins()
{
    QCOMPARE(
        webOf(withWeb(R"({"command":"x","gracePeriod":"1m","idle_timeout":"2m"})")).gracePeriod,
        "1m");
}

void TestServerConfig::aNullIsNothing()
{
    const ServerDefinition web =
        webOf(withWeb(R"({"command":"x","gracePeriod":null,"idle_timeout":"7m","args":null})"));
    QCOMPARE(web.gracePeriod, "7m");
    QCOMPARE(web.command, QByteArrayList{"x"});
}

void TestServerConfig::unknownKeysAreNamedWithTheNearest()
{
    const auto config =
        parse(R"({"servers":{"web":{"command":"x","gracePeroid":"1m","zzz":1}},"severs":1})");
    QVERIFY(config);
    QCOMPARE(config->warnings("web").size(), 2);
    const QString other =
        parse(R"({"servers":{"web":{"command":"x","idle_timout":"1m"}}})")->warnings("web").first();
    QVERIFY2(other.contains("'idle_timeout'"), qPrintable(other));
    const QString typo = config->warnings("web").first();
    QVERIFY2(typo.contains("gracePeroid") && typo.contains("'gracePeriod'"), qPrintable(typo));
    QVERIFY(config->warnings("web").last().contains("zzz"));
    QCOMPARE(config->warnings().size(), 1);
    QVERIFY(config->warnings().first().contains("'servers'"));
}

void TestServerConfig::wrongValuesAreNamed_data()
{
    QTest::addColumn<QByteArray>("definition");
    QTest::addColumn<QString>("key");
    const auto row = [](const char *key, const char *definition) {
        QTest::newRow(definition) << QByteArray(definition) << QString(key);
    };
    row("command", R"({})");
    row("command", R"({"lazy":false})");
    row("command", R"({"command":null})");
    row("command", R"({"command":5})");
    row("command", R"({"command":["a","b"]})");
    row("command", R"({"command":"a\u0000b"})");
    row("args", R"({"command":"x","args":"-v"})");
    row("args[1]", R"({"command":"x","args":["-v",null]})");
    row("env", R"({"command":"x","env":["A=1"]})");
    row("env.A", R"({"command":"x","env":{"A":{}}})");
    row("env.A=B", R"({"command":"x","env":{"A=B":"1"}})");
    row("gracePeriod", R"({"command":"x","gracePeriod":"soon"})");
    row("gracePeriod", R"({"command":"x","gracePeriod":300})");
    row("lazy", R"({"command":"x","lazy":"yes"})");
    row("restart", R"({"command":"x","restart":"sometimes"})");
    row("ready", R"({"command":"x","ready":"8000"})");
    row("ready", R"({"command":"x","ready":{"udp":1}})");
    row("ready.tcp", R"({"command":"x","ready":{"tcp":"x"}})");
    row("ready.timeout", R"({"command":"x","ready":{"tcp":1,"timeout":"5"}})");
    row("logFile", R"({"command":"x","logFile":"$UNSET/x"})");
}

void TestServerConfig::wrongValuesAreNamed()
{
    QFETCH(QByteArray, definition);
    QFETCH(QString, key);
    const auto config = parse(withWeb(definition));
    QVERIFY(config);
    const auto web = config->definition("web");
    QVERIFY(!web);
    const QString message = web.error().message;
    QVERIFY2(message.startsWith("/p/f.json: servers.web." + key), qPrintable(message));
}

void TestServerConfig::aBadDefinitionLeavesTheOthers()
{
    const auto config = parse(
        R"({"servers":{"web":{"command":"$UNSET"},"db":{"command":"x"},"no/name":{},"n":5}})");
    QVERIFY(config);
    QVERIFY(!config->definition("web"));
    QVERIFY(!config->definition("no/name"));
    QVERIFY(!config->definition("n"));
    QVERIFY(config->definition("db"));
    QVERIFY(*config->definition("db"));
}

void TestServerConfig::aFileThatIsNoJsonSaysWhere()
{
    const auto config = parse("{\n  \"servers\": {\n    oops\n");
    QVERIFY(!config);
    QVERIFY(config.error().message.contains("/p/f.json"));
    QVERIFY2(config.error().message.contains("line 3"), qPrintable(config.error().message));
}

void TestServerConfig::wrongShapesAreRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("list") << QByteArray("[]");
    QTest::newRow("list of servers") << QByteArray("{\"servers\":[]}");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("bytes") << QByteArray("\xff\xfe\x00", 3);
}

void TestServerConfig::wrongShapesAreRefused()
{
    QFETCH(QByteArray, content);
    QVERIFY(!parse(content));
}

void TestServerConfig::skippedServersAreNotThere()
{
    const auto config = parse(withWeb(R"({"command":"$UNSET","skipIfEnv":"SET"})"));
    QVERIFY(config);
    QCOMPARE(config->names(), QStringList());
    QCOMPARE(config->skippedBecauseOf("web"), "SET");
    const auto web = config->definition("web");
    QVERIFY(web);
    QVERIFY(!*web);
}

void TestServerConfig::relativePathsAreThoseOfTheProject_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("file") << QByteArray("/p/.sharedserver.json");
    QTest::newRow("folder") << QByteArray("/p/.sharedserver/servers.json");
}

void TestServerConfig::relativePathsAreThoseOfTheProject()
{
    QFETCH(QByteArray, path);
    QCOMPARE(webOf(withWeb(R"({"command":"x","workingDir":"sub"})"), path).workingDirectory,
             "/p/sub");
}

void TestServerConfig::theSchemaKnowsEveryKey()
{
    const QJsonObject schema = QJsonDocument::fromJson(kConfigSchema).object();
    QVERIFY(!schema.isEmpty());
    QStringList keys = schema["definitions"]["server"]["properties"].toObject().keys();
    for (const char *spelling : {"idle_timeout", "log_file", "working_dir"})
        QVERIFY(keys.removeOne(spelling));
    QStringList known = definitionKeys();
    known.sort();
    QCOMPARE(keys, known);
}

void TestServerConfig::theSchemaKnowsDurations_data()
{
    QTest::addColumn<bool>("isDuration");
    for (const char *text : {"30s", "5m", "1h", "2h30m", "1d", "500ms", "2H30M", "1D", "500MS",
                             "500Ms", " 2 h  30 m ", "1 0s", "5m s", "  5m  ", "1s2s"})
        QTest::newRow(text) << true;
    for (const char *text : {"", "   ", "30", "s", "2h30", "2hm", "-5s", "+5s", "1.5h", "5y",
                             "5 minutes", "1h,5m", "1:30", "5\ts", "5s\n", "\u0665s", "5\u00a0s"})
        QTest::newRow(text) << false;
}

void TestServerConfig::theSchemaKnowsDurations()
{
    const QString text = QTest::currentDataTag();
    QFETCH(const bool, isDuration);
    const QJsonObject schema = QJsonDocument::fromJson(kConfigSchema).object();
    QString pattern = schema["definitions"]["duration"]["pattern"].toString();
    // In JSON Schema, which has the expressions of JavaScript, no line end may follow.
    pattern.replace("$|", "\\z|");
    QCOMPARE(QRegularExpression(pattern).match(text).hasMatch(), isDuration);
    QCOMPARE(Duration::parse(text).has_value(), isDuration);
}

void TestServerConfig::anAddedDefinitionReadsAsItWasGiven()
{
    ServerDefinition web;
    web.name = "web";
    web.command = {"run", "$HOME", "a\"b", "line\nbreak", ""};
    web.environment = {"A=$$x", "B=a=b"};
    web.gracePeriod = "10m";
    const auto text = withDefinition({}, web);
    QVERIFY(text);
    const ServerDefinition read = webOf(*text);
    QCOMPARE(read.command, web.command);
    QCOMPARE(read.environment, web.environment);
    QCOMPARE(read.gracePeriod, web.gracePeriod);
}

void TestServerConfig::addingLeavesTheRestAlone_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty servers") << QByteArray(R"({"servers":{}})");
    QTest::newRow("others before and after")
        << QByteArray("{ \"$schema\" : \"}{\",\n\"servers\": {\n\t\"z}\\\"\": {\"servers\":{}},"
                      "\n\t\"a\": {\"command\": \"x\"}\n},\n\"last\":[{}]}\n");
    QTest::newRow("the key as a value first")
        << QByteArray(R"({"a":"servers","b":{"servers":{}},"servers":{"q":{}}})");
}

void TestServerConfig::addingLeavesTheRestAlone()
{
    QFETCH(QByteArray, content);
    ServerDefinition web;
    web.name = "web";
    web.command = {"run"};
    const auto text = withDefinition(content, web);
    QVERIFY(text);
    QJsonObject before = QJsonDocument::fromJson(content).object();
    QJsonObject servers = before["servers"].toObject();
    servers.insert("web", QJsonObject{{"command", "run"}});
    before.insert("servers", servers);
    QCOMPARE(QJsonDocument::fromJson(*text).object(), before);
    for (const QByteArray &line : content.split('\n').mid(0, 2))
        QVERIFY(text->startsWith(line.left(5)) || text->contains(line));
}

void TestServerConfig::whatIsDefinedIsNotAddedAgain()
{
    ServerDefinition web;
    web.name = "web";
    web.command = {"run"};
    const auto text = withDefinition(withWeb("{}"), web);
    QVERIFY(!text);
    QCOMPARE(text.error().kind, Error::Kind::Conflict);
}

void TestServerConfig::whatIsNoTextIsNotAdded()
{
    ServerDefinition web;
    web.name = "web";
    web.command = {"run", "a\xff"};
    const auto text = withDefinition({}, web);
    QVERIFY(!text);
    QVERIFY2(text.error().message.contains("UTF-8"), qPrintable(text.error().message));
}

/// Of two equal keys, the last one counts.
void TestServerConfig::nothingIsAddedWhereItWouldNotCount()
{
    ServerDefinition web;
    web.name = "web";
    web.command = {"run"};
    const auto text = withDefinition(R"({"servers": {"a": {}}, "servers": {"b": {}}})", web);
    QVERIFY(!text);
    QCOMPARE(text.error().kind, Error::Kind::Corrupt);
    QVERIFY2(text.error().message.contains("several"), qPrintable(text.error().message));
}

QTEST_GUILESS_MAIN(TestServerConfig)
#include "tst_serverconfig.moc"
