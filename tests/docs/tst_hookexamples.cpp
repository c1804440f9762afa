// The hooks of docs/hooks.md, run by stand-ins for the programs that they are for: in processes
// that are gone at once, as those programs run them.

#include "tests/docs/reader.h"
#include "tests/support/commandline.h"

#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestHookExamples : public QObject
{
    Q_OBJECT
private slots:
    void claudeCode();
    void claudeCodeDies();
    void openCode();
    void gitPush();
    void aScript();
    void aScriptLeavesOthersAlone();
    void anInteractiveShell();
};

namespace {

CodeBlock exampleFor(const QString &file)
{
    const QList<CodeBlock> blocks = codeBlocks(DOCUMENTS "/docs/hooks.md");
    for (const CodeBlock &block : blocks) {
        if (block.file == file)
            return block;
    }
    qFatal("There is no example for %s", qPrintable(file));
    return {};
}

/// The server of all examples, as the page defines it first.
void defineWeb(Reader &reader)
{
    const CodeBlock first = codeBlocks(DOCUMENTS "/docs/hooks.md").first();
    QVERIFY(first.file.isEmpty());
    reader.follow(first);
}

/// Runs the commands that are written to it, as an agent runs its hooks: each by a shell of its
/// own, which it waits for.
class Agent
{
public:
    Agent(const Reader &reader, const QString &name)
    {
        const QString program = reader.standIn(name);
        QFile::link("/bin/bash", program);
        m_process.setWorkingDirectory(reader.folder());
        m_process.start(program,
                        {"-c", "while IFS= read -r hook; do /bin/sh -c \"$hook\"; echo $?; done"});
        m_process.waitForStarted();
    }
    ~Agent() { end(); }

    /// What the hook prints, and its exit code.
    QString runHook(const QString &command)
    {
        m_process.write(command.toUtf8() + '\n');
        QByteArray output;
        const auto hasAnswered = [&] {
            output += m_process.readAllStandardOutput();
            return QRegularExpression("(^|\n)[0-9]+\n$")
                .match(QString::fromUtf8(output))
                .hasMatch();
        };
        if (!QTest::qWaitFor(hasAnswered, 60000))
            qWarning("%s", m_process.readAllStandardError().constData());
        return QString::fromUtf8(output);
    }
    qint64 pid() const { return m_process.processId(); }
    void end()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }
    void die()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
};

/// The commands of .claude/settings.json for an event.
QString claudeHook(const QString &event)
{
    const QByteArray settings = exampleFor(".claude/settings.json").code.toUtf8();
    const QJsonObject hooks = QJsonDocument::fromJson(settings)["hooks"].toObject();
    const QJsonValue hook = hooks[event].toArray().first()["hooks"].toArray().first();
    return hook["type"] == "command" ? hook["command"].toString() : QString();
}

QList<qint64> clientsOf(const QString &name)
{
    QList<qint64> pids;
    const QJsonArray clients = info(name)["clients"].toArray();
    for (const QJsonValue &client : clients)
        pids.append(client["pid"].toInteger());
    return pids;
}

QString python()
{
    return missingProgram({"python3"});
}

} // namespace

void TestHookExamples::claudeCode()
{
    if (!python().isEmpty())
        QSKIP(qPrintable(python()));
    Reader reader;
    defineWeb(reader);
    Agent claude(reader, "claude");
    QCOMPARE(claude.runHook(claudeHook("SessionStart")), "0\n");
    QCOMPARE(clientsOf("web"), QList<qint64>{claude.pid()});
    // After /clear both run again.
    QCOMPARE(claude.runHook(claudeHook("SessionEnd")), "0\n");
    QCOMPARE(stateOf("web"), "grace");
    QCOMPARE(claude.runHook(claudeHook("SessionStart")), "0\n");
    QCOMPARE(claude.runHook(claudeHook("SessionStart")), "0\n");
    QCOMPARE(refcountOf("web"), 1);
    QCOMPARE(claude.runHook(claudeHook("SessionEnd")), "0\n");
    claude.end();
    QCOMPARE(stateOf("web"), "grace");
    reader.leave();
}

void TestHookExamples::claudeCodeDies()
{
    if (!python().isEmpty())
        QSKIP(qPrintable(python()));
    Reader reader;
    defineWeb(reader);
    Agent claude(reader, "claude");
    QCOMPARE(claude.runHook(claudeHook("SessionStart")), "0\n");
    QCOMPARE(stateOf("web"), "active");
    claude.die();
    QTRY_COMPARE(stateOf("web"), "grace");
    // A program of another name gets an error that the page quotes.
    Agent other(reader, "other");
    const QString said = other.runHook("{ " + claudeHook("SessionStart") + "; } 2>&1");
    QVERIFY2(said.contains("No process above this one runs 'claude'."), qPrintable(said));
    QVERIFY2(said.endsWith("\n1\n"), qPrintable(said));
}

void TestHookExamples::openCode()
{
    const QString missing = missingProgram({"node", "python3"});
    if (!missing.isEmpty())
        QSKIP(qPrintable(missing));
    Reader reader;
    defineWeb(reader);
    const CodeBlock plugin = exampleFor(".opencode/plugin/sharedserver.js");
    reader.write("plugin.mjs", plugin.code);
    // What OpenCode gives to a plugin, and events as they are read from the input.
    reader.write("opencode.mjs", R"js(
import { spawnSync } from "node:child_process"
import { createInterface } from "node:readline"
import { SharedServer } from "./plugin.mjs"

const $ = (parts, ...values) => {
    const command = parts.reduce((text, part, i) => text + values[i - 1] + part)
    const run = {
        quiet: () => run,
        nothrow: () => run,
        then: (done) => done(spawnSync("/bin/sh", ["-c", command])),
    }
    return run
}
const hooks = await SharedServer({ $ })
for await (const line of createInterface({ input: process.stdin })) {
    const [type, id] = line.split(" ")
    await hooks.event({ event: { type, properties: { info: { id } } } })
    console.log("done")
}
)js");
    QProcess opencode;
    opencode.setWorkingDirectory(reader.folder());
    opencode.start("node", {"opencode.mjs"});
    QByteArray output;
    const auto send = [&](const QByteArray &event) {
        output.clear();
        opencode.write(event + '\n');
        const auto isDone = [&] {
            output += opencode.readAllStandardOutput();
            return output == "done\n";
        };
        return QTest::qWaitFor(isDone, 60000);
    };
    QVERIFY2(send("session.created one"), opencode.readAllStandardError());
    QCOMPARE(clientsOf("web"), QList<qint64>{opencode.processId()});
    QVERIFY(send("session.created two"));
    QVERIFY(send("session.deleted one"));
    QCOMPARE(stateOf("web"), "active");
    QVERIFY(send("session.deleted two"));
    QCOMPARE(stateOf("web"), "grace");
    QVERIFY(send("session.created three"));
    QCOMPARE(stateOf("web"), "active");
    opencode.kill();
    opencode.waitForFinished();
    QTRY_COMPARE(stateOf("web"), "grace");
}

void TestHookExamples::gitPush()
{
    const QString missing = missingProgram({"git", "python3"});
    if (!missing.isEmpty())
        QSKIP(qPrintable(missing));
    Reader reader;
    defineWeb(reader);
    reader.write("run-tests", "#!/bin/sh\nsharedserver check web >checked\nexit $(cat result)\n");
    const CodeBlock prepare{{},
                            "sh",
                            {},
                            R"(
git init -q --bare ../remote
git init -q
git config user.name Test
git config user.email test@example.org
git remote add origin ../remote
git add run-tests
git commit -q -m "First"
)",
                            0};
    reader.follow(prepare);
    reader.follow(exampleFor(".git/hooks/pre-push"));
    const auto push = [&] {
        QProcess git;
        git.setWorkingDirectory(reader.folder());
        git.start("git", {"push", "-q", "origin", "HEAD:main"});
        return finish(&git).exitCode;
    };
    reader.write("result", "3");
    QVERIFY(push() != 0);
    reader.write("result", "0");
    QCOMPARE(push(), 0);
    QFile checked(reader.folder() + "/checked");
    QVERIFY(checked.open(QIODevice::ReadOnly));
    QVERIFY(checked.readAll().contains("web is active"));
    reader.leave();
}

void TestHookExamples::aScript()
{
    if (!python().isEmpty())
        QSKIP(qPrintable(python()));
    Reader reader;
    defineWeb(reader);
    reader.write("run-tests", "#!/bin/sh\nsharedserver check web\nexit 3\n");
    reader.follow(exampleFor("script.sh"));
    QProcess script;
    script.setWorkingDirectory(reader.folder());
    script.start(reader.folder() + "/script.sh", QStringList());
    const auto result = finish(&script);
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.output.startsWith("● web is active"), qPrintable(result.output));
    QCOMPARE(stateOf("web"), "stopped");
}

void TestHookExamples::aScriptLeavesOthersAlone()
{
    if (!python().isEmpty())
        QSKIP(qPrintable(python()));
    Reader reader;
    defineWeb(reader);
    reader.follow({{}, "sh", {}, "sharedserver use web\n", 0});
    reader.write("run-tests", "#!/bin/sh\n");
    reader.follow(exampleFor("script.sh"));
    QProcess script;
    script.setWorkingDirectory(reader.folder());
    script.start(reader.folder() + "/script.sh", QStringList());
    QCOMPARE(finish(&script).exitCode, 0);
    QCOMPARE(stateOf("web"), "active");
    QCOMPARE(refcountOf("web"), 1);
    reader.leave();
}

void TestHookExamples::anInteractiveShell()
{
    if (!python().isEmpty())
        QSKIP(qPrintable(python()));
    Reader reader;
    defineWeb(reader);
    CodeBlock shell = exampleFor("bashrc");
    shell.file.clear();
    shell.code += "work\n# prints: ✓ Started server web (PID …)\n";
    reader.follow(shell);
    QCOMPARE(info("web")["clients"].toArray().first()["metadata"].toString(), reader.folder());
    reader.leave();
    QCOMPARE(stateOf("web"), "grace");
}

QTEST_GUILESS_MAIN(TestHookExamples)
#include "tst_hookexamples.moc"
