#pragma once

#include "tests/support/testclient.h"

#include <QStringList>

namespace sharedserver::test {

/// The arguments for a client's `use` of a server "web".
QStringList useWeb(const TestClient &client, const QString &grace = "5m");

} // namespace sharedserver::test
