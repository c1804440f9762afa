#include "tests/support/useweb.h"

#include "tests/support/commandline.h"

#include <QTest>

namespace sharedserver::test {

QStringList useWeb(const TestClient &client, const QStringList &options)
{
    return QStringList{"use", "web", "--pid", client.pidText()} + options
        + QStringList{"--", TEST_SERVER};
}

void use(const QString &name, const TestClient &client, const QStringList &server)
{
    const auto used = run(QStringList{"use", name, "--pid", client.pidText(), "--"} + server);
    QVERIFY2(used.exitCode == 0, qPrintable(used.errors));
}

} // namespace sharedserver::test
