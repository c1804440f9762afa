#include "core/lockfile/invocationlog.h"

#include "core/base/timestamp.h"
#include "core/process/filedescriptor.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sharedserver {

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
    const QByteArray line =
        QJsonDocument(invocation.toJson()).toJson(QJsonDocument::Compact) + '\n';
    const QByteArray name = m_fileName.toLatin1();
    const auto open = [&] {
        return FileDescriptor(
            openat(m_directory.descriptor(), name.constData(),
                   O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
    };
    FileDescriptor file = open();
    struct stat status;
    if (file.isOpen() && fstat(file.get(), &status) == 0
        && status.st_size + line.size() > kMaxBytes) {
        const QByteArray old = name + ".1";
        renameat(m_directory.descriptor(), name.constData(), m_directory.descriptor(),
                 old.constData());
        file = open();
    }
    // One write: the lines of several processes never mix (O_APPEND, open(2)).
    if (!file.isOpen() || write(file.get(), line.constData(), size_t(line.size())) != line.size()) {
        return systemFailure(
            QStringLiteral("Cannot write '%1/%2'").arg(m_directory.path(), m_fileName), errno);
    }
    return {};
}

QList<Invocation> InvocationLog::last(int most) const
{
    QList<Invocation> entries;
    if (m_directory.isMissing())
        return entries;
    const FileDescriptor file(openat(m_directory.descriptor(), m_fileName.toLatin1().constData(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status;
    if (!file.isOpen() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return entries;
    constexpr off_t kChunk = 16 * 1024;
    QByteArray tail;
    off_t begin = status.st_size;
    while (begin > 0 && tail.count('\n') <= most) {
        const off_t size = std::min(kChunk, begin);
        begin -= size;
        QByteArray chunk(qsizetype(size), Qt::Uninitialized);
        const ssize_t count = pread(file.get(), chunk.data(), size_t(size), begin);
        if (count <= 0)
            break;
        chunk.truncate(count);
        tail.prepend(chunk);
    }
    const QByteArrayList lines = tail.split('\n');
    for (auto line = lines.crbegin(); line != lines.crend() && entries.size() < most; ++line) {
        if (const auto entry = Invocation::fromJson(*line))
            entries.prepend(*entry);
    }
    return entries;
}

} // namespace sharedserver
