#pragma once

#include "tests/support/testclient.h"
#include "tests/support/testworld.h"

#include <QJsonObject>
#include <QStringList>

namespace sharedserver::test {

/// Puts a file with these servers where every command of the test finds it.
void define(const TestWorld &world, const QJsonObject &servers);

/// A server "web" that starts, defined with more than its command.
QJsonObject web(const QJsonObject &more = {});

/// `use` of it, without a command.
QStringList useDefined(const TestClient &client);

} // namespace sharedserver::test
