#include "tests/support/codeblocks.h"

#include <QFile>
#include <QRegularExpression>

namespace sharedserver::test {

namespace {

constexpr char kFence[] = "```";

} // namespace

QStringList CodeBlock::promisedLines() const
{
    const QString mark = QStringLiteral("# prints: ");
    QStringList promises;
    const QStringList lines = code.split(QLatin1Char('\n'));
    for (const QString &text : lines) {
        if (text.startsWith(mark))
            promises.append(text.mid(mark.size()));
    }
    return promises;
}

QList<CodeBlock> codeBlocks(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("Cannot read %s", qPrintable(path));
    QList<CodeBlock> blocks;
    QString section;
    bool isInside = false;
    int number = 0;
    const QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
    for (const QString &line : lines) {
        ++number;
        if (isInside && line == QLatin1String(kFence)) {
            isInside = false;
        } else if (isInside) {
            blocks.last().code += line + QLatin1Char('\n');
        } else if (line.startsWith(QLatin1String(kFence))) {
            const QStringList words = line.mid(3).split(QLatin1Char(' '));
            blocks.append({section, words.value(0), words.value(1), {}, number});
            isInside = true;
        } else if (line.startsWith(QLatin1String("## "))) {
            section = line.mid(3);
        }
    }
    return blocks;
}

bool matchesPromise(const QString &line, const QString &promise)
{
    const QString pattern = QRegularExpression::escape(promise).replace(
        QRegularExpression::escape(QStringLiteral("…")), QStringLiteral(".*"));
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(line).hasMatch();
}

} // namespace sharedserver::test
