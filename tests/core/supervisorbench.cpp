#include "tests/core/supervisorbench.h"

#include "core/process/callercontext.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace sharedserver::test {

QString Answer::word() const
{
    return m_state->word;
}

Done Answer::done() const
{
    return [state = m_state](const Result<Outcome> &result) {
        ++state->count;
        state->word = result ? result->word : "error: " + errorKindWord(result.error().kind);
        state->message = result ? QString() : result.error().message;
        if (!result)
            state->logTail = result.error().details.value("log_tail").toVariant().toStringList();
    };
}

SupervisorBench::SupervisorBench()
    : supervisor(std::make_unique<Supervisor>(world.lockDirectory(), &clock))
{
    listen();
}

SupervisorBench::~SupervisorBench()
{
    supervisor.reset();
}

LaunchSpec SupervisorBench::testServer(const QStringList &options, const QString &grace) const
{
    LaunchSpec spec;
    spec.command = {TEST_SERVER};
    for (const QString &option : options)
        spec.command.append(QFile::encodeName(option));
    spec.environment = CallerContext::current().environment;
    spec.workingDirectory = QFile::encodeName(QDir::currentPath());
    spec.gracePeriod = grace;
    return spec;
}

Answer SupervisorBench::use(const QString &name, const TestClient &client, const LaunchSpec &spec)
{
    Answer answer;
    supervisor->use(name, {client.id()}, spec, answer.done());
    return answer;
}

Answer SupervisorBench::start(const QString &name, const LaunchSpec &spec)
{
    Answer answer;
    supervisor->start(name, {}, spec, answer.done());
    return answer;
}

Answer SupervisorBench::unuse(const QString &name, const TestClient &client)
{
    Answer answer;
    supervisor->unuse(name, client.id(), answer.done());
    return answer;
}

Answer SupervisorBench::stop(const QString &name, const StopOptions &options)
{
    Answer answer;
    supervisor->stop(name, options, answer.done());
    return answer;
}

Answer SupervisorBench::restart(const QString &name, const StopOptions &options)
{
    LaunchSpec caller = testServer();
    caller.command.clear(); // the command of before
    Answer answer;
    supervisor->restart(name, caller, options, answer.done());
    return answer;
}

Answer SupervisorBench::kill(const QString &name)
{
    Answer answer;
    supervisor->kill(name, answer.done());
    return answer;
}

Answer SupervisorBench::wait(const QString &name, std::optional<std::chrono::milliseconds> patience,
                             const std::optional<ReadyCheck> &check)
{
    Answer answer;
    supervisor->waitReady(name, check, patience, answer.done());
    return answer;
}

bool SupervisorBench::settle(const Answer &answer)
{
    const auto isFar = [&] { return answer.isThere() || clock.hasAlarmWithin(kSettleTime); };
    if (!QTest::qWaitFor(isFar, kPatienceMs))
        return false;
    // It may take several such times, but not for ever.
    for (int times = 0; times < kMostSettleTimes && !answer.isThere(); ++times)
        clock.advance(kSettleTime);
    return answer.isThere();
}

bool SupervisorBench::started(const QString &name, const TestClient &client,
                              const QStringList &options, const QString &grace)
{
    const QString ready = world.path(name + ".ready");
    QFile::remove(ready);
    const Answer answer =
        use(name, client, testServer(options + QStringList{"--dump", ready}, grace));
    return settle(answer) && answer.word() == "started"
        && QTest::qWaitFor([&] { return QFile::exists(ready); }, kPatienceMs);
}

bool SupervisorBench::passUntil(const std::function<bool()> &holds, std::chrono::milliseconds step)
{
    const auto hasCome = [&] {
        if (holds())
            return true;
        clock.advance(step);
        return holds();
    };
    return QTest::qWaitFor(hasCome, kPatienceMs);
}

void SupervisorBench::replaceSupervisor(const std::map<QString, HandedOver> &handedOver)
{
    supervisor->abandon();
    supervisor = std::make_unique<Supervisor>(world.lockDirectory(), &clock);
    listen();
    supervisor->adoptAll(handedOver);
}

ProcessId SupervisorBench::process(const QString &name) const
{
    const ServerInfo now = info(name);
    return now.isRunning() && now.record ? now.record->server : ProcessId();
}

void SupervisorBench::listen()
{
    const auto note = [this](const char *event) {
        return [this, event](const ServerInfo &server) { events.append(event + server.name); };
    };
    QObject::connect(supervisor.get(), &Supervisor::serverStarted, note("started "));
    QObject::connect(supervisor.get(), &Supervisor::serverReady, note("ready "));
    QObject::connect(supervisor.get(), &Supervisor::serverAttached, note("attached "));
    QObject::connect(supervisor.get(), &Supervisor::serverDetached, note("detached "));
    QObject::connect(supervisor.get(), &Supervisor::serverGrace, note("grace "));
    QObject::connect(supervisor.get(), &Supervisor::serverStopped,
                     [this](const ServerInfo &server, const QString &reason) {
                         events.append("stopped " + server.name + " (" + reason + ")");
                     });
    QObject::connect(supervisor.get(), &Supervisor::serverFailed,
                     [this](const ServerInfo &server) { events.append("failed " + server.name); });
}

} // namespace sharedserver::test
