// Parameters of every method of the control socket: each that is of the wrong type is named in the
// answer, and changes nothing.

#include "tests/core/rawclient.h"
#include "tests/support/commandline.h"
#include "tests/support/environment.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRequestParams : public QObject
{
    Q_OBJECT
private slots:
    void wrongTypesAreNamedAndChangeNothing_data();
    void wrongTypesAreNamedAndChangeNothing();
    void whatIsNeededIsAskedFor_data();
    void whatIsNeededIsAskedFor();
    void badNamesTouchNoFile_data();
    void badNamesTouchNoFile();
    void aClientMustLive();
    void aClientMustBeTheOneItsStampSays();
    void pathsMustBeAbsolute();
    void listPagesGoOnAfterAName();
    void aStagedEnvironmentIsUsedOnce();
    void aStagedEnvironmentIsBounded();
};

namespace {

enum class Type { Text, Number, Flag, List };

struct Param
{
    const char *name;
    Type type;
};

QJsonArray wrongValues(Type type)
{
    const QJsonArray list{QJsonArray()};
    const QJsonObject object{{"a", 1}};
    switch (type) {
    case Type::Text:
        return {7, 0, true, list, object};
    case Type::Number:
        return {"7", true, list, object, 1.5, -1, -1e300, 1e300};
    case Type::Flag:
        return {"true", 0, 1, list, object};
    case Type::List:
        return {"x",
                7,
                true,
                object,
                list,
                QJsonArray{7},
                QJsonArray{QJsonValue()},
                QJsonArray{"A=1", 7},
                QJsonArray{QStringLiteral("A=\0b")}};
    }
    return {};
}

const QList<Param> kClient = {{"pid", Type::Number}, {"start_time", Type::Number}};
const QList<Param> kLaunch = {{"command", Type::List},     {"env", Type::List},
                              {"cwd", Type::Text},         {"working_dir", Type::Text},
                              {"umask", Type::Number},     {"log_file", Type::Text},
                              {"grace_period", Type::Text}};
const QList<Param> kName = {{"name", Type::Text}};
const QList<Param> kMetadata = {{"metadata", Type::Text}};

/// A server `web` with one client, and a connection.
struct Scene
{
    TestWorld world;
    TestClient user;
    bool isUp = run({"use", "web", "--pid", user.pidText(), "--", TEST_SERVER}).exitCode == 0;
    qint64 server = pidOf("web");
    RawClient client = RawClient::greeted();

    /// Params that are right for any method. The environment has what finds servers again.
    QJsonObject rightParams() const
    {
        return {{"name", "web"},
                {"pid", user.pid()},
                {"command", QJsonArray{TEST_SERVER}},
                {"env", QJsonArray{QString("SHAREDSERVER_TEST_WORLD=" + world.path())}},
                {"cwd", "/"}};
    }
    bool isUnchanged()
    {
        const QJsonObject now = info("web");
        return isUp && now.value("pid").toInteger() == server && now.value("refcount").toInt() == 1
            && now.value("state").toString() == "active" && RawClient::greeted().isConnected();
    }
};

} // namespace

void TestRequestParams::wrongTypesAreNamedAndChangeNothing_data()
{
    QTest::addColumn<QList<Param>>("params");
    QTest::newRow("hello") << QList<Param>{{"protocol", Type::Number}, {"client", Type::Text}};
    QTest::newRow("list") << QList<Param>{{"after", Type::Text}};
    QTest::newRow("info") << kName;
    QTest::newRow("use") << kName + kClient + kMetadata + kLaunch;
    QTest::newRow("start") << kName + kClient + kMetadata + kLaunch;
    QTest::newRow("unuse") << kName + kClient;
    QTest::newRow("stop") << kName
            + QList<Param>{{"force", Type::Flag}, {"timeout_ms", Type::Number}};
    QTest::newRow("restart") << kName + kLaunch + QList<Param>{{"timeout_ms", Type::Number}};
    QTest::newRow("kill") << kName;
    QTest::newRow("doctor") << kName;
    QTest::newRow("logs") << kName + QList<Param>{{"lines", Type::Number}};
    QTest::newRow("stage") << QList<Param>{{"env", Type::List}};
    QTest::newRow("subscribe") << QList<Param>{{"names", Type::List}};
    QTest::newRow("shutdown") << QList<Param>{{"stop_servers", Type::Flag}};
}

void TestRequestParams::wrongTypesAreNamedAndChangeNothing()
{
    QFETCH(const QList<Param>, params);
    const QString method = QTest::currentDataTag();
    Scene scene;
    for (const Param &param : params) {
        const QJsonArray values = wrongValues(param.type);
        for (const QJsonValue &value : values) {
            QJsonObject sent = scene.rightParams();
            if (method == "hello")
                sent.insert("protocol", 1);
            sent.insert(param.name, value);
            const QJsonObject answer = scene.client.ask(method, sent);
            const QByteArray said = param.name + QByteArray(": ")
                + QJsonDocument(QJsonObject{{"sent", value}, {"answer", answer}}).toJson();
            QVERIFY2(errorCode(answer) == -32602, said.constData());
            QVERIFY2(errorMessage(answer).contains(QString("'%1'").arg(param.name)),
                     said.constData());
        }
    }
    QVERIFY(scene.client.ask("list").contains("result"));
    QVERIFY(scene.isUnchanged());
}

void TestRequestParams::whatIsNeededIsAskedFor_data()
{
    QTest::addColumn<QString>("param");
    for (const char *method : {"info", "use", "start", "unuse", "stop", "restart", "kill", "logs"})
        QTest::addRow("%s name", method) << "name";
    for (const char *method : {"use", "unuse"})
        QTest::addRow("%s pid", method) << "pid";
}

void TestRequestParams::whatIsNeededIsAskedFor()
{
    QFETCH(const QString, param);
    const QString method = QString(QTest::currentDataTag()).section(' ', 0, 0);
    Scene scene;
    for (const bool asNull : {false, true}) {
        QJsonObject sent = scene.rightParams();
        sent.remove(param);
        if (asNull)
            sent.insert(param, QJsonValue());
        const QJsonObject answer = scene.client.ask(method, sent);
        QCOMPARE(errorCode(answer), -32602);
        QVERIFY2(errorMessage(answer).contains(param), qPrintable(errorMessage(answer)));
    }
    QVERIFY(scene.isUnchanged());
}

void TestRequestParams::badNamesTouchNoFile_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("empty") << "";
    QTest::newRow("up") << "../web";
    QTest::newRow("absolute") << "/etc/passwd";
    QTest::newRow("hidden") << ".web";
    QTest::newRow("option") << "-web";
    QTest::newRow("space") << "we b";
    QTest::newRow("NUL") << QStringLiteral("we\0b");
    QTest::newRow("line") << "web\n";
    QTest::newRow("letter of another script") << QString::fromUtf8("w\xd0\xb5"
                                                                   "b");
    QTest::newRow("too long") << QString(101, 'x');
    QTest::newRow("lone surrogate") << QString(QChar(0xdc80));
}

void TestRequestParams::badNamesTouchNoFile()
{
    QFETCH(const QString, name);
    Scene scene;
    const QStringList before = QDir(scene.world.lockDirectoryPath()).entryList(QDir::AllEntries);
    for (const char *method :
         {"info", "use", "start", "unuse", "stop", "restart", "kill", "logs"}) {
        QJsonObject sent = scene.rightParams();
        sent.insert("name", name);
        QCOMPARE(errorCode(scene.client.ask(method, sent)), -32602);
    }
    QCOMPARE(QDir(scene.world.lockDirectoryPath()).entryList(QDir::AllEntries), before);
    QVERIFY(scene.isUnchanged());
}

void TestRequestParams::aClientMustLive()
{
    Scene scene;
    TestClient dead;
    dead.kill();
    for (const char *method : {"use", "start"}) {
        QJsonObject sent = scene.rightParams();
        sent.insert("pid", dead.pid() == 0 ? dead.id().pid : dead.pid());
        const QJsonObject answer = scene.client.ask(method, sent);
        QVERIFY2(errorMessage(answer).contains("is not alive"), qPrintable(errorMessage(answer)));
    }
    QVERIFY(scene.isUnchanged());
}

void TestRequestParams::aClientMustBeTheOneItsStampSays()
{
    Scene scene;
    const TestClient other;
    QJsonObject sent = scene.rightParams();
    sent.insert("pid", other.pid());
    sent.insert("start_time", qint64(other.id().startStamp) - 1);
    QVERIFY(errorMessage(scene.client.ask("use", sent)).contains("is not alive"));
    QVERIFY(scene.isUnchanged());
    sent.insert("start_time", qint64(other.id().startStamp));
    QVERIFY(scene.client.ask("use", sent).contains("result"));
    QCOMPARE(refcountOf("web"), 2);
    // One who has another stamp is somebody else, and is not attached.
    sent.insert("start_time", qint64(other.id().startStamp) - 1);
    const QJsonObject left = scene.client.ask("unuse", sent).value("result").toObject();
    QCOMPARE(left.value("outcome").toString(), "not_attached");
    QCOMPARE(refcountOf("web"), 2);
}

void TestRequestParams::pathsMustBeAbsolute()
{
    Scene scene;
    for (const char *param : {"cwd", "working_dir", "log_file"}) {
        for (const QString &path : {QString("logs/x"), QString("~/x"), QStringLiteral("/a\0b")}) {
            QJsonObject sent = scene.rightParams();
            sent.insert("name", "other");
            sent.insert(param, path);
            const QJsonObject answer = scene.client.ask("use", sent);
            QCOMPARE(errorCode(answer), -32602);
            QVERIFY(errorMessage(answer).contains(param));
        }
    }
    QVERIFY(!scene.world.hasLockFile("other.server.json"));
    QVERIFY(scene.isUnchanged());
}

void TestRequestParams::listPagesGoOnAfterAName()
{
    Scene scene;
    // Each of them with so much metadata that two do not fit a line.
    const QString much(700 * 1024, 'm');
    for (const char *name : {"a", "b", "c"}) {
        QJsonObject sent = scene.rightParams();
        sent.insert("name", name);
        sent.insert("metadata", much);
        QVERIFY(scene.client.ask("use", sent).contains("result"));
    }
    QStringList seen;
    QJsonValue after;
    do {
        const QJsonObject page =
            scene.client.ask("list", {{"after", after}}).value("result").toObject();
        QVERIFY(!page.isEmpty());
        const QJsonArray servers = page.value("servers").toArray();
        for (const QJsonValue &server : servers)
            seen.append(server["name"].toString());
        after = page.value("next");
    } while (after.isString());
    QCOMPARE(seen, QStringList({"a", "b", "c", "web"}));
}

void TestRequestParams::aStagedEnvironmentIsUsedOnce()
{
    Scene scene;
    const auto stage = [&](const char *entry) {
        return scene.client.ask("stage", {{"env", QJsonArray{entry}}}).contains("result");
    };
    QVERIFY(stage("FIRST=1"));
    QVERIFY(stage("SECOND=2"));
    QVERIFY(stage("SECOND=3"));
    QJsonObject sent = scene.rightParams();
    sent.insert("name", "staged");
    QVERIFY(scene.client.ask("use", sent).contains("result"));
    sent.insert("name", "plain");
    QVERIFY(scene.client.ask("use", sent).contains("result"));
    const QByteArrayList staged = environmentOf(pidOf("staged"));
    QVERIFY(staged.contains("FIRST=1"));
    QVERIFY(staged.contains("SECOND=3"));
    QVERIFY(!staged.contains("SECOND=2"));
    const QByteArrayList plain = environmentOf(pidOf("plain"));
    QVERIFY(!plain.isEmpty());
    QVERIFY(!plain.join('\0').contains("FIRST"));
}

void TestRequestParams::aStagedEnvironmentIsBounded()
{
    Scene scene;
    const QJsonObject part{{"env", QJsonArray{"A=" + QString(1000 * 1000, 'x')}}};
    int parts = 0;
    while (parts < 100 && scene.client.ask("stage", part).contains("result"))
        ++parts;
    QVERIFY2(parts >= 8 && parts < 20, qPrintable(QString::number(parts)));
    QVERIFY(scene.client.waitForEnd());
    QVERIFY(scene.isUnchanged());
}

QTEST_GUILESS_MAIN(TestRequestParams)
#include "tst_requestparams.moc"
