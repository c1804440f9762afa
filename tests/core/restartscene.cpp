#include "tests/core/restartscene.h"

#include "tests/support/patience.h"

#include <QFile>
#include <QTest>

namespace sharedserver::test {

using namespace std::chrono_literals;

RestartScene::RestartScene(RestartPolicy policy, const QStringList &options)
{
    // Last, so that it has done all else that it was told when the file is there.
    const QString ready = bench.world.path("web.ready");
    LaunchSpec spec = bench.testServer(options + QStringList{"--dump", ready});
    spec.restart = policy;
    isUp = bench.settle(bench.use("web", client, spec))
        && QTest::qWaitFor([&] { return QFile::exists(ready); }, kPatienceMs);
    bench.takeEvents();
}

bool RestartScene::end(int signal)
{
    const ProcessId server = bench.process("web");
    if (!server.isValid() || ::kill(pid_t(server.pid), signal) != 0)
        return false;
    return QTest::qWaitFor([&] { return !bench.process("web").isValid(); }, kPatienceMs);
}

qint64 RestartScene::pauseMs() const
{
    return bench.clock.now().msecsTo(bench.info("web").record->restartAt->time());
}

bool RestartScene::comeBack()
{
    bench.clock.advance(std::chrono::milliseconds(pauseMs()));
    const auto isFar = [&] { return bench.clock.hasAlarmWithin(SupervisorBench::kSettleTime); };
    if (!QTest::qWaitFor(isFar, kPatienceMs))
        return false;
    for (int times = 0;
         times < SupervisorBench::kMostSettleTimes && !bench.events.contains("started web");
         ++times)
        bench.clock.advance(SupervisorBench::kSettleTime);
    return bench.events.contains("started web");
}

} // namespace sharedserver::test
