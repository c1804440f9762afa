#pragma once

#include <QString>

#include <optional>

namespace sharedserver {

/// Whether a server that ends by itself while clients use it is started again.
enum class RestartPolicy { Never, OnFailure, Always };

/// `never`, `on-failure`, `always`.
QString restartPolicyWord(RestartPolicy policy);
std::optional<RestartPolicy> restartPolicyFromWord(const QString &word);

} // namespace sharedserver
