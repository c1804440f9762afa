// What the other tests count processes with sees each of them, whatever it is about to do.

#include "tests/support/leftovers.h"
#include "tests/support/patience.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
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

/// A program that runs in an environment of this alone, and is killed with the object.
class Program : public QProcess
{
public:
    Program(const QString &path, const QStringList &arguments,
            const QProcessEnvironment &environment)
    {
        setProcessEnvironment(environment);
        start(path, arguments);
    }

    ~Program() override
    {
        kill();
        waitForFinished(kPatienceMs);
    }
};

/// In the environment of one test's program.
QString markIn(const QTemporaryDir &folder)
{
    return "SHAREDSERVER_TEST_LEFTOVER=" + folder.path();
}

QProcessEnvironment marked(const QTemporaryDir &folder)
{
    QProcessEnvironment environment;
    environment.insert(markIn(folder).section('=', 0, 0), folder.path());
    return environment;
}

} // namespace

void TestLeftovers::aProcessThatReplacesItsProgramIsSeen()
{
    const QTemporaryDir folder;
    // Always the same process, and hardly ever anything but at its execve(2).
    const QString again = R"(exec /bin/sh -c "$0" "$0")";
    const Program program("/bin/sh", {"-c", again, again}, marked(folder));
    const QByteArray mark = markIn(folder).toUtf8();
    QTRY_COMPARE(processesWith(mark).size(), 1);
    for (int i = 0; i < 500; ++i) {
        const QList<Leftover> found = processesWith(mark);
        QCOMPARE(found.size(), 1);
        QVERIFY2(found.first().command.contains("/bin/sh"), found.first().command.constData());
    }
}

void TestLeftovers::aProcessWithoutAnEnvironmentIsNoHindrance()
{
    const QTemporaryDir folder;
    Program bare("/usr/bin/env", {"-i", "/bin/sh", "-c", "echo up; read -r _"}, marked(folder));
    QVERIFY(bare.waitForReadyRead(kPatienceMs));
    QCOMPARE(processesWith(markIn(folder).toUtf8()).size(), 0);
}

QTEST_GUILESS_MAIN(TestLeftovers)
#include "tst_leftovers.moc"
