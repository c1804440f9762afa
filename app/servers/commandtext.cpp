#include "app/servers/commandtext.h"

#include "core/base/bytes.h"

#include <QRegularExpression>
#include <QStringList>

namespace sharedserver {

QByteArrayList commandFromText(const QString &text)
{
    static const QRegularExpression shellCharacters(QStringLiteral("[^\\w\\s./:=@%+,-]"),
                                                    QRegularExpression::UseUnicodePropertiesOption);
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return {};
    if (trimmed.contains(shellCharacters))
        return {"/bin/sh", "-c", bytesFromText(trimmed)};
    QByteArrayList words;
    const QStringList parts = trimmed.simplified().split(QLatin1Char(' '));
    for (const QString &part : parts)
        words.append(bytesFromText(part));
    // An assignment in front is the shell's business too.
    if (words.first().contains('='))
        return {"/bin/sh", "-c", bytesFromText(trimmed)};
    return words;
}

} // namespace sharedserver
