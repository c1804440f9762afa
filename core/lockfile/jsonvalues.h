#pragma once

#include <QJsonValue>

#include <optional>

namespace sharedserver {

/// A process id as lockfiles hold it: a whole number from 1 to 2^31 - 1. Nothing otherwise.
std::optional<qint64> pidFromJson(const QJsonValue &value);

/// A start stamp: a whole number up to 2^53, 0 ("not known") where there is none. Nothing where
/// something else stands there.
std::optional<quint64> stampFromJson(const QJsonValue &value);

} // namespace sharedserver
