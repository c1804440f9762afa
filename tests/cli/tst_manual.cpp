// The manual knows every command, option and key that there is, and man has nothing to complain of.

#include "app/trayoptions.h"
#include "cli/commandtable.h"
#include "cli/helptext.h"
#include "core/config/configkeys.h"
#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace sharedserver;
using namespace sharedserver::test;

class TestManual : public QObject
{
    Q_OBJECT
private slots:
    void everyCommandHasItsSection_data();
    void everyCommandHasItsSection();
    void theProgramsOwnOptionsAreThere();
    void everyKeyIsExplained();
    void everyOptionOfTheTrayIsThere();
    void pagesAreClean_data();
    void pagesAreClean();
    void pagesCanBeRead_data();
    void pagesCanBeRead();
    void completionsAreTheSameAsPrinted_data();
    void completionsAreTheSameAsPrinted();
};

namespace {

constexpr const char *kPages[] = {"sharedserver.1", "sharedserver-tray.1",
                                  "sharedserver-servers.json.5"};

QString pathOf(const QString &name)
{
    return QString(MANUAL_DIR "/") + name;
}

QString contentOf(const QString &name)
{
    QFile file(pathOf(name));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("Cannot read %s", qPrintable(file.fileName()));
    return QString::fromUtf8(file.readAll());
}

/// As the page has it in its source.
QString inRoff(QString text)
{
    return text.replace('-', "\\-")
        .replace('\'', "\\(aq")
        .replace('"', "\\(dq")
        .replace('~', "\\(ti");
}

/// What stands below a heading, up to the next one.
QString section(const QString &page, const QString &heading)
{
    const qsizetype begin = page.indexOf('\n' + heading + '\n');
    if (begin < 0)
        return {};
    static const QRegularExpression next("^\\.S[HS] ", QRegularExpression::MultilineOption);
    const QString rest = page.mid(begin + heading.size() + 2);
    return rest.left(rest.indexOf(next));
}

/// Whether it is a term, alone or among others, and something is said of it.
bool explains(const QString &text, const QString &term)
{
    const QRegularExpression item("^\\\\fB(.*, )?" + QRegularExpression::escape(inRoff(term))
                                      + "(,.*| <.*)?\\\\fR\n[^.\n]",
                                  QRegularExpression::MultilineOption);
    return text.contains(item);
}

CommandResult runTool(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    return finish(&process);
}

bool isMissing(const QString &program)
{
    return QStandardPaths::findExecutable(program).isEmpty();
}

void addPages()
{
    QTest::addColumn<QString>("page");
    for (const char *page : kPages)
        QTest::newRow(page) << QString(page);
}

} // namespace

void TestManual::everyCommandHasItsSection_data()
{
    QTest::addColumn<int>("row");
    const auto table = commandTable();
    for (size_t i = 0; i < table.size(); ++i)
        QTest::newRow(table[i].spec->name) << int(i);
}

void TestManual::everyCommandHasItsSection()
{
    QFETCH(const int, row);
    const CommandEntry &entry = commandTable()[size_t(row)];
    const QString prefix = entry.group == CommandGroup::Admin ? "admin " : "";
    const QString text =
        section(contentOf("sharedserver.1"), ".SS " + inRoff(prefix + entry.spec->name));
    QVERIFY(!text.isEmpty());
    QVERIFY(text.contains(inRoff(usageLine(*entry.spec))));
    for (const CommandOption &option : entry.spec->options) {
        QVERIFY2(explains(text, QString("--") + option.name), option.name);
        QVERIFY2(option.letter == '\0' || explains(text, QString("-") + QChar(option.letter)),
                 option.name);
    }
    const QStringList examples = QString(entry.spec->example).split('\n');
    for (const QString &example : examples)
        QVERIFY2(text.contains('\n' + inRoff(example) + '\n'), qPrintable(example));
}

void TestManual::theProgramsOwnOptionsAreThere()
{
    const QString page = contentOf("sharedserver.1");
    const auto rows = programOptions() + environmentVariables();
    QVERIFY(rows.size() > 3);
    for (const HelpRow &row : rows)
        QVERIFY2(explains(page, row.first), qPrintable(row.first));
}

void TestManual::everyKeyIsExplained()
{
    const QString text = section(contentOf("sharedserver-servers.json.5"), ".SH KEYS OF A SERVER");
    const QStringList keys =
        definitionKeys() + QStringList{"idle_timeout", "log_file", "working_dir"};
    for (const QString &key : keys)
        QVERIFY2(explains(text, key), qPrintable(key));
}

void TestManual::everyOptionOfTheTrayIsThere()
{
    const QString page = contentOf("sharedserver-tray.1");
    for (const TrayOption &option : kTrayOptions)
        QVERIFY2(explains(page, QString("--") + option.name), option.name);
}

void TestManual::pagesAreClean_data()
{
    addPages();
}

void TestManual::pagesAreClean()
{
    QFETCH(const QString, page);
    if (isMissing("mandoc"))
        QSKIP("mandoc is not installed.");
    const auto checked = runTool("mandoc", {"-T", "lint", pathOf(page)});
    QCOMPARE(checked.output + checked.errors, "");
    QCOMPARE(checked.exitCode, 0);
}

void TestManual::pagesCanBeRead_data()
{
    addPages();
}

void TestManual::pagesCanBeRead()
{
    QFETCH(const QString, page);
    if (isMissing("man"))
        QSKIP("man is not installed.");
    const TestWorld world;
    const auto read = runTool("man", {"--warnings", "-l", pathOf(page)});
    QCOMPARE(read.exitCode, 0);
    QCOMPARE(read.errors, "");
    QVERIFY2(read.output.contains("SEE ALSO"), qPrintable(read.output));
}

void TestManual::completionsAreTheSameAsPrinted_data()
{
    QTest::addColumn<QString>("shell");
    QTest::addColumn<QString>("file");
    QTest::newRow("bash") << "bash"
                          << "sharedserver.bash";
    QTest::newRow("zsh") << "zsh"
                         << "_sharedserver";
    QTest::newRow("fish") << "fish"
                          << "sharedserver.fish";
}

void TestManual::completionsAreTheSameAsPrinted()
{
    QFETCH(const QString, shell);
    QFETCH(const QString, file);
    const TestWorld world;
    QCOMPARE(contentOf(file), run({"completion", shell}).output);
}

QTEST_GUILESS_MAIN(TestManual)
#include "tst_manual.moc"
