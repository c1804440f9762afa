// Help says everything that the table of commands knows, and where it is asked for, on stdout.

#include "cli/commandarguments.h"
#include "cli/commandtable.h"
#include "cli/rawarguments.h"
#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QFileInfo>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestHelp : public QObject
{
    Q_OBJECT
private slots:
    void everyCommandExplainsItself_data();
    void everyCommandExplainsItself();
    void helpListsAllCommands();
    void adminHelpListsItsCommands();
    void helpIsFoundInManyWays_data();
    void helpIsFoundInManyWays();
    void helpWinsOverWhatIsWrong_data();
    void helpWinsOverWhatIsWrong();
    void withoutArgumentsHelpIsAnError_data();
    void withoutArgumentsHelpIsAnError();
    void theVersionIsPrinted();
    void linesFitATerminal();
    void examplesAreTakenAsTheyStand_data();
    void examplesAreTakenAsTheyStand();
};

namespace {

QStringList wordsOf(const CommandEntry &entry)
{
    const QString name = entry.spec->name;
    return entry.group == CommandGroup::Admin ? QStringList{"admin", name} : QStringList{name};
}

void addCommands()
{
    QTest::addColumn<int>("row");
    const auto table = commandTable();
    for (size_t i = 0; i < table.size(); ++i)
        QTest::newRow(table[i].spec->name) << int(i);
}

const CommandEntry &entryAt(int row)
{
    return commandTable()[size_t(row)];
}

} // namespace

void TestHelp::everyCommandExplainsItself_data()
{
    addCommands();
}

void TestHelp::everyCommandExplainsItself()
{
    QFETCH(int, row);
    const CommandEntry &entry = entryAt(row);
    const TestWorld world;
    const auto help = run(wordsOf(entry) + QStringList{"--help"});
    QCOMPARE(help.exitCode, 0);
    QCOMPARE(help.errors, "");
    QVERIFY2(help.output.startsWith(QString(entry.spec->summary) + ".\n"), qPrintable(help.output));
    QVERIFY(help.output.contains("\nUsage: sharedserver " + wordsOf(entry).join(' ')));
    QVERIFY(help.output.contains(entry.spec->description));
    QVERIFY(help.output.contains("\nExample:\n  "));
    QVERIFY(help.output.contains("sharedserver"));
    for (const CommandOption &option : entry.spec->options) {
        const QString letter =
            option.letter == '\0' ? QString("    ") : QString("-%1, ").arg(QChar(option.letter));
        QString line = QString("  %1--%2").arg(letter, option.name);
        if (option.valueName)
            line += QString(" <%1>").arg(option.valueName);
        QVERIFY2(help.output.contains(line + " "), qPrintable(line));
        QVERIFY2(help.output.contains(option.summary), option.summary);
        QCOMPARE(option.kind == ValueKind::None, option.valueName == nullptr);
    }
    QCOMPARE(run(wordsOf(entry) + QStringList{"-h"}).output, help.output);
    QVERIFY(!QFileInfo::exists(world.lockDirectoryPath()));
}

void TestHelp::helpListsAllCommands()
{
    const TestWorld world;
    const QString help = run({"help"}).output;
    for (const CommandEntry &entry : commandTable()) {
        const QRegularExpression line(QString("\n  %1 +%2\n")
                                          .arg(QRegularExpression::escape(entry.spec->name),
                                               QRegularExpression::escape(entry.spec->summary)));
        QVERIFY2(help.contains(line) == (entry.group != CommandGroup::Hidden), entry.spec->name);
    }
    for (const char *word : {"--help", "--version", "SHAREDSERVER_LOCKDIR", "NO_COLOR", "Example:"})
        QVERIFY2(help.contains(word), word);
}

void TestHelp::adminHelpListsItsCommands()
{
    const TestWorld world;
    const auto help = run({"admin", "--help"});
    QCOMPARE(help.exitCode, 0);
    for (const CommandEntry &entry : commandTable()) {
        QVERIFY2(help.output.contains(QString("\n  %1 ").arg(entry.spec->name))
                     == (entry.group == CommandGroup::Admin),
                 entry.spec->name);
    }
    QVERIFY(help.output.contains("start stop restart incref decref debug doctor kill\n"));
}

void TestHelp::helpIsFoundInManyWays_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("same");

    QTest::newRow("help") << QStringList{"help"} << QStringList{"--help"};
    QTest::newRow("-h") << QStringList{"-h"} << QStringList{"--help"};
    QTest::newRow("help use") << QStringList{"help", "use"} << QStringList{"use", "--help"};
    QTest::newRow("help help") << QStringList{"help", "help"} << QStringList{"help", "--help"};
    QTest::newRow("admin -h") << QStringList{"admin", "-h"} << QStringList{"admin", "--help"};
    QTest::newRow("help admin") << QStringList{"help", "admin"} << QStringList{"admin", "--help"};
    QTest::newRow("help lockdir") << QStringList{"help", "lockdir"}
                                  << QStringList{"admin", "lockdir", "--help"};
    QTest::newRow("admin help") << QStringList{"admin", "help"} << QStringList{"admin", "--help"};
}

void TestHelp::helpIsFoundInManyWays()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, same);
    const TestWorld world;
    const auto help = run(arguments);
    QCOMPARE(help.exitCode, 0);
    QCOMPARE(help.errors, "");
    QVERIFY(!help.output.isEmpty());
    QCOMPARE(help.output, run(same).output);
}

void TestHelp::helpWinsOverWhatIsWrong_data()
{
    QTest::addColumn<QStringList>("arguments");

    QTest::newRow("a bad name") << QStringList{"use", "../x", "--help"};
    QTest::newRow("an unknown option") << QStringList{"use", "--frobnicate", "--help"};
    QTest::newRow("a bad value") << QStringList{"use", "--pid", "abc", "--help"};
    QTest::newRow("before the rest") << QStringList{"use", "--help", "x", "y", "z"};
    QTest::newRow("before a command") << QStringList{"use", "x", "--help", "--", "true"};
}

void TestHelp::helpWinsOverWhatIsWrong()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    const auto help = run(arguments);
    QCOMPARE(help.exitCode, 0);
    QVERIFY(help.output.contains("Usage: sharedserver use"));
}

void TestHelp::withoutArgumentsHelpIsAnError_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("same");

    QTest::newRow("nothing") << QStringList{} << QStringList{"help"};
    QTest::newRow("admin") << QStringList{"admin"} << QStringList{"admin", "--help"};
    QTest::newRow("dashes") << QStringList{"--"} << QStringList{"help"};
}

void TestHelp::withoutArgumentsHelpIsAnError()
{
    QFETCH(QStringList, arguments);
    QFETCH(QStringList, same);
    const TestWorld world;
    const auto result = run(arguments);
    QCOMPARE(result.exitCode, 2);
    QCOMPARE(result.output, "");
    QCOMPARE(result.errors, run(same).output);
}

void TestHelp::theVersionIsPrinted()
{
    const TestWorld world;
    for (const char *option : {"--version", "-V"}) {
        const auto result = run({option});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(result.errors, "");
        QVERIFY2(QRegularExpression("^sharedserver [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n$")
                     .match(result.output)
                     .hasMatch(),
                 qPrintable(result.output));
    }
}

void TestHelp::linesFitATerminal()
{
    const TestWorld world;
    QString all = run({"help"}).output + run({"admin", "--help"}).output;
    for (const CommandEntry &entry : commandTable())
        all += run(wordsOf(entry) + QStringList{"--help"}).output;
    const QStringList lines = all.split('\n');
    for (const QString &line : lines) {
        QVERIFY2(line.size() <= 92, qPrintable(line));
        QVERIFY2(!line.endsWith(' '), qPrintable(line));
    }
    QVERIFY(!all.contains(QRegularExpression("[^\\x20-\\x7e\n]")));
}

void TestHelp::examplesAreTakenAsTheyStand_data()
{
    addCommands();
}

void TestHelp::examplesAreTakenAsTheyStand()
{
    QFETCH(int, row);
    const CommandEntry &entry = entryAt(row);
    const QStringList lines = QString(entry.spec->example).split('\n');
    for (const QString &line : lines) {
        // Without what a shell does around it.
        static const QRegularExpression ours("sharedserver( [^ &>)\"]+)*");
        const QStringList words = ours.match(line).captured().split(' ');
        QCOMPARE(words.mid(1, wordsOf(entry).size()), wordsOf(entry));
        QList<QByteArray> bytes;
        for (const QString &word : words.mid(wordsOf(entry).size()))
            bytes.append(word.toUtf8());
        std::vector<char *> argv;
        for (QByteArray &word : bytes)
            argv.push_back(word.data());
        const auto raw = RawArguments::fromArgv(int(argv.size()), argv.data());
        const auto parsed = CommandArguments::parse(*entry.spec, raw);
        QVERIFY2(parsed.has_value(), qPrintable(line));
    }
}

QTEST_GUILESS_MAIN(TestHelp)
#include "tst_help.moc"
