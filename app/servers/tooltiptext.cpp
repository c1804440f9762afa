#include "app/servers/tooltiptext.h"

#include "core/base/displaycommand.h"

namespace sharedserver {

QString toolTipText(const QString &text)
{
    if (text.isEmpty())
        return {};
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>")
        .arg(printableLines(text).toHtmlEscaped());
}

} // namespace sharedserver
