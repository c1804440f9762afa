#pragma once

#include "core/base/error.h"

namespace sharedserver {

/// Whether `name` may name a server: 1 to 100 of `A-Z a-z 0-9 . _ @ : + -`, the first a letter or
/// a digit. Such a name is safe as the stem of a file name.
bool isServerName(QStringView name);

/// `name` itself, or an Error (Kind::Usage) that says what is wrong with it.
Result<QString> checkedServerName(const QString &name);

} // namespace sharedserver
