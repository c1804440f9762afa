// NAME.invocations.log: an entry is one line whatever is in it, and reads back the same; of any
// file, the last entries are the end of any longer list of them.

#include "core/lockfile/invocationlog.h"
#include "tests/fuzz/fuzz.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>

using namespace sharedserver;

namespace {

QByteArray lineOf(const Invocation &entry)
{
    return QJsonDocument(entry.toJson()).toJson(QJsonDocument::Compact);
}

void tryLine(const QByteArray &line)
{
    const auto entry = Invocation::fromJson(line);
    if (!entry)
        return;
    const QByteArray written = lineOf(*entry);
    HOLDS(!written.contains('\n'));
    const auto again = Invocation::fromJson(written);
    HOLDS(again);
    HOLDS(again->command == entry->command && again->args == entry->args);
    HOLDS(again->error == entry->error && again->metadata == entry->metadata);
    HOLDS(lineOf(*again) == written);
}

/// What a caller can put into an entry, cannot make two of it.
void tryInjection(const InvocationLog &history, const QByteArray &input)
{
    InvocationLog log = history;
    const QString text = QString::fromUtf8(input);
    const qsizetype before = log.last(50).size();
    HOLDS(log.append(Invocation{.timestamp = {},
                                .command = text,
                                .args = {text, text},
                                .error = text,
                                .metadata = {{text, text}}}));
    const QList<Invocation> after = log.last(50);
    HOLDS(after.size() == before + 1 || before == 50);
    HOLDS(after.last().args.size() == 2 && after.last().args.last() == after.last().command);
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    const QByteArrayList lines = input.split('\n');
    for (const QByteArray &line : lines)
        tryLine(line);

    static const QTemporaryDir folder;
    static const auto directory = LockDirectory::open({folder.path(), true});
    HOLDS(directory && !directory->isMissing());
    QFile file(folder.filePath(QStringLiteral("web.invocations.log")));
    // Never emptied on the way, which some file systems answer by waiting for the disk.
    HOLDS(file.open(QIODevice::ReadWrite) && file.resize(input.size()));
    HOLDS(file.write(input) == input.size());
    file.close();
    const InvocationLog history(*directory, QStringLiteral("web"));
    const QList<Invocation> few = history.last(2);
    const QList<Invocation> more = history.last(5);
    HOLDS(few.size() <= 2 && few.size() <= more.size());
    for (qsizetype i = 1; i <= few.size(); ++i)
        HOLDS(lineOf(few[few.size() - i]) == lineOf(more[more.size() - i]));
    if (input.size() < InvocationLog::kMaxBytes / 8)
        tryInjection(history, input);
}
