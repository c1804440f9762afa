// What was given by --env is known to the server, and to nothing and nobody else: whatever is done
// with it, it is in no file, in no argv, and in no answer.

#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestSecrets : public QObject
{
    Q_OBJECT
private slots:
    void theyAreNowhere_data();
    void theyAreNowhere();
};

namespace {

const QByteArray kSecret = "c0rrect-h0rse-battery";

QStringList useWeb(const TestClient &client, const QStringList &server)
{
    return QStringList{"use", "web", "--pid", client.pidText(), "--env", "TOKEN=" + kSecret, "--"}
    + server;
}

/// The files below the world's folder that hold it.
QStringList filesWithIt(const TestWorld &world)
{
    QStringList found;
    QDirIterator each(world.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (each.hasNext()) {
        QFile file(each.next());
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains(kSecret))
            found.append(file.fileName());
    }
    return found;
}

QByteArrayList commandsWithIt(const TestWorld &world)
{
    QByteArrayList found;
    const auto all = processesWith("SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(world.path()));
    for (const Leftover &process : all) {
        if (process.command.contains(kSecret))
            found.append(process.command);
    }
    return found;
}

bool isToldBy(const QStringList &arguments)
{
    const auto result = run(arguments);
    return (result.output + result.errors).contains(kSecret);
}

} // namespace

void TestSecrets::theyAreNowhere_data()
{
    QTest::addColumn<QStringList>("server");
    QTest::addColumn<QStringList>("next");
    const QStringList good{TEST_SERVER, "--say", "it runs"};
    QTest::newRow("used") << good << QStringList{};
    QTest::newRow("restarted") << good << QStringList{"admin", "restart", "web"};
    QTest::newRow("stopped") << good << QStringList{"admin", "stop", "web"};
    QTest::newRow("not executable") << QStringList{"/nowhere/at/all"} << QStringList{};
    QTest::newRow("dead at once") << QStringList{TEST_SERVER, "--exit", "3"} << QStringList{};
    QTest::newRow("handed over") << good << QStringList{"watch", "--take-over", "--linger", "1ms"};
}

void TestSecrets::theyAreNowhere()
{
    QFETCH(const QStringList, server);
    QFETCH(const QStringList, next);
    const TestWorld world;
    const TestClient client;
    const auto used = run(useWeb(client, server));
    QVERIFY(!(used.output + used.errors).contains(kSecret));
    QProcess second;
    startCommand(&second, next.isEmpty() ? QStringList{"list"} : next);
    if (next.contains("--take-over"))
        QTRY_COMPARE(watcherOf("web"), second.processId());
    else
        QVERIFY(!finish(&second).output.contains(kSecret));

    QCOMPARE(filesWithIt(world), QStringList());
    QCOMPARE(commandsWithIt(world), QByteArrayList());
    for (const QStringList &asking :
         {QStringList{"list", "--json"}, QStringList{"info", "web", "--json"},
          QStringList{"info", "web"}, QStringList{"debug", "web"}, QStringList{"doctor"},
          QStringList{"logs", "web"},
          QStringList{"events", "--json", "--since", "0", "--no-follow"}})
        QVERIFY2(!isToldBy(asking), qPrintable(asking.join(' ')));
    run({"admin", "kill", "web"});
    second.kill();
    finish(&second);
}

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
