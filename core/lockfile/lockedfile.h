#pragma once

#include "core/lockfile/filelock.h"
#include "core/lockfile/lockdirectory.h"
#include "core/process/filedescriptor.h"

#include <QByteArray>

#include <optional>

namespace sharedserver {

/// One lockfile, open and locked, and certainly the one that its path leads to.
///
/// Never follows a symbolic link, never waits for a named pipe, and trusts no file of another user.
class LockedFile
{
public:
    /// Nothing where there is no such file.
    static Result<std::optional<LockedFile>> open(const LockDirectory &directory,
                                                  const QString &fileName, FileLock::Mode mode,
                                                  std::chrono::milliseconds timeout);
    /// Makes a file that holds `content` from its first moment on. Kind::Conflict where one is.
    static Result<void> create(const LockDirectory &directory, const QString &fileName,
                               const QByteArray &content);

    Result<QByteArray> read() const;
    /// In place (see inplacewrite.h), with a redo file where the content could be torn.
    Result<void> write(const QByteArray &content);
    /// What an interrupted write meant to say, if there was one.
    std::optional<QByteArray> readRedo() const;
    Result<void> remove();

private:
    LockedFile(const LockDirectory &directory, const QByteArray &fileName, FileDescriptor file);
    Result<void> writeRedo(const QByteArray &content);
    void removeRedo();
    QByteArray redoName() const;

    LockDirectory m_directory;
    QByteArray m_fileName;
    FileDescriptor m_file; ///< its end is the lock's
};

/// The process that made a temporary file, by the file's name; 0 where it is none of ours.
qint64 ownerOfTemporary(const QString &fileName);

} // namespace sharedserver
