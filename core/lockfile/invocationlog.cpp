#include "core/lockfile/invocationlog.h"

#include "core/base/timestamp.h"
#include "core/process/filedescriptor.h"
#include "core/process/filestatus.h"
#include "core/process/wholetransfer.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

constexpr char kOldSuffix[] = ".1";
// What is looked for mostly is the last start or end.
constexpr int kFewEntries = 16;
// Other tools set no bound to a history. What lies further back matters to nobody.
constexpr qint64 kMostSearched = 4 * InvocationLog::kMaxBytes;

/// Not open, and errno says why, where there is no regular file of ours.
FileDescriptor openLog(const LockDirectory &directory, const QByteArray &name, int flags)
{
    FileDescriptor file(openat(directory.descriptor(), name.constData(),
                               flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    if (!file.isOpen())
        return file;
    const auto status = FileStatus::of(file.get());
    if (!status || !status->isRegular() || !status->isOurs()) {
        file.reset();
        errno = EPERM;
    }
    return file;
}

/// Whether the last line has no end.
bool isTorn(int file, qint64 size)
{
    const QByteArray last = size > 0 ? readAt(file, size - 1, 1) : QByteArray();
    return !last.isEmpty() && last != "\n"; // where it cannot be read, nobody knows
}

/// At least the last `most` lines, and as little more as possible.
QByteArray readTail(const LockDirectory &directory, const QByteArray &name, int most)
{
    QByteArray tail;
    const FileDescriptor file = openLog(directory, name, O_RDONLY);
    const auto status = FileStatus::of(file.get());
    if (!status)
        return tail;
    constexpr qint64 kChunk = 16 * 1024;
    qint64 begin = status->size();
    const qint64 end = std::max<qint64>(0, begin - kMostSearched);
    qsizetype lines = 0;
    while (begin > end && lines <= most) {
        const qint64 size = std::min(kChunk, begin - end);
        begin -= size;
        const QByteArray chunk = readAt(file.get(), begin, size);
        if (chunk.isEmpty())
            break;
        lines += chunk.count('\n');
        tail.prepend(chunk);
    }
    return tail;
}

} // namespace

QJsonObject Invocation::toJson() const
{
    return {{QStringLiteral("timestamp"), timestamp},
            {QStringLiteral("command"), command},
            {QStringLiteral("args"), QJsonArray::fromStringList(args)},
            {QStringLiteral("result"), error ? QStringLiteral("error") : QStringLiteral("success")},
            {QStringLiteral("error"), error ? QJsonValue(*error) : QJsonValue()},
            {QStringLiteral("metadata"), metadata}};
}

std::optional<Invocation> Invocation::fromJson(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    const QJsonObject json = document.object();
    if (!json.value(QLatin1String("command")).isString())
        return {};
    Invocation entry;
    entry.timestamp = json.value(QLatin1String("timestamp")).toString();
    entry.command = json.value(QLatin1String("command")).toString();
    const QJsonArray args = json.value(QLatin1String("args")).toArray();
    for (const QJsonValue &argument : args)
        entry.args.append(argument.toString());
    if (json.value(QLatin1String("result")).toString() == QLatin1String("error"))
        entry.error = json.value(QLatin1String("error")).toString();
    entry.metadata = json.value(QLatin1String("metadata")).toObject();
    return entry;
}

InvocationLog::InvocationLog(const LockDirectory &directory, const QString &name)
    : m_directory(directory)
    , m_fileName(name + QStringLiteral(".invocations.log"))
{
}

Result<void> InvocationLog::append(Invocation invocation)
{
    if (invocation.timestamp.isEmpty())
        invocation.timestamp = Timestamp(QDateTime::currentDateTimeUtc()).text();
    QByteArray line = QJsonDocument(invocation.toJson()).toJson(QJsonDocument::Compact) + '\n';
    const QByteArray name = m_fileName.toLatin1();
    FileDescriptor file = openLog(m_directory, name, O_RDWR | O_APPEND | O_CREAT);
    const auto status = FileStatus::of(file.get());
    if (status && status->size() + line.size() > kMaxBytes) {
        renameat(m_directory.descriptor(), name.constData(), m_directory.descriptor(),
                 (name + kOldSuffix).constData());
        file = openLog(m_directory, name, O_RDWR | O_APPEND | O_CREAT);
    } else if (status && isTorn(file.get(), status->size())) {
        line.prepend('\n'); // a full disk has cut the last one
    }
    // One write: the lines of several processes never mix (O_APPEND, open(2)).
    const ssize_t written =
        file.isOpen() ? write(file.get(), line.constData(), size_t(line.size())) : -1;
    if (written == line.size())
        return {};
    return systemFailure(QStringLiteral("Cannot write '%1/%2'").arg(m_directory.path(), m_fileName),
                         written < 0 ? errno : ENOSPC);
}

QList<Invocation> InvocationLog::last(int most) const
{
    QList<Invocation> entries;
    if (m_directory.isMissing())
        return entries;
    const QByteArray name = m_fileName.toLatin1();
    QByteArray tail = readTail(m_directory, name, most);
    if (tail.count('\n') < most)
        tail.prepend(readTail(m_directory, name + kOldSuffix, most) + '\n');
    const QByteArrayList lines = tail.split('\n');
    for (auto line = lines.crbegin(); line != lines.crend() && entries.size() < most; ++line) {
        if (const auto entry = Invocation::fromJson(*line))
            entries.prepend(*entry);
    }
    return entries;
}

void InvocationLog::searchBackwards(int most,
                                    const std::function<bool(const Invocation &)> &visit) const
{
    qsizetype visited = 0;
    for (const int some : {std::min(kFewEntries, most), most}) {
        const QList<Invocation> entries = last(some);
        for (; visited < entries.size(); ++visited) {
            if (visit(entries[entries.size() - 1 - visited]))
                return;
        }
    }
}

} // namespace sharedserver
