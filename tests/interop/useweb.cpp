#include "tests/interop/useweb.h"

namespace sharedserver::test {

QStringList useWeb(const TestClient &client, const QString &grace)
{
    return {"use", "web", "--pid", client.pidText(), "--grace-period", grace, "--", TEST_SERVER};
}

} // namespace sharedserver::test
