#pragma once

#include "core/lockfile/lockdirectory.h"

#include <QString>
#include <QTemporaryDir>

namespace sharedserver::test {

/// A world of its own for one test: a lock directory, a HOME and XDG directories that nobody else
/// uses, set in this process's environment and so in that of all it starts.
///
/// Make one in each test function. Its end fails the test where a process of the test is still
/// there, and kills it.
class TestWorld
{
public:
    TestWorld();
    ~TestWorld();
    TestWorld(const TestWorld &) = delete;
    TestWorld &operator=(const TestWorld &) = delete;

    /// A path below the world's own folder.
    QString path(const QString &relative = {}) const;
    QString lockDirectoryPath() const { return path(QStringLiteral("lock")); }
    /// A file in the lock directory.
    QString lockFile(const QString &fileName) const;
    bool hasLockFile(const QString &fileName) const;
    QByteArray readLockFile(const QString &fileName) const;
    /// Writes the file as it is, mode 0600; makes the lock directory where it is missing.
    void writeLockFile(const QString &fileName, const QByteArray &content) const;
    /// The lock directory, opened and made where it is missing.
    LockDirectory lockDirectory() const;

    /// How many processes of this world have `part` in their command line.
    qsizetype processCount(const QByteArray &part) const;

    /// Ends all watchers and servers of this world at once, and waits until they are gone.
    void stopEverything() const;

private:
    QByteArray mark() const;

    QTemporaryDir m_folder;
};

} // namespace sharedserver::test
