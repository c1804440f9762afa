// Marks and colours are for those who can see them, and nothing commands a terminal.

#include "tests/cli/handmadefiles.h"
#include "tests/support/commandline.h"
#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSocketNotifier>
#include <QTest>

#include <algorithm>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestTerminal : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void marksAreAsciiWithoutUtf8_data();
    void marksAreAsciiWithoutUtf8();
    void colourIsForTerminals_data();
    void colourIsForTerminals();
    void errorsAreColouredOnTerminals();
    void narrowTerminalsGetFewerColumns();
    void filesCannotCommandTheTerminal_data();
    void filesCannotCommandTheTerminal();
    void theLogCannotCommandTheTerminal();
    void logsKeepTheirColoursOnly();
};

namespace {

const QString kEscape = "\x1b[31mred\x1b]0;title\x07\x7f\r\b" + QString(QChar(0x9b)) + "2J"
    + QString(QChar(0x202e)) + QString(QChar(0x2028));

/// All but what text consists of.
bool isHarmless(const QString &text)
{
    static const QRegularExpression harmful(
        "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}\\x{2028}"
        "\\x{2029}]");
    return !text.contains(harmful);
}

/// Sets a variable of the environment for as long as it exists.
class Variable
{
public:
    Variable(const char *name, const QByteArray &value)
        : m_name(name)
        , m_before(qgetenv(name))
        , m_wasSet(qEnvironmentVariableIsSet(name))
    {
        value.isNull() ? qunsetenv(name) : qputenv(name, value);
    }
    ~Variable() { m_wasSet ? qputenv(m_name, m_before) : qunsetenv(m_name); }
    Variable(const Variable &) = delete;
    Variable &operator=(const Variable &) = delete;

private:
    const char *m_name;
    QByteArray m_before;
    bool m_wasSet;
};

/// A terminal to run commands on.
class Terminal
{
public:
    explicit Terminal(ushort columns)
        : m_master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    {
        if (m_master < 0 || grantpt(m_master) != 0 || unlockpt(m_master) != 0)
            qFatal("There is no terminal to test with");
        m_path = ptsname(m_master);
        m_slave = open(qPrintable(m_path), O_RDWR | O_NOCTTY | O_CLOEXEC);
        winsize size{};
        size.ws_col = columns;
        size.ws_row = 25;
        ioctl(m_slave, TIOCSWINSZ, &size);
    }
    ~Terminal()
    {
        close(m_slave);
        close(m_master);
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    /// Both outputs of `sharedserver` with these arguments.
    QString run(const QStringList &arguments)
    {
        QProcess process;
        process.setStandardOutputFile(m_path);
        process.setStandardErrorFile(m_path);
        // Read meanwhile: a terminal holds a few thousand bytes, and then its writer waits.
        QByteArray output;
        QSocketNotifier arrivals(m_master, QSocketNotifier::Read);
        QObject::connect(&arrivals, &QSocketNotifier::activated, [&] {
            char part[4096];
            const ssize_t count = read(m_master, part, sizeof(part));
            output.append(part, std::max<ssize_t>(0, count));
        });
        QEventLoop loop;
        QObject::connect(&process, &QProcess::finished, &loop, &QEventLoop::quit);
        startCommand(&process, arguments);
        loop.exec();
        return QString::fromUtf8(output + readRest()).remove('\r');
    }

private:
    /// What was written and is not read yet. The kernel passes it on by and by, so a mark is sent
    /// behind it.
    QByteArray readRest() const
    {
        constexpr char kMark = '\0';
        QByteArray output;
        if (write(m_slave, &kMark, 1) != 1)
            return output;
        char byte = 0;
        while (read(m_master, &byte, 1) == 1 && byte != kMark)
            output.append(byte);
        return output;
    }

    int m_master;
    int m_slave = -1;
    QString m_path;
};

} // namespace

void TestTerminal::init()
{
    qputenv("TERM", "xterm");
}

void TestTerminal::marksAreAsciiWithoutUtf8_data()
{
    QTest::addColumn<QByteArray>("all");
    QTest::addColumn<QByteArray>("language");
    QTest::addColumn<bool>("isUtf8");

    QTest::newRow("C") << QByteArray("C") << QByteArray("C.UTF-8") << false;
    QTest::newRow("POSIX") << QByteArray("POSIX") << QByteArray() << false;
    QTest::newRow("Latin 1") << QByteArray("de_DE.ISO-8859-1") << QByteArray() << false;
    QTest::newRow("nothing set") << QByteArray() << QByteArray() << false;
    QTest::newRow("UTF-8") << QByteArray("en_US.UTF-8") << QByteArray() << true;
    QTest::newRow("utf8") << QByteArray("C.utf8") << QByteArray("C") << true;
    QTest::newRow("a variant") << QByteArray("ca_ES.UTF-8@valencia") << QByteArray() << true;
    QTest::newRow("by LANG") << QByteArray() << QByteArray("de_DE.UTF-8") << true;
}

void TestTerminal::marksAreAsciiWithoutUtf8()
{
    QFETCH(QByteArray, all);
    QFETCH(QByteArray, language);
    QFETCH(bool, isUtf8);
    const TestWorld world;
    const EveryState states(world);
    const Variable lcAll("LC_ALL", all);
    const Variable lcType("LC_CTYPE", QByteArray());
    const Variable lang("LANG", language);
    const QString list = run({"list"}).output;
    const bool isAscii = !list.contains(QRegularExpression("[^\\x00-\\x7f]"));
    QCOMPARE(isAscii, !isUtf8);
    for (const char *mark : {" * Active", " ! Grace", " x Defunct", "\n------"})
        QCOMPARE(list.contains(mark), !isUtf8);
    QCOMPARE(run({"check", "nothing"}).output.startsWith("o "), !isUtf8);
}

void TestTerminal::colourIsForTerminals_data()
{
    QTest::addColumn<bool>("isTerminal");
    QTest::addColumn<QByteArray>("noColor");
    QTest::addColumn<QByteArray>("term");
    QTest::addColumn<bool>("isColoured");

    QTest::newRow("a terminal") << true << QByteArray() << QByteArray("xterm") << true;
    QTest::newRow("NO_COLOR") << true << QByteArray("1") << QByteArray("xterm") << false;
    QTest::newRow("an empty NO_COLOR") << true << QByteArray("") << QByteArray("xterm") << true;
    QTest::newRow("a dumb terminal") << true << QByteArray() << QByteArray("dumb") << false;
    QTest::newRow("a pipe") << false << QByteArray() << QByteArray("xterm") << false;
}

void TestTerminal::colourIsForTerminals()
{
    QFETCH(bool, isTerminal);
    QFETCH(QByteArray, noColor);
    QFETCH(QByteArray, term);
    QFETCH(bool, isColoured);
    const TestWorld world;
    const EveryState states(world);
    const Variable noColorSet("NO_COLOR", noColor);
    const Variable termSet("TERM", term);
    Terminal terminal(200);
    for (const QStringList &arguments : {QStringList{"list"}, {"check", "active"}}) {
        const QString text = isTerminal ? terminal.run(arguments) : run(arguments).output;
        QVERIFY2(text.contains("●"), qPrintable(text));
        QCOMPARE(text.contains("\x1b[32m●\x1b[0m"), isColoured);
        QCOMPARE(text.contains('\x1b'), isColoured);
        QCOMPARE(text.count("\x1b[0m") * 2, text.count('\x1b')); // each is ended
    }
    // What programs read is the same everywhere.
    QVERIFY(!terminal.run({"list", "--json"}).contains('\x1b'));
    QVERIFY(!terminal.run({"help"}).contains('\x1b'));
    QVERIFY(!terminal.run({"completion", "fish"}).contains('\x1b'));
}

void TestTerminal::errorsAreColouredOnTerminals()
{
    const TestWorld world;
    const Variable noColor("NO_COLOR", QByteArray());
    Terminal terminal(80);
    const QString text = terminal.run({"unuse", "nothing"});
    QCOMPARE(text,
             "\x1b[31msharedserver:\x1b[0m Server 'nothing' is not running. "
             "Start it with 'sharedserver use nothing -- COMMAND'.\n");
    QVERIFY(!run({"unuse", "nothing"}).errors.contains('\x1b'));
}

void TestTerminal::narrowTerminalsGetFewerColumns()
{
    const TestWorld world;
    const EveryState states(world);
    Terminal wide(120);
    QVERIFY(wide.run({"list"}).startsWith("NAME"));
    QVERIFY(wide.run({"list"}).contains("UPTIME"));
    Terminal narrow(20);
    const QStringList lines = narrow.run({"list"}).split('\n');
    // Those that scripts read stay.
    QCOMPARE(lines[0].simplified(), "NAME STATE PID REFCOUNT CLIENTS");
    QCOMPARE(lines[1].size(), 20);
}

void TestTerminal::filesCannotCommandTheTerminal_data()
{
    QTest::addColumn<QStringList>("arguments");

    QTest::newRow("list") << QStringList{"list"};
    QTest::newRow("info") << QStringList{"info", "web"};
    QTest::newRow("check") << QStringList{"check", "web"};
    QTest::newRow("debug") << QStringList{"debug", "web"};
    QTest::newRow("info of the unreadable") << QStringList{"info", "broken"};
    QTest::newRow("check of the unreadable") << QStringList{"check", "broken"};
    QTest::newRow("names for a shell") << QStringList{"complete-names"};
    QTest::newRow("doctor") << QStringList{"doctor"};
    QTest::newRow("list with the defined ones") << QStringList{"list", "--all"};
    QTest::newRow("list as JSON") << QStringList{"list", "--json"};
    QTest::newRow("info as JSON") << QStringList{"info", "web", "--json"};
    QTest::newRow("definitions") << QStringList{"config", "check"};
}

void TestTerminal::filesCannotCommandTheTerminal()
{
    QFETCH(QStringList, arguments);
    const TestWorld world;
    const TestClient server;
    writeServerFile(world, "web", server.pid(),
                    {{"command", QJsonArray{"web" + kEscape, kEscape, "a\nb"}},
                     {"working_dir", "/" + kEscape},
                     {"log_file", "/" + kEscape},
                     {"manager", kEscape},
                     {kEscape, kEscape},
                     {"watcher_pid", server.pid()}});
    writeClientsFile(world, "web", {{server.pid(), "me" + kEscape + "\nnext"}});
    world.writeLockFile("broken.server.json", "{\"pid\": \"\x1b[31m\", \x1b]0;x\x07}");
    writeServerFile(world, "strange", server.pid(), {{"grace_period", "5m" + kEscape}});
    world.writeLockFile(QString("odd" + kEscape + ".server.json").toUtf8(), "{}");
    const QJsonObject entry{{"timestamp", kEscape},
                            {"command", kEscape},
                            {"args", QJsonArray{"web", kEscape}},
                            {"result", "error"},
                            {"error", kEscape},
                            {"metadata", QJsonObject{{kEscape, kEscape}}}};
    world.writeLockFile("web.invocations.log",
                        QJsonDocument(entry).toJson(QJsonDocument::Compact) + "\n\x1b[31m\n");
    const QJsonObject definition{{"command", kEscape}, {"env", kEscape}, {kEscape, kEscape}};
    const QJsonObject definitions{{"web", definition}, {kEscape, definition}};
    QDir().mkpath(world.path("config/sharedserver"));
    QFile file(world.path("config/sharedserver/servers.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(QJsonObject{{"servers", definitions}, {kEscape, 1}}).toJson());
    file.close();
    const auto result = run(arguments);
    QVERIFY2(result.exitCode >= 0, "crashed");
    QVERIFY2(isHarmless(result.output),
             qPrintable(QString::fromLatin1(result.output.toUtf8().toPercentEncoding(" \n"))));
    QVERIFY2(isHarmless(result.errors), qPrintable(result.errors));
}

void TestTerminal::theLogCannotCommandTheTerminal()
{
    const TestWorld world;
    const TestClient client;
    const auto failed = run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--say",
                             "port is " + kEscape + " taken", "--exit", "3"});
    QCOMPARE(failed.exitCode, 1);
    QVERIFY2(failed.errors.contains("    port is "), qPrintable(failed.errors));
    QVERIFY2(failed.errors.contains(" taken\n"), qPrintable(failed.errors));
    QVERIFY(isHarmless(failed.errors));
}

void TestTerminal::logsKeepTheirColoursOnly()
{
    const TestWorld world;
    const TestClient client;
    const auto started = run({"use", "web", "--pid", client.pidText(), "--", TEST_SERVER, "--say",
                              "port is " + kEscape + " taken"});
    QCOMPARE(started.exitCode, 0);
    Terminal terminal(80);
    // Bytes for programs.
    QTRY_COMPARE(run({"logs", "web"}).output, "port is " + kEscape + " taken\n");
    QVERIFY(isHarmless(terminal.run({"logs", "web"})));
    const Variable noColor("NO_COLOR", QByteArray());
    QString coloured = terminal.run({"logs", "web"});
    QVERIFY2(coloured.startsWith("port is \x1b[31mred?\n?"), qPrintable(coloured));
    QVERIFY(coloured.endsWith("\x1b[0m")); // they do not stay
    QVERIFY(isHarmless(coloured.remove("\x1b[31m").remove("\x1b[0m")));
}

QTEST_GUILESS_MAIN(TestTerminal)
#include "tst_terminal.moc"
