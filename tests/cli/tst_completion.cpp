// What the shells offer, asked of the shells themselves.

#include "cli/commandtable.h"
#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace sharedserver;
using namespace sharedserver::test;

class TestCompletion : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void theScriptLoadsInSilence_data();
    void theScriptLoadsInSilence();
    void wordsAreOffered_data();
    void wordsAreOffered();
    void everyOptionIsOffered_data();
    void everyOptionIsOffered();
    void namesAreOfferedWhereOneGoes_data();
    void namesAreOfferedWhereOneGoes();
    void filesAreOfferedWhereOneGoes_data();
    void filesAreOfferedWhereOneGoes();
    void namesWithColonsAreCompleted_data();
    void namesWithColonsAreCompleted();
    void withoutServersNothingIsOfferedOrMade_data();
    void withoutServersNothingIsOfferedOrMade();
    void namesOfFilesAreNotExecuted_data();
    void namesOfFilesAreNotExecuted();
    void theProgramIsCalledAsItWasTyped();
    void theBashScriptIsClean();

private:
    CommandResult complete(const QString &shell, const QStringList &words) const;
    QStringList offers(const QString &shell, const QStringList &words) const;
    void makeServers(const QStringList &names) const;

    std::unique_ptr<TestWorld> m_world;
    QByteArray m_path;
    QTemporaryDir m_zsh;
};

namespace {

void addShells()
{
    QTest::addColumn<QString>("shell");
    for (const char *shell : kShells)
        QTest::newRow(shell) << QString(shell);
}

bool isMissing(const QString &shell)
{
    return QStandardPaths::findExecutable(shell).isEmpty();
}

QStringList withoutConfiguration(const QString &shell)
{
    if (shell == "bash")
        return {"--norc", "--noprofile"};
    return {shell == "zsh" ? "-f" : "--no-config"};
}

CommandResult runShell(const QString &shell, const QStringList &arguments)
{
    QProcess process;
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(shell, withoutConfiguration(shell) + arguments);
    return finish(&process);
}

QStringList wordsOf(const CommandEntry &entry)
{
    const QString name = entry.spec->name;
    return entry.group == CommandGroup::Admin ? QStringList{"admin", name} : QStringList{name};
}

bool takesName(const CommandEntry &entry)
{
    return entry.spec->operands == Operands::ServerName
        || entry.spec->operands == Operands::OptionalServerName
        || entry.spec->operands == Operands::ServerNames;
}

} // namespace

void TestCompletion::initTestCase()
{
    m_path = qgetenv("PATH");
    const QFileInfo program(programUnderTest());
    qputenv("PATH", QFile::encodeName(program.path()) + ':' + m_path);
    qputenv("COMPDUMP", QFile::encodeName(m_zsh.filePath("compdump")));
}

void TestCompletion::init()
{
    m_world = std::make_unique<TestWorld>();
    for (const char *shell : kShells) {
        QFile file(m_world->path(QString("script.") + shell));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(run({"completion", shell}).output.toUtf8());
    }
}

void TestCompletion::cleanup()
{
    m_world.reset();
}

/// What the shell says when the last word is completed.
CommandResult TestCompletion::complete(const QString &shell, const QStringList &words) const
{
    return runShell(shell,
                    QStringList{QString(COMPLETION_DRIVERS "/complete.") + shell,
                                m_world->path("script." + shell)}
                        + words);
}

QStringList TestCompletion::offers(const QString &shell, const QStringList &words) const
{
    const auto result = complete(shell, words);
    if (!result.errors.isEmpty())
        qWarning("%s", qPrintable(result.errors));
    return result.output.split('\n', Qt::SkipEmptyParts);
}

void TestCompletion::makeServers(const QStringList &names) const
{
    for (const QString &name : names)
        m_world->writeLockFile(name + ".server.json", "{}");
}

void TestCompletion::theScriptLoadsInSilence_data()
{
    addShells();
}

void TestCompletion::theScriptLoadsInSilence()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    const QString load =
        shell == "zsh" ? "autoload -Uz compinit; compinit -u -C -d \"$COMPDUMP\"; " : "";
    const auto loaded =
        runShell(shell, {"-c", load + "source '" + m_world->path("script." + shell) + "'"});
    QCOMPARE(loaded.exitCode, 0);
    QCOMPARE(loaded.output, "");
    QCOMPARE(loaded.errors, "");
    QVERIFY(!QFileInfo::exists(m_world->lockDirectoryPath()));
}

void TestCompletion::wordsAreOffered_data()
{
    QTest::addColumn<QString>("shell");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QStringList>("wanted");
    QTest::addColumn<QStringList>("unwanted");

    for (const char *shell : kShells) {
        const auto row = [shell](const char *title, const QStringList &words,
                                 const QStringList &wanted, const QStringList &unwanted = {}) {
            QTest::addRow("%s: %s", shell, title) << QString(shell) << words << wanted << unwanted;
        };
        row("commands", {""}, commandNames(false), {"watch", "complete-names", "lockdir", "web"});
        row("commands by their beginning", {"un"}, {"unuse"}, {"use", "list"});
        row("admin commands", {"admin", ""}, commandNames(true), {"use", "watch", "admin"});
        row("options of the program", {"--"}, {"--help", "--version"}, {"use"});
        row("no options of others", {"list", "--"}, {"--json"}, {"--force", "--pid"});
        row("options behind a name", {"use", "web", "--me"}, {"--metadata"}, {"--pid"});
        row("durations", {"use", "web", "--grace-period", ""}, {"5m", "1h"}, {"web", "--pid"});
        row("shells", {"completion", ""}, {"bash", "zsh", "fish"});
        row("commands to explain", {"help", ""}, {"use", "list"}, {"watch"});
        row("commands to run", {"use", "web", "--", "sharedser"}, {"sharedserver"});
        row("commands for admin start", {"admin", "start", "web", "--", "sharedser"},
            {"sharedserver"});
        row("commands behind options", {"use", "--env", "A=1", "web", "--", "sharedser"},
            {"sharedserver"});
        row("no options of ours for what is run", {"use", "web", "--", "sharedserver", "--"}, {},
            {"--metadata", "--grace-period"});
        row("nothing after the name", {"info", "web", ""}, {}, {"web", "info"});
    }
}

void TestCompletion::wordsAreOffered()
{
    QFETCH(QString, shell);
    QFETCH(QStringList, words);
    QFETCH(QStringList, wanted);
    QFETCH(QStringList, unwanted);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    makeServers({"web"});
    const QStringList offered = offers(shell, words);
    for (const QString &word : std::as_const(wanted))
        QVERIFY2(offered.contains(word), qPrintable(word + " is not in: " + offered.join(' ')));
    for (const QString &word : std::as_const(unwanted))
        QVERIFY2(!offered.contains(word), qPrintable(word + " is in: " + offered.join(' ')));
}

void TestCompletion::everyOptionIsOffered_data()
{
    addShells();
}

void TestCompletion::everyOptionIsOffered()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group == CommandGroup::Hidden)
            continue;
        QStringList expected{"--help"};
        for (const CommandOption &option : entry.spec->options)
            expected.append(QString("--") + option.name);
        QList<QStringList> spellings{wordsOf(entry)};
        if (entry.isShortcut)
            spellings.append({QStringList{entry.spec->name}});
        if (entry.spec->alias)
            spellings.append({QStringList{entry.spec->alias}});
        for (const QStringList &words : std::as_const(spellings)) {
            QStringList offered = offers(shell, words + QStringList{"--"});
            offered.sort();
            offered.removeDuplicates();
            expected.sort();
            QVERIFY2(offered == expected, qPrintable(words.join(' ') + ": " + offered.join(' ')));
        }
    }
}

void TestCompletion::namesAreOfferedWhereOneGoes_data()
{
    addShells();
}

void TestCompletion::namesAreOfferedWhereOneGoes()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    makeServers({"web", "a+b", "redis-1", "x_y.z"});
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group == CommandGroup::Hidden)
            continue;
        QStringList offered = offers(shell, wordsOf(entry) + QStringList{""});
        offered.sort();
        if (takesName(entry))
            QCOMPARE(offered, (QStringList{"a+b", "redis-1", "web", "x_y.z"}));
        else
            QVERIFY2(!offered.contains("redis-1"), entry.spec->name);
    }
    QCOMPARE(offers(shell, {"use", "--env", "A=1", "--metadata", "m", "we"}), QStringList{"web"});
    QCOMPARE(offers(shell, {"stop", "--force", "we"}), QStringList{"web"});
    QCOMPARE(offers(shell, {"logs", "-f", "-n", "5", "we"}), QStringList{"web"});
    QCOMPARE(offers(shell, {"events", "web", "--since", "5", "redi"}), QStringList{"redis-1"});
    QCOMPARE(offers(shell, {"use", "none"}), QStringList{});
}

void TestCompletion::filesAreOfferedWhereOneGoes_data()
{
    addShells();
}

void TestCompletion::filesAreOfferedWhereOneGoes()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    QVERIFY(QDir().mkpath(m_world->path("home/a-folder")));
    QFile file(m_world->path("home/a-file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QStringList done; // an option means the same for all commands that have it
    for (const CommandEntry &entry : commandTable()) {
        for (const CommandOption &option : entry.spec->options) {
            if (entry.group == CommandGroup::Hidden || option.kind == ValueKind::None
                || done.contains(option.name))
                continue;
            done.append(option.name);
            const bool isFile = option.kind == ValueKind::File;
            const bool isFolder = option.kind == ValueKind::Directory;
            const QStringList words{QString("--") + option.name, m_world->path("home/a-f")};
            const QString all = offers(shell, wordsOf(entry) + words).join(' ');
            const QString where = QString("--%1: %2").arg(option.name, all);
            QVERIFY2(all.contains("a-folder") == (isFile || isFolder), qPrintable(where));
            // What zsh tries on its way to folders is not told from what it offers.
            if (!isFolder || shell != "zsh")
                QVERIFY2(all.contains("a-file") == isFile, qPrintable(where));
        }
    }
}

void TestCompletion::namesWithColonsAreCompleted_data()
{
    addShells();
}

void TestCompletion::namesWithColonsAreCompleted()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    makeServers({"db:main", "db:test", "web"});
    // Readline takes the colon for the end of a word, and wants only what is behind it.
    const QString head = shell == "bash" ? "" : "db:";
    QCOMPARE(offers(shell, {"info", "db:m"}), QStringList{head + "main"});
    QStringList both = offers(shell, {"info", "d"});
    both.sort();
    QCOMPARE(both, (QStringList{"db:main", "db:test"}));
    QVERIFY(offers(shell, {"use", "db:main", "--met"}).contains("--metadata"));
    QVERIFY(!offers(shell, {"use", "db:main", ""}).contains("web"));
}

void TestCompletion::withoutServersNothingIsOfferedOrMade_data()
{
    addShells();
}

void TestCompletion::withoutServersNothingIsOfferedOrMade()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    for (const bool hasDirectory : {false, true}) {
        if (hasDirectory)
            m_world->lockDirectory();
        const auto result = complete(shell, {"use", ""});
        QCOMPARE(result.output.trimmed(), "");
        QCOMPARE(result.errors, "");
        QCOMPARE(QFileInfo::exists(m_world->lockDirectoryPath()), hasDirectory);
    }
    // No watcher has been started for it.
    QVERIFY(QDir(m_world->lockDirectoryPath())
                .isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void TestCompletion::namesOfFilesAreNotExecuted_data()
{
    addShells();
}

void TestCompletion::namesOfFilesAreNotExecuted()
{
    QFETCH(QString, shell);
    if (isMissing(shell))
        QSKIP("This shell is not installed.");
    const QString trap = m_world->path("trap").replace('/', "${HOME:0:1}");
    makeServers({"web", "$(touch " + trap + ")", "`touch " + trap + "`", "a b", "*", ";id"});
    QCOMPARE(offers(shell, {"info", ""}), QStringList{"web"});
    QVERIFY(!QFileInfo::exists(m_world->path("trap")));
}

void TestCompletion::theProgramIsCalledAsItWasTyped()
{
    if (isMissing("bash"))
        QSKIP("There is no bash here.");
    makeServers({"web"});
    QDir home(m_world->path("home"));
    QVERIFY(home.mkdir("bin"));
    QVERIFY(QFile::link(programUnderTest(), home.filePath("bin/sharedserver")));
    const auto offered =
        runShell("bash",
                 {"-c",
                  "source \"$0\"; COMP_WORDS=('~/bin/sharedserver' info ''); COMP_CWORD=2;"
                  "COMP_LINE='~/bin/sharedserver info ' PATH=/usr/bin:/bin; _sharedserver;"
                  "echo \"${COMPREPLY[@]}\"",
                  m_world->path("script.bash")});
    QCOMPARE(offered.output, "web\n");
}

void TestCompletion::theBashScriptIsClean()
{
    if (isMissing("shellcheck"))
        QSKIP("There is no shellcheck here.");
    QProcess process;
    process.start("shellcheck", {"-s", "bash", m_world->path("script.bash")});
    const auto result = finish(&process);
    QVERIFY2(result.exitCode == 0, qPrintable(result.output));
}

QTEST_GUILESS_MAIN(TestCompletion)
#include "tst_completion.moc"
