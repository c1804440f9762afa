#pragma once

#include "core/base/error.h"
#include "core/config/serverdefinition.h"
#include "core/lockfile/filelock.h"
#include "core/process/filedescriptor.h"

#include <chrono>
#include <optional>

namespace sharedserver {

/// Adds a definition to the text of a servers.json, at the end of its `servers`, and leaves every
/// other byte as it was: order and layout are the user's. An empty text becomes a new file.
/// Dollars are doubled, so that what is read is what was given. Kind::Conflict where the name is
/// defined already, Kind::Corrupt where the text is not of the right shape, Kind::Usage where the
/// definition is no UTF-8.
Result<QByteArray> withDefinition(const QByteArray &content, const ServerDefinition &definition);

/// As long as it lives, no other process of ours changes a servers.json in that folder: a lock on
/// the folder, where its file system has locks for folders (NFS has none).
class ConfigChange
{
public:
    /// Of the file at that path; makes its folders where they are missing. Who holds the folder's
    /// lock for longer than `patience` means something else by it, and is not waited for.
    static Result<ConfigChange> begin(const QByteArray &path, std::chrono::milliseconds patience);
    /// Writes the file at once or not at all. A new one is writable by its owner only. `before` is
    /// what was read: Kind::Conflict where an editor, say, has written something else since.
    Result<void> write(const QByteArray &content, const QByteArray &before);

private:
    explicit ConfigChange(const QByteArray &path)
        : m_path(path)
    {
    }

    QByteArray m_path;
    FileDescriptor m_folder;
    std::optional<FileLock> m_lock;
};

/// Adds a definition to the file at that path, or makes one that holds it. What is no usable
/// servers.json is left alone (Kind::Corrupt). For a process that cannot wait.
Result<void> addToConfigFile(const QByteArray &path, const ServerDefinition &definition);

} // namespace sharedserver
