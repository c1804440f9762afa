#pragma once

#include <QByteArrayList>

namespace sharedserver::test {

/// What that process was started with, as entries `K=V` in their order.
QByteArrayList environmentOf(qint64 pid);

} // namespace sharedserver::test
