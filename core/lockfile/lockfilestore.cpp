#include "core/lockfile/lockfilestore.h"

#include "core/base/servername.h"
#include "core/lockfile/lockedfile.h"

#include <QFile>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

const QLatin1String kServerSuffix(".server.json");
const QLatin1String kClientsSuffix(".clients.json");

/// The names of all files, in no order. Opened anew for each pass: a pass moves the offset that
/// copies of a descriptor share.
QStringList fileNames(const LockDirectory &directory)
{
    QStringList names;
    const int descriptor = openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = descriptor >= 0 ? fdopendir(descriptor) : nullptr;
    if (!stream)
        return names;
    while (const dirent *entry = readdir(stream))
        names.append(QFile::decodeName(entry->d_name));
    closedir(stream);
    return names;
}

/// What the file says, or what an interrupted write of it meant to say.
template<typename T>
Result<T> parse(const LockedFile &file, const LockDirectory &directory, const QString &fileName,
                const std::function<Result<T>(const QByteArray &)> &read = &T::fromJson)
{
    const auto content = file.read();
    auto value = content ? read(*content) : Result<T>(Failure(content.error()));
    if (value)
        return value;
    if (const auto redo = file.readRedo()) {
        auto meant = T::fromJson(*redo);
        if (meant)
            return meant;
    }
    return failure(value.error().kind,
                   QStringLiteral("Lockfile '%1/%2' is unreadable: %3 Run 'sharedserver admin "
                                  "doctor' to mend it.")
                       .arg(directory.path(), fileName, value.error().message));
}

template<typename T>
Result<std::optional<T>>
readFile(const LockDirectory &directory, const QString &fileName,
         const std::function<Result<T>(const QByteArray &)> &read = &T::fromJson)
{
    if (directory.isMissing())
        return std::optional<T>();
    const auto file =
        LockedFile::open(directory, fileName, FileLock::Mode::Shared, LockfileStore::kLockTimeout);
    if (!file)
        return Failure(file.error());
    if (!*file)
        return std::optional<T>();
    const auto value = parse<T>(**file, directory, fileName, read);
    if (!value)
        return Failure(value.error());
    return std::optional<T>(*value);
}

std::function<Result<ClientTable>(const QByteArray &)> readerOf(ClientsReader *reader)
{
    if (!reader)
        return &ClientTable::fromJson;
    return [reader](const QByteArray &text) { return reader->read(text); };
}

/// Whether a file could not be read at all: unlike a damaged one, it may be as good as ever.
template<typename T>
bool isUnknown(const Result<T> &read)
{
    return !read && read.error().kind != Error::Kind::Corrupt;
}

Result<std::optional<LockedFile>> openForWriting(const LockDirectory &directory,
                                                 const QString &fileName)
{
    return LockedFile::open(directory, fileName, FileLock::Mode::Exclusive,
                            LockfileStore::kLockTimeout);
}

} // namespace

bool isDamage(const Error &error)
{
    return error.kind == Error::Kind::Corrupt || error.kind == Error::Kind::Unsafe;
}

LockfileStore::LockfileStore(const LockDirectory &directory)
    : m_directory(directory)
{
}

QString LockfileStore::serverFileName(const QString &name)
{
    return name + kServerSuffix;
}

QString LockfileStore::clientsFileName(const QString &name)
{
    return name + kClientsSuffix;
}

QString LockfileStore::serverNameOf(const QString &fileName)
{
    for (const QLatin1String suffix : {kServerSuffix, kClientsSuffix}) {
        if (!fileName.endsWith(suffix))
            continue;
        const QString name = fileName.chopped(suffix.size());
        return isServerName(name) ? name : QString();
    }
    return {};
}

QString LockfileStore::serverFilePath(const QString &name) const
{
    return m_directory.path() + QLatin1Char('/') + serverFileName(name);
}

QString LockfileStore::clientsFilePath(const QString &name) const
{
    return m_directory.path() + QLatin1Char('/') + clientsFileName(name);
}

QMap<QString, LockfileStore::Files> LockfileStore::scan() const
{
    QMap<QString, Files> found;
    if (m_directory.isMissing())
        return found;
    const QStringList files = fileNames(m_directory);
    for (const QString &file : files) {
        const QString name = serverNameOf(file);
        if (name.isEmpty())
            continue;
        if (file.endsWith(kServerSuffix))
            found[name].server = true;
        else
            found[name].clients = true;
    }
    return found;
}

QStringList LockfileStore::names() const
{
    return scan().keys();
}

Result<std::optional<ServerRecord>> LockfileStore::readServer(const QString &name) const
{
    return readFile<ServerRecord>(m_directory, serverFileName(name));
}

bool LockfileStore::hasClients(const QString &name) const
{
    return faccessat(m_directory.descriptor(), QFile::encodeName(clientsFileName(name)).constData(),
                     F_OK, AT_SYMLINK_NOFOLLOW)
        == 0;
}

Result<std::optional<ClientTable>> LockfileStore::readClients(const QString &name,
                                                              ClientsReader *reader) const
{
    return readFile<ClientTable>(m_directory, clientsFileName(name), readerOf(reader));
}

Result<void> LockfileStore::createServer(const QString &name, const ServerRecord &record)
{
    return LockedFile::create(m_directory, serverFileName(name), record.toJson());
}

Result<void> LockfileStore::writeServer(const QString &name, const ServerRecord &record)
{
    for (;;) {
        auto file = openForWriting(m_directory, serverFileName(name));
        if (!file)
            return Failure(file.error());
        if (*file)
            return (*file)->write(record.toJson());
        const auto created = createServer(name, record);
        if (created || created.error().kind != Error::Kind::Conflict)
            return created;
        // Somebody made it between the two: then it is there to be overwritten.
    }
}

Result<void> LockfileStore::updateServer(const QString &name,
                                         const std::function<bool(ServerRecord &)> &change)
{
    auto file = openForWriting(m_directory, serverFileName(name));
    if (!file)
        return Failure(file.error());
    if (!*file) {
        return failure(Error::Kind::NotRunning,
                       QStringLiteral("There is no '%1'.").arg(serverFilePath(name)));
    }
    auto record = parse<ServerRecord>(**file, m_directory, serverFileName(name));
    if (!record)
        return Failure(record.error());
    return change(*record) ? (*file)->write(record->toJson()) : Result<void>();
}

Result<ClientTable> LockfileStore::updateClients(const QString &name,
                                                 const std::function<void(ClientTable &)> &change,
                                                 const ClientsUpdate &how)
{
    const QString fileName = clientsFileName(name);
    for (;;) {
        auto file = openForWriting(m_directory, fileName);
        if (!file)
            return Failure(file.error());
        ClientTable before = how.ifLost;
        bool isReadable = true;
        bool isFresh = false; // another tool may just have made it, and be about to write to it
        if (*file) {
            const auto read =
                parse<ClientTable>(**file, m_directory, fileName, readerOf(how.reader));
            if (isUnknown(read))
                return Failure(read.error());
            isReadable = read.has_value();
            isFresh = !isReadable && (*file)->read().value_or("?").isEmpty();
            before = read.value_or(how.ifLost);
        }
        ClientTable after = before;
        change(after);
        // A fresh one stays where it is, and says that it is nobody's: removed, it would take with
        // it what that tool then writes to it.
        const bool isToBeRemoved =
            *file && after.isEmpty() && !isFresh && how.whenEmpty == WhenEmpty::Remove;
        const bool isToBeWritten = *file ? after != before || !isReadable : !after.isEmpty();
        Result<void> written;
        if (isToBeRemoved) {
            written = (*file)->remove();
        } else if (isToBeWritten) {
            const QByteArray text = after.toJson();
            written =
                *file ? (*file)->write(text) : LockedFile::create(m_directory, fileName, text);
            if (written && how.reader)
                how.reader->remember(text, after);
        }
        if (written)
            return after;
        if (*file || written.error().kind != Error::Kind::Conflict)
            return Failure(written.error());
        // Somebody made the file between the two: what he wrote must be kept.
    }
}

Result<void> LockfileStore::removeClients(const QString &name)
{
    auto file = openForWriting(m_directory, clientsFileName(name));
    if (!file)
        return Failure(file.error());
    return *file ? (*file)->remove() : Result<void>();
}

Result<bool> LockfileStore::removeServer(const QString &name, const ProcessId &server)
{
    auto file = openForWriting(m_directory, serverFileName(name));
    if (!file)
        return Failure(file.error());
    if (!*file)
        return true;
    const auto record = parse<ServerRecord>(**file, m_directory, serverFileName(name));
    if (isUnknown(record))
        return Failure(record.error());
    const bool isItsOwn = record && server.isValid() && canBeTheSame(record->server, server);
    if (record && !isItsOwn)
        return false;
    const auto removed = (*file)->remove();
    if (!removed)
        return Failure(removed.error());
    return true;
}

void LockfileStore::removeStale()
{
    const QStringList files = fileNames(m_directory);
    for (const QString &file : files) {
        const qint64 owner = ownerOfTemporary(file);
        if (owner > 0 && !isAlive(ProcessId{owner}))
            unlinkat(m_directory.descriptor(), QFile::encodeName(file).constData(), 0);
    }
}

} // namespace sharedserver
