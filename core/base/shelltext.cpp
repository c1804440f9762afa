#include "core/base/shelltext.h"

#include "core/base/bytes.h"

#include <QStringList>

#include <algorithm>
#include <cstring>

namespace sharedserver {

namespace {

bool needsNoQuotes(const QByteArray &argument)
{
    return !argument.isEmpty() && std::all_of(argument.cbegin(), argument.cend(), [](char c) {
        const bool isWordCharacter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return isWordCharacter || std::strchr("_-./:=@%+,", c);
    });
}

} // namespace

QString shellText(const QByteArrayList &command)
{
    QStringList words;
    for (const QByteArray &argument : command) {
        QString word = displayText(argument);
        if (!needsNoQuotes(argument)) {
            word.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
            word = QLatin1Char('\'') + word + QLatin1Char('\'');
        }
        words.append(word);
    }
    return words.join(QLatin1Char(' '));
}

} // namespace sharedserver
