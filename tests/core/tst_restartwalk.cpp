// Random orders of what can be asked of a server with a restart policy and what can happen to it:
// each request is answered once, and in the end nothing is left of the server.

#include "tests/core/supervisorbench.h"
#include "tests/support/patience.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>
#include <utility>

using namespace sharedserver;
using namespace sharedserver::test;
using namespace std::chrono_literals;

class TestRestartWalk : public QObject
{
    Q_OBJECT
private slots:
    void walks_data();
    void walks();
};

namespace {

class Walk
{
public:
    explicit Walk(quint32 seed)
        : m_random(seed)
    {
        m_spec.command = {"/bin/sh", "-c", "test -e \"$0\" && exit 5; exec \"$@\"",
                          QFile::encodeName(m_failure), TEST_SERVER};
        if (m_random.bounded(2))
            m_spec.command.append("--ignore-term");
        m_spec.restart = m_random.bounded(2) ? RestartPolicy::Always : RestartPolicy::OnFailure;
        if (m_random.bounded(2))
            m_spec.ready = *ReadyCheck::fromWord("exec:true");
    }

    QString step();
    /// What is wrong after all; nothing where all is right.
    QString finish();

private:
    void ask(const Answer &answer) { m_answers.append(answer); }
    QString request();
    QString event();
    void beginHandOver();
    void endHandOver();
    void pass();
    bool areAllAnswered() const;

    QRandomGenerator m_random;
    SupervisorBench m_bench;
    TestClient m_clients[2];
    const QString m_failure = m_bench.world.path("failure"); ///< no start succeeds where it is
    LaunchSpec m_spec = m_bench.testServer();
    QList<Answer> m_answers;
    bool m_isHandingOver = false;
    std::optional<std::map<QString, HandedOver>> m_handedOver;
};

QString Walk::step()
{
    endHandOver();
    // A watcher that hands over listens to nobody.
    const QString what = m_isHandingOver || m_random.bounded(2) ? event() : request();
    for (const Answer &answer : std::as_const(m_answers)) {
        if (answer.count() > 1)
            return "answered twice after " + what;
    }
    return {};
}

QString Walk::request()
{
    const TestClient &client = m_clients[m_random.bounded(2)];
    switch (m_random.bounded(9)) {
    case 0:
    case 1:
        ask(m_bench.use("web", client, m_spec));
        return "use";
    case 2:
        ask(m_bench.unuse("web", client));
        return "unuse";
    case 3:
    case 4:
        ask(m_bench.restart("web", {.force = false, .timeout = 100ms}));
        return "restart";
    case 5:
        ask(m_bench.stop("web", {.force = m_random.bounded(2) == 0, .timeout = 100ms}));
        return "stop";
    case 6:
        ask(m_bench.kill("web"));
        return "kill";
    case 7:
        ask(m_bench.wait("web", 1s));
        return "wait";
    default:
        beginHandOver();
        return "hand-over";
    }
}

QString Walk::event()
{
    const ProcessId server = m_bench.process("web");
    switch (m_random.bounded(8)) {
    case 0:
        if (server.isValid())
            ::kill(pid_t(server.pid), SIGKILL);
        return "end";
    case 1:
    case 2:
        if (!QFile::remove(m_failure) && !QFile::copy(QStringLiteral("/dev/null"), m_failure))
            qFatal("Cannot make %s", qPrintable(m_failure));
        return "failure";
    case 3:
        m_bench.clock.advance(std::chrono::seconds(m_random.bounded(10)));
        return "time";
    default:
        pass();
        return "time";
    }
}

/// As WatcherHost does it.
void Walk::beginHandOver()
{
    m_isHandingOver = true;
    m_bench.supervisor->whenQuiet([this] {
        m_handedOver = m_bench.supervisor->handOverState();
        m_bench.supervisor->abandon();
    });
}

void Walk::endHandOver()
{
    if (!m_handedOver)
        return;
    m_bench.replaceSupervisor(*std::exchange(m_handedOver, {}));
    m_isHandingOver = false;
    m_answers.clear(); // whoever waited asks again
}

/// Until something has happened, which it need not.
void Walk::pass()
{
    const auto events = m_bench.events.size();
    [[maybe_unused]] const bool hasHappened = QTest::qWaitFor(
        [&] {
            m_bench.clock.advance(5ms);
            return m_bench.events.size() > events;
        },
        m_random.bounded(100));
}

bool Walk::areAllAnswered() const
{
    return std::all_of(m_answers.cbegin(), m_answers.cend(),
                       [](const Answer &answer) { return answer.isThere(); });
}

QString Walk::finish()
{
    if (m_isHandingOver && !m_bench.passUntil([this] { return m_handedOver.has_value(); }))
        return "it is never quiet";
    endHandOver();
    if (!m_bench.passUntil([this] { return areAllAnswered(); }))
        return "not answered";
    const Answer kill = m_bench.kill("web");
    if (!m_bench.passUntil([&] { return kill.isThere() && m_bench.supervisor->isEmpty(); }))
        return "not killed: " + kill.message();
    for (const char *file : {"web.server.json", "web.clients.json"}) {
        if (m_bench.world.hasLockFile(file))
            return QString(file) + " is left";
    }
    if (!QTest::qWaitFor([this] { return m_bench.world.processCount(TEST_SERVER) == 0; },
                         kPatienceMs))
        return "a server is left";
    return {};
}

} // namespace

void TestRestartWalk::walks_data()
{
    QTest::addColumn<quint32>("seed");
    const quint32 walks = qEnvironmentVariableIntValue("SHAREDSERVER_TEST_WALKS");
    for (quint32 seed = 1; seed <= (walks ? walks : 12); ++seed)
        QTest::addRow("%u", seed) << seed;
}

void TestRestartWalk::walks()
{
    QFETCH(const quint32, seed);
    Walk walk(seed);
    for (int step = 0; step < 60; ++step) {
        const QString problem = walk.step();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    const QString problem = walk.finish();
    QVERIFY2(problem.isEmpty(), qPrintable(problem));
}

QTEST_GUILESS_MAIN(TestRestartWalk)
#include "tst_restartwalk.moc"
