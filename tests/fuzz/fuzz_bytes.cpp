// Bytes that are no text survive being one, through JSON too; and our own JSON writer writes what
// Qt reads back the same, without anything that a terminal would obey.

#include "core/base/bytes.h"
#include "core/base/displaycommand.h"
#include "core/base/jsonwriter.h"
#include "core/base/shelltext.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace sharedserver;

namespace {

bool isObeyed(QChar c)
{
    return isDisplayCommand(c) && c != QLatin1Char('\n');
}

void tryJsonWriter(const QString &text)
{
    JsonWriter writer;
    writer.beginObject();
    writer.member("text", text);
    writer.member("list", QStringList{text, text});
    writer.endObject();
    const QByteArray json = writer.take();
    QJsonParseError problem;
    const QJsonObject read = QJsonDocument::fromJson(json, &problem).object();
    HOLDS(problem.error == QJsonParseError::NoError);
    HOLDS(read.value(QLatin1String("text")).toString() == text);
    HOLDS(read.value(QLatin1String("list")).toArray().at(1).toString() == text);
    const QString shown = QString::fromUtf8(json);
    HOLDS(std::none_of(shown.begin(), shown.end(), isObeyed));
}

/// The words of a command line that has no quotes but single ones and \' (POSIX shell, 2.2).
QStringList asShellReads(const QString &line)
{
    QStringList words{QString()};
    bool isQuoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const QChar c = line[i];
        if (c == QLatin1Char('\''))
            isQuoted = !isQuoted;
        else if (!isQuoted && c == QLatin1Char(' '))
            words.append(QString());
        else if (!isQuoted && c == QLatin1Char('\\') && i + 1 < line.size())
            words.last() += line[++i];
        else
            words.last() += c;
    }
    return words;
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const QString text = textFromBytes(input);
    HOLDS(bytesFromText(text) == input);
    HOLDS(isValidUtf8(input) == (displayText(input).toUtf8() == input));

    const QByteArrayList list = input.split('\0');
    const QJsonDocument document(jsonFromBytes(list));
    const QByteArray json = document.toJson(QJsonDocument::Compact);
    HOLDS(!json.contains('\n'));
    HOLDS(bytesFromJson(QJsonDocument::fromJson(json).array()) == list);

    tryJsonWriter(text);
    QStringList words;
    for (const QByteArray &word : list)
        words.append(displayText(word));
    HOLDS(asShellReads(shellText(list)) == words);
}
