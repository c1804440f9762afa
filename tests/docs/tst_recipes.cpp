// What docs/recipes.md and the README tell people to type does what they say.

#include "tests/docs/reader.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"

#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestRecipes : public QObject
{
    Q_OBJECT
private slots:
    void theRecipeWorks_data();
    void theRecipeWorks();
    void theFiveMinutesWork();
};

namespace {

constexpr char kRecipes[] = DOCUMENTS "/docs/recipes.md";

QList<CodeBlock> blocksOf(const QString &path, const QString &section)
{
    QList<CodeBlock> blocks;
    const QList<CodeBlock> all = codeBlocks(path);
    for (const CodeBlock &block : all) {
        if (block.section == section)
            blocks.append(block);
    }
    return blocks;
}

/// Of the programs that recipes use, those that not every machine has.
QStringList programsOf(const QList<CodeBlock> &blocks)
{
    QStringList programs;
    for (const char *program : {"curl", "jq", "make", "python3"}) {
        const bool isUsed = std::any_of(blocks.begin(), blocks.end(), [&](const CodeBlock &block) {
            return block.code.contains(program);
        });
        if (isUsed)
            programs.append(program);
    }
    return programs;
}

} // namespace

void TestRecipes::theRecipeWorks_data()
{
    QTest::addColumn<QString>("section");
    QStringList sections;
    const QList<CodeBlock> blocks = codeBlocks(kRecipes);
    for (const CodeBlock &block : blocks) {
        if (!sections.contains(block.section))
            sections.append(block.section);
    }
    QVERIFY(sections.size() >= 15);
    for (const QString &section : std::as_const(sections))
        QTest::newRow(qPrintable(section)) << section;
}

void TestRecipes::theRecipeWorks()
{
    QFETCH(const QString, section);
    const QList<CodeBlock> blocks = blocksOf(kRecipes, section);
    if (const QString missing = missingProgram(programsOf(blocks)); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    Reader reader;
    bool hasRun = false;
    for (const CodeBlock &block : blocks) {
        reader.follow(block);
        if (QTest::currentTestFailed())
            return;
        QVERIFY2(!block.file.isEmpty() || !block.promisedLines().isEmpty(), qPrintable(block.code));
        hasRun = hasRun || block.file.isEmpty();
    }
    QVERIFY(hasRun);
    reader.leave();
}

/// All in one shell, in an editor's terminal.
void TestRecipes::theFiveMinutesWork()
{
    if (const QString missing = missingProgram({"bash", "python3"}); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    const TestClient editor;
    Reader reader;
    qputenv("EDITOR_PID", editor.pidText().toUtf8());
    reader.addStandIn("npm", "echo npm is happy");
    reader.write(".sharedserver.json", R"({"servers": {"db": {"command": "redis-server"}}})");
    QFile::link("/bin/bash", reader.standIn("nvim"));
    CodeBlock whole{"Five minutes", "bash", {}, {}, 0};
    const QList<CodeBlock> blocks = blocksOf(DOCUMENTS "/README.md", "Five minutes");
    for (const CodeBlock &block : blocks) {
        if (block.language == "sh" || block.language == "bash")
            whole.code += block.code;
    }
    QVERIFY(whole.code.count('\n') > 15);
    reader.follow(whole, reader.standIn("nvim"));
    qunsetenv("EDITOR_PID");
}

QTEST_GUILESS_MAIN(TestRecipes)
#include "tst_recipes.moc"
