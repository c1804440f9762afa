#include "tests/support/testclient.h"

namespace sharedserver::test {

TestClient::TestClient()
{
    m_process.start(QStringLiteral("sleep"), {QStringLiteral("3600")});
    m_process.waitForStarted();
    m_id = ProcessId::of(m_process.processId());
}

TestClient::~TestClient()
{
    kill();
}

void TestClient::kill()
{
    m_process.kill();
    m_process.waitForFinished();
}

} // namespace sharedserver::test
