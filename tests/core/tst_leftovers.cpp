// What the other tests count processes with sees each of them, whatever it is about to do.

#include "tests/support/patience.h"
#include "tests/support/testworld.h"

#include <QProcess>
#include <QTest>

using namespace sharedserver::test;

class TestLeftovers : public QObject
{
    Q_OBJECT
private slots:
    void aProcessThatReplacesItsProgramIsSeen();
    void aProcessWithoutAnEnvironmentIsNoHindrance();
};

namespace {

void end(QProcess *process)
{
    process->kill();
    QVERIFY(process->waitForFinished(kPatienceMs));
}

} // namespace

void TestLeftovers::aProcessThatReplacesItsProgramIsSeen()
{
    const TestWorld world;
    // Always the same process, and hardly ever anything but at its execve(2).
    const QString again = R"(exec /bin/sh -c "$0" "$0")";
    QProcess process;
    process.start("/bin/sh", {"-c", again, again});
    QTRY_COMPARE(world.processCount(""), 1);
    for (int i = 0; i < 500; ++i) {
        QCOMPARE(world.processCount(""), 1);
        QCOMPARE(world.processCount("/bin/sh"), 1);
    }
    end(&process);
}

void TestLeftovers::aProcessWithoutAnEnvironmentIsNoHindrance()
{
    const TestWorld world;
    QProcess process;
    process.start("/usr/bin/env", {"-i", "/bin/sh", "-c", "echo up; read -r _"});
    QVERIFY(process.waitForReadyRead(kPatienceMs));
    QCOMPARE(world.processCount(""), 0);
    end(&process);
}

QTEST_GUILESS_MAIN(TestLeftovers)
#include "tst_leftovers.moc"
