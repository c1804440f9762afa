#pragma once

#include "core/base/error.h"

#include <QJsonValue>

#include <functional>
#include <optional>

namespace sharedserver {

/// The value of an environment variable (as textFromBytes() makes it), nothing where it is not set.
using VariableLookup = std::function<std::optional<QString>(const QString &name)>;

/// The environment of this process.
VariableLookup processVariables();

/// Replaces a leading `~/`, `$NAME`, `${NAME}`, `${NAME:-default}` (which also counts where NAME is
/// empty), and `$$` by a dollar. A dollar before anything else stays. Values are not looked at
/// again, so none can smuggle in another variable. Kind::Corrupt where a variable is neither set
/// nor has a default, or a `${` does not end.
Result<QString> expandVariables(const QString &text, const VariableLookup &variables);

/// The same in every string value inside of `value`, but never in a key. An error begins with
/// where it is: `path`, then the keys and indices that lead there (`servers.web.args[1]`).
Result<QJsonValue> expandVariables(const QJsonValue &value, const QString &path,
                                   const VariableLookup &variables);

} // namespace sharedserver
