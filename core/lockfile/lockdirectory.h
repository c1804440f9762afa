#pragma once

#include "core/base/error.h"
#include "core/process/filedescriptor.h"

#include <chrono>
#include <memory>

namespace sharedserver {

/// The directory that holds all lockfiles of one user, opened once and checked; every file in it is
/// then reached relative to the open descriptor, so that nothing can be exchanged under us.
///
/// Copies share the descriptor.
class LockDirectory
{
public:
    /// Where the directory is to be, and whether the user named it himself.
    struct Location
    {
        QString path; ///< absolute
        bool isExplicit = false; ///< from $SHAREDSERVER_LOCKDIR
    };

    /// `$SHAREDSERVER_LOCKDIR`, else `$XDG_RUNTIME_DIR/sharedserver`, else `/tmp/sharedserver`, and
    /// where that one belongs to another user `/tmp/sharedserver-<uid>`. Creates nothing. Empty
    /// variables count as unset, a relative XDG_RUNTIME_DIR too (XDG Base Directory
    /// specification).
    static Location locate();

    /// Opens an existing directory. Kind::Unsafe where it is a symbolic link, no directory,
    /// another user's, or writable by others (an explicit one of ours is tightened to 0700
    /// instead). A directory of ours that others may merely read is tightened in any case.
    /// An isMissing() one where there is none: readers then see no servers.
    static Result<LockDirectory> open(const Location &location);
    /// The same, made with mode 0700 (parents too) where it is missing.
    static Result<LockDirectory> openOrCreate(const Location &location);

    QString path() const { return m_path; }
    int descriptor() const { return m_directory ? m_directory->get() : -1; }
    bool isMissing() const { return !m_directory; }
    /// Whether the path still leads to the directory that is open here.
    bool isStillThere() const;
    /// Whether the file that is open there is the one that has this name in the directory.
    bool holds(int file, const char *name) const;

    /// How long one who has lost files in it waits before he makes them anew: a directory that is
    /// being removed loses its files one by one, and one that is put back meanwhile would be in the
    /// way of its removal.
    static constexpr std::chrono::milliseconds kLossPatience{20};

private:
    QString m_path;
    std::shared_ptr<FileDescriptor> m_directory;
};

} // namespace sharedserver
