// "Add server…": what the user types becomes a definition and a running server.

#include "app/servers/commandtext.h"
#include "app/servers/definitionwatch.h"
#include "app/window/addserverdialog.h"
#include "tests/app/appworld.h"
#include "tests/app/widgets.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

#include <cstdio>

using namespace sharedserver;
using namespace sharedserver::test;

class TestAddServer : public QObject
{
    Q_OBJECT
private slots:
    void commandsOfText_data();
    void commandsOfText();
    void makesADefinition();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void saysNothingOfWhatIsNotYetTyped();
    void definitionsAreReadAgainWhenTheyChange();
    void aWrongFileTakesNoDefinitionAway();
    void aLinkThatLeadsElsewhereIsSeen();
};

namespace {

QString errorOf(const QDialog &dialog)
{
    const auto all = dialog.findChildren<QLabel *>();
    for (const QLabel *label : all) {
        if (label->accessibleName() == "What is wrong" && label->isVisible())
            return label->text();
    }
    return {};
}

/// The definitions as the tray knows them.
struct WatchedDefinitions
{
    WatchedDefinitions()
    {
        QObject::connect(&watch, &DefinitionWatch::changed, &watch,
                         [this](const QList<ServerDefinition> &definitions) {
                             names.clear();
                             for (const ServerDefinition &definition : definitions)
                                 names.append(definition.name);
                         });
        QObject::connect(&watch, &DefinitionWatch::problemChanged, &watch,
                         [this](const QString &text) { problem = text; });
        watch.begin();
    }
    void write(const QByteArray &text) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    const QString path = QFile::decodeName(DefinitionWatch::path());
    QStringList names;
    QString problem;
    DefinitionWatch watch;
};

} // namespace

void TestAddServer::commandsOfText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArrayList>("command");
    const auto shell = [](const QByteArray &text) { return QByteArrayList{"/bin/sh", "-c", text}; };
    QTest::newRow("nothing") << "  " << QByteArrayList();
    QTest::newRow("a word") << "redis-server" << QByteArrayList{"redis-server"};
    QTest::newRow("words") << " python3  -m http.server 8000 "
                           << QByteArrayList{"python3", "-m", "http.server", "8000"};
    QTest::newRow("options") << "x --dir=/tmp/a,b a@b:1 50%"
                             << QByteArrayList{"x", "--dir=/tmp/a,b", "a@b:1", "50%"};
    QTest::newRow("letters of all kinds") << "./grüße" << QByteArrayList{"./grüße"};
    QTest::newRow("quotes") << "echo 'a b'" << shell("echo 'a b'");
    QTest::newRow("a variable") << "serve $HOME" << shell("serve $HOME");
    QTest::newRow("home") << "~/bin/serve" << shell("~/bin/serve");
    QTest::newRow("two commands") << "cd x && y" << shell("cd x && y");
    QTest::newRow("an assignment") << "A=1 serve" << shell("A=1 serve");
    QTest::newRow("a pattern") << "cat *" << shell("cat *");
}

void TestAddServer::commandsOfText()
{
    QFETCH(const QString, text);
    QTEST(commandFromText(text), "command");
}

void TestAddServer::makesADefinition()
{
    AddServerDialog dialog("/nowhere/servers.json", "5m");
    const QSignalSpy confirmed(&dialog, &AddServerDialog::confirmed);
    auto *start = findButton(&dialog, "Start Server");
    QVERIFY(!start->isEnabled());
    field(&dialog, "Name")->setText("web");
    field(&dialog, "Command")->setText("python3 -m http.server");
    field(&dialog, "Directory")->setText("/tmp");
    field(&dialog, "Grace period")->setText("90s");
    QVERIFY(start->isEnabled());
    start->click();
    QCOMPARE(confirmed.size(), 1);
    const auto definition = dialog.definition();
    QVERIFY(definition);
    QCOMPARE(definition->name, "web");
    QCOMPARE(definition->command, QByteArrayList({"python3", "-m", "http.server"}));
    QCOMPARE(definition->workingDirectory, "/tmp");
    QVERIFY(!definition->gracePeriod.isEmpty());
    QVERIFY(dialog.isRemembered());
}

void TestAddServer::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("directory");
    QTest::addColumn<QString>("gracePeriod");
    QTest::addColumn<QString>("part");
    QTest::newRow("the name") << "a/b"
                              << "/tmp"
                              << "5m"
                              << "a/b";
    QTest::newRow("the directory") << "web"
                                   << "/tmp/not/there"
                                   << "5m"
                                   << "/tmp/not/there";
    QTest::newRow("a relative directory") << "web"
                                          << "tmp"
                                          << "5m"
                                          << "'tmp'";
    QTest::newRow("the grace period") << "web"
                                      << "/tmp"
                                      << "soon"
                                      << "soon";
}

void TestAddServer::saysWhatIsWrong()
{
    QFETCH(const QString, name);
    QFETCH(const QString, directory);
    QFETCH(const QString, gracePeriod);
    QFETCH(const QString, part);
    AddServerDialog dialog("/nowhere/servers.json", "5m");
    dialog.show();
    field(&dialog, "Name")->setText(name);
    field(&dialog, "Command")->setText("serve");
    field(&dialog, "Directory")->setText(directory);
    field(&dialog, "Grace period")->setText(gracePeriod);
    QVERIFY2(errorOf(dialog).contains(part), qPrintable(errorOf(dialog)));
    QVERIFY(!findButton(&dialog, "Start Server")->isEnabled());
}

void TestAddServer::saysNothingOfWhatIsNotYetTyped()
{
    AddServerDialog dialog("/nowhere/servers.json", "5m");
    dialog.show();
    QCOMPARE(errorOf(dialog), QString());
    field(&dialog, "Name")->setText("web");
    QCOMPARE(errorOf(dialog), QString());
}

void TestAddServer::definitionsAreReadAgainWhenTheyChange()
{
    const AppWorld world;
    WatchedDefinitions watched; // not even the folder is there
    watched.write(R"({"servers": {"web": {"command": "serve"}}})");
    QTRY_COMPARE(watched.names, QStringList("web"));
    watched.write(R"({"servers": {"web": {"command": "serve"}, "db": {"command": "store"}}})");
    QTRY_COMPARE(watched.names, QStringList({"db", "web"}));
    QVERIFY(QFile::remove(watched.path));
    QTRY_COMPARE(watched.names, QStringList());
    watched.write(R"({"servers": {"again": {"command": "serve"}}})");
    QTRY_COMPARE(watched.names, QStringList("again"));
}

void TestAddServer::aWrongFileTakesNoDefinitionAway()
{
    const AppWorld world;
    WatchedDefinitions watched;
    watched.write(R"({"servers": {"web": {"command": "serve"}}})");
    QTRY_COMPARE(watched.names, QStringList("web"));
    watched.write(R"({"servers": {"web": )");
    QTRY_VERIFY(watched.problem.contains("servers.json"));
    QCOMPARE(watched.names, QStringList("web"));
    watched.write(R"({"servers": {"web": {"command": "serve"}, "db": {"command": 7}}})");
    QTRY_VERIFY(watched.problem.contains("servers.db"));
    QCOMPARE(watched.names, QStringList("web"));
    watched.write(R"({"servers": {"web": {"command": "serve"}}})");
    QTRY_COMPARE(watched.problem, QString());
}

/// As managers of configuration files put a new version in place.
void TestAddServer::aLinkThatLeadsElsewhereIsSeen()
{
    const TestWorld world;
    WatchedDefinitions watched;
    const QString one = world.path("one.json");
    const QString two = world.path("two.json");
    for (const QString &path : {one, two}) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray name = path == one ? "one" : "two";
        file.write("{\"servers\": {\"" + name + "\": {\"command\": \"x\"}}}");
    }
    QVERIFY(QDir().mkpath(QFileInfo(watched.path).path()));
    QVERIFY(QFile::link(one, watched.path));
    QTRY_COMPARE(watched.names, QStringList("one"));
    const QString next = watched.path + ".next";
    QVERIFY(QFile::link(two, next));
    QCOMPARE(std::rename(QFile::encodeName(next), QFile::encodeName(watched.path)), 0);
    QTRY_COMPARE(watched.names, QStringList("two"));
}

QTEST_MAIN(TestAddServer)
#include "tst_addserver.moc"
