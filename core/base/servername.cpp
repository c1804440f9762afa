#include "core/base/servername.h"

#include <algorithm>

namespace sharedserver {

namespace {

constexpr qsizetype kLongestName = 100;

bool isLetterOrDigit(QChar c)
{
    const char16_t code = c.unicode();
    return (code >= u'a' && code <= u'z') || (code >= u'A' && code <= u'Z')
        || (code >= u'0' && code <= u'9');
}

bool isAllowed(QChar c)
{
    return isLetterOrDigit(c) || QStringView(u"._@:+-").contains(c);
}

} // namespace

bool isServerName(QStringView name)
{
    return !name.isEmpty() && name.size() <= kLongestName && isLetterOrDigit(name.front())
        && std::all_of(name.begin(), name.end(), isAllowed);
}

Result<QString> checkedServerName(const QString &name)
{
    if (isServerName(name))
        return name;
    return failure(Error::Kind::Usage,
                   QStringLiteral("'%1' is not a server name. Use 1 to 100 letters, digits and "
                                  "._@:+-, beginning with a letter or a digit.")
                       .arg(name.left(kLongestName)));
}

} // namespace sharedserver
