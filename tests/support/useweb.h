#pragma once

#include "tests/support/testclient.h"

#include <QStringList>

namespace sharedserver::test {

/// The arguments for a client's `use` of a server "web", which the test server is.
QStringList useWeb(const TestClient &client, const QStringList &options = {});

/// Uses a server; fails the test where that fails.
void use(const QString &name, const TestClient &client, const QStringList &server = {TEST_SERVER});

} // namespace sharedserver::test
