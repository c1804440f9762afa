#include "tests/core/restartscene.h"

#include <QTest>

namespace sharedserver::test {

using namespace std::chrono_literals;

RestartScene::RestartScene(RestartPolicy policy, const QStringList &options)
{
    LaunchSpec spec = bench.testServer(options);
    spec.restart = policy;
    isUp = bench.settle(bench.use("web", client, spec));
    bench.takeEvents();
}

bool RestartScene::end(int signal)
{
    const ProcessId server = bench.process("web");
    if (!server.isValid() || ::kill(pid_t(server.pid), signal) != 0)
        return false;
    return QTest::qWaitFor([&] { return !bench.process("web").isValid(); }, 30000);
}

qint64 RestartScene::pauseMs() const
{
    return bench.clock.now().msecsTo(bench.info("web").record->restartAt->time());
}

bool RestartScene::comeBack()
{
    bench.clock.advance(std::chrono::milliseconds(pauseMs()));
    const auto isFar = [&] { return bench.clock.hasAlarmWithin(5ms); };
    if (!QTest::qWaitFor(isFar, 30000))
        return false;
    for (int times = 0; times < 20 && !bench.events.contains("started web"); ++times)
        bench.clock.advance(5ms);
    return bench.events.contains("started web");
}

} // namespace sharedserver::test
