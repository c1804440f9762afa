// Hooks of editors and agents: the process that runs the command is gone at once, and the client is
// the program above it, found by its name.

#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QTest>

#include <optional>

using namespace sharedserver;
using namespace sharedserver::test;

class TestHooks : public QObject
{
    Q_OBJECT
private slots:
    void theProgramAboveIsTheClient_data();
    void theProgramAboveIsTheClient();
    void theNearestOneCounts();
    void unuseFindsTheSame();
    void whatIsNotThereIsSaid();
    void notBoth();
};

namespace {

/// A program of this name that runs a shell's commands, and then lives until its input ends.
class Editor
{
public:
    Editor(const TestWorld &world, const QString &name, const QString &commands)
    {
        const QString program = world.path(name);
        QFile::link("/bin/bash", program);
        m_process.start(program, {"-c", commands + "; echo done; read -r"});
        const auto isDone = [this] {
            m_output += m_process.readAll();
            return m_output.endsWith("done\n");
        };
        if (!QTest::qWaitFor(isDone, 30000))
            qFatal("%s", m_process.readAllStandardError().constData());
    }
    ~Editor() { close(); }

    void close()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }
    qint64 pid() const { return m_process.processId(); }

private:
    QProcess m_process;
    QByteArray m_output;
};

/// Run by a shell of its own, which is gone before the next command.
QString hook(const QString &command)
{
    return QString("/bin/bash -c '%1 %2; true'").arg(QString(programUnderTest()), command);
}

qint64 onlyClientOf(const QString &name)
{
    const QJsonArray clients = info(name).value("clients").toArray();
    return clients.size() == 1 ? clients.first()["pid"].toInteger() : 0;
}

} // namespace

void TestHooks::theProgramAboveIsTheClient_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("short") << "myeditor";
    QTest::newRow("longer than the system keeps") << "my-rather-long-editor";
    QTest::newRow("with a space") << "my editor";
}

void TestHooks::theProgramAboveIsTheClient()
{
    QFETCH(const QString, program);
    const TestWorld world;
    Editor editor(world, program,
                  hook(QString("use web --pid-of \"%1\" -- %2").arg(program, TEST_SERVER)));
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(onlyClientOf("web"), editor.pid());
    editor.close();
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestHooks::theNearestOneCounts()
{
    const TestWorld world;
    const Editor editor(
        world, "myeditor",
        QString("%1 -c \"%2; echo done; read -r\" <&0 & wait $!")
            .arg(world.path("myeditor"), hook("use web --pid-of myeditor -- " TEST_SERVER)));
    QVERIFY(onlyClientOf("web") > 0);
    QVERIFY(onlyClientOf("web") != editor.pid());
}

void TestHooks::unuseFindsTheSame()
{
    const TestWorld world;
    const Editor editor(world, "myeditor",
                        hook("use web --pid-of myeditor -- " TEST_SERVER) + ';'
                            + hook("unuse web --pid-of myeditor"));
    QCOMPARE(stateOf("web"), "grace");
}

void TestHooks::whatIsNotThereIsSaid()
{
    const TestWorld world;
    const auto result = run({"use", "web", "--pid-of", "no-such-editor", "--", TEST_SERVER});
    QCOMPARE(result.exitCode, 1);
    QVERIFY2(result.errors.contains("'no-such-editor'"), qPrintable(result.errors));
    QCOMPARE(result.errors.count('\n'), 1);
    QCOMPARE(stateOf("web"), "stopped");
}

void TestHooks::notBoth()
{
    const TestWorld world;
    QCOMPARE(run({"use", "web", "--pid", "1", "--pid-of", "x", "--", TEST_SERVER}).exitCode, 2);
}

QTEST_GUILESS_MAIN(TestHooks)
#include "tst_hooks.moc"
