#include "tests/support/testworld.h"

#include "core/lockfile/filelock.h"
#include "core/lockfile/lockfilestore.h"
#include "tests/support/commandline.h"
#include "tests/support/leftovers.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <chrono>

#include <unistd.h>

namespace sharedserver::test {

namespace {

/// Whether the process is what a lock directory is there for: a watcher, or a member of a server
/// that a lockfile names.
bool isAccountedFor(const Leftover &process, const LockfileStore &store)
{
    // Under valgrind that one's own command comes first.
    if (process.command.contains(programUnderTest() + " watch "))
        return true;
    const QStringList names = store.names();
    for (const QString &name : names) {
        const auto record = store.readServer(name);
        if (record && *record && (*record)->server.pid == getpgid(pid_t(process.pid)))
            return true;
    }
    return false;
}

} // namespace

TestWorld::TestWorld()
{
    const QByteArray folder = QFile::encodeName(m_folder.path());
    // Servers, watchers and commands inherit it, and are found by it.
    qputenv("SHAREDSERVER_TEST_WORLD", folder);
    qputenv("SHAREDSERVER_LOCKDIR", folder + "/lock");
    qputenv("HOME", folder + "/home");
    qputenv("XDG_RUNTIME_DIR", folder + "/runtime");
    qputenv("XDG_STATE_HOME", folder + "/state");
    qputenv("XDG_CONFIG_HOME", folder + "/config");
    qputenv("XDG_CACHE_HOME", folder + "/cache");
    qputenv("XDG_DATA_HOME", folder + "/data");
    qputenv("LC_ALL", "C.UTF-8");
    qputenv("NO_COLOR", "1");
    qunsetenv("SHAREDSERVER_CONFIG");
    QDir(m_folder.path()).mkpath(QStringLiteral("home"));
    QDir(m_folder.path()).mkpath(QStringLiteral("runtime"));
    QFile::setPermissions(path(QStringLiteral("runtime")),
                          QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

TestWorld::~TestWorld()
{
    QByteArrayList strangers;
    const auto noStrangers = [&] {
        strangers.clear();
        const auto directory = LockDirectory::open(LockDirectory::locate());
        const LockfileStore store(directory.value_or(LockDirectory()));
        const QList<Leftover> processes = processesWith(mark());
        for (const Leftover &process : processes) {
            if (!isAccountedFor(process, store))
                strangers.append(QByteArray::number(process.pid) + ": " + process.command);
        }
        return strangers.isEmpty();
    };
    if (!QTest::currentTestFailed() && !QTest::qWaitFor(noStrangers, kPatienceMs))
        QTest::qFail("Left behind: " + strangers.join("; "), __FILE__, __LINE__);
    killProcessesWith(mark());
}

QString TestWorld::path(const QString &relative) const
{
    return relative.isEmpty() ? m_folder.path() : m_folder.filePath(relative);
}

QString TestWorld::lockFile(const QString &fileName) const
{
    return lockDirectoryPath() + QLatin1Char('/') + fileName;
}

bool TestWorld::hasLockFile(const QString &fileName) const
{
    return QFile::exists(lockFile(fileName));
}

QByteArray TestWorld::readLockFile(const QString &fileName) const
{
    QFile file(lockFile(fileName));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void TestWorld::writeLockFile(const QString &fileName, const QByteArray &content) const
{
    lockDirectory();
    QFile file(lockFile(fileName));
    // Emptied under its lock only: a watcher may be writing to it.
    if (!file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        qFatal("Cannot open %s", qPrintable(file.fileName()));
    const auto lock = FileLock::acquire(file.handle(), FileLock::Mode::Exclusive,
                                        std::chrono::milliseconds(kPatienceMs));
    if (!lock || !file.resize(0) || file.write(content) != content.size())
        qFatal("Cannot write %s", qPrintable(file.fileName()));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
}

LockDirectory TestWorld::lockDirectory() const
{
    const auto directory = LockDirectory::openOrCreate(LockDirectory::locate());
    if (!directory)
        qFatal("%s", qPrintable(directory.error().message));
    return *directory;
}

qsizetype TestWorld::processCount(const QByteArray &part) const
{
    const QList<Leftover> processes = processesWith(mark());
    return std::count_if(processes.begin(), processes.end(),
                         [&](const Leftover &process) { return process.command.contains(part); });
}

void TestWorld::stopEverything() const
{
    killProcessesWith(mark());
}

QByteArray TestWorld::mark() const
{
    return "SHAREDSERVER_TEST_WORLD=" + QFile::encodeName(m_folder.path());
}

} // namespace sharedserver::test
