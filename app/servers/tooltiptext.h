#pragma once

#include <QString>

namespace sharedserver {

/// A tool tip that shows this text as it is, whatever characters it has, and wraps it. Qt takes a
/// text for rich where it sees tags, and only then would read escapes.
QString toolTipText(const QString &text);

} // namespace sharedserver
