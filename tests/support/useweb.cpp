#include "tests/support/useweb.h"

namespace sharedserver::test {

QStringList useWeb(const TestClient &client, const QStringList &options)
{
    return QStringList{"use", "web", "--pid", client.pidText()} + options
        + QStringList{"--", TEST_SERVER};
}

} // namespace sharedserver::test
