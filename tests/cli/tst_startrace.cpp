// However many want a server at the same instant, one is started, by one watcher.

#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QTest>

#include <memory>
#include <vector>

using namespace sharedserver;
using namespace sharedserver::test;

class TestStartRace : public QObject
{
    Q_OBJECT
private slots:
    void manyUsesAtOnceShareOneServer_data();
    void manyUsesAtOnceShareOneServer();
    void manyNamesAtOnceShareOneWatcher();
};

namespace {

/// A client and its `use`, both under way.
struct Caller
{
    TestClient client;
    QProcess command;
};

std::vector<std::unique_ptr<Caller>> callers(int count)
{
    std::vector<std::unique_ptr<Caller>> all;
    for (int i = 0; i < count; ++i)
        all.push_back(std::make_unique<Caller>());
    return all;
}

int runningWatchers(const TestWorld &world)
{
    int count = 0;
    const auto processes =
        processesWith("SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(world.path()));
    for (const Leftover &process : processes)
        count += process.command.contains(" watch ") ? 1 : 0;
    return count;
}

} // namespace

void TestStartRace::manyUsesAtOnceShareOneServer_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {2, 20, 200})
        QTest::addRow("%d", count) << count;
}

void TestStartRace::manyUsesAtOnceShareOneServer()
{
    QFETCH(int, count);
    const TestWorld world;
    const auto all = callers(count);
    // Every server that is ever started leaves a line here.
    const QString starts = world.path("starts");
    for (const auto &caller : all) {
        startCommand(&caller->command,
                     {"use", "web", "--pid", caller->client.pidText(), "--",
                      "echo started >>'" + starts + "'; exec '" TEST_SERVER "'"});
    }
    int started = 0;
    int attached = 0;
    for (const auto &caller : all) {
        const auto result = finish(&caller->command);
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
        started += result.output.contains("Started server") ? 1 : 0;
        attached += result.output.contains("Attached to server") ? 1 : 0;
    }
    QCOMPARE(started, 1);
    QCOMPARE(attached, count - 1);
    QCOMPARE(refcountOf("web"), count);
    QCOMPARE(runningWatchers(world), 1);
    QFile file(starts);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "started\n");
}

void TestStartRace::manyNamesAtOnceShareOneWatcher()
{
    const TestWorld world;
    const auto all = callers(30);
    for (size_t i = 0; i < all.size(); ++i) {
        startCommand(
            &all[i]->command,
            {"use", QString("web%1").arg(i), "--pid", all[i]->client.pidText(), "--", TEST_SERVER});
    }
    for (const auto &caller : all) {
        const auto result = finish(&caller->command);
        QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    }
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 30);
    QCOMPARE(runningWatchers(world), 1);
}

QTEST_GUILESS_MAIN(TestStartRace)
#include "tst_startrace.moc"
