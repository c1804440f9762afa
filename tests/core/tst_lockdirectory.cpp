// Where the lock directory is, and when it is not trusted.

#include "core/lockfile/lockdirectory.h"
#include "tests/support/commandline.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestLockDirectory : public QObject
{
    Q_OBJECT
private slots:
    void theVariableNamesIt();
    void aRelativePathCountsFromTheWorkingDirectory();
    void anEmptyVariableCountsAsUnset();
    void withoutTheVariableItIsInTheRuntimeDirectory();
    void aRelativeRuntimeDirectoryCountsAsUnset();
    void withoutBothItIsInTmp();
    void whereTmpIsAnotherUsersItHasOurNumber();
    void locatingCreatesNothing();
    void aMissingOneShowsNoServers();
    void itIsMadeForItsUserOnly();
    void aMaskDoesNotOpenIt();
    void aLinkIsRefused_data();
    void aLinkIsRefused();
    void aLinkToNowhereIsRefused();
    void aFileInItsPlaceIsRefused();
    void aPipeInItsPlaceIsRefused();
    void anotherUsersIsRefused();
    void oneThatOthersCanWriteIsRefused_data();
    void oneThatOthersCanWriteIsRefused();
    void anExplicitOneThatOthersCanWriteIsTightened_data();
    void anExplicitOneThatOthersCanWriteIsTightened();
    void oneThatOthersCanReadIsTightened();
    void oneThatCannotBeMadeSaysWhy();
    void aRemovedOneIsNotThereAnyMore();
    void commandsRefuseAnUnsafeOne();
};

namespace {

constexpr uid_t kNobody = 65534;

int modeOf(const QString &path)
{
    struct stat status;
    return lstat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 07777)
                                                                    : -1;
}

void makeDirectory(const QString &path, mode_t mode)
{
    const QByteArray name = QFile::encodeName(path);
    if (mkdir(name.constData(), 0700) != 0 || chmod(name.constData(), mode) != 0)
        qFatal("Cannot make %s", name.constData());
}

/// What is said of a directory that is refused; empty where it is not.
QString refusal(const QString &path, bool isExplicit)
{
    const LockDirectory::Location location{path, isExplicit};
    const auto opened = LockDirectory::open(location);
    const auto made = LockDirectory::openOrCreate(location);
    if (opened || made || opened.error().kind != Error::Kind::Unsafe
        || made.error().kind != Error::Kind::Unsafe)
        return {};
    return opened.error().message == made.error().message ? opened.error().message : QString();
}

/// Whether a refusal names the directory, says why, and what to do.
bool isHelpful(const QString &refusal, const QString &path, const QString &why)
{
    return refusal.contains("'" + path + "'") && refusal.contains(why)
        && (refusal.contains("Remove it") || refusal.contains("chmod 700"))
        && refusal.contains("SHAREDSERVER_LOCKDIR") && !refusal.contains('\n');
}

} // namespace

void TestLockDirectory::theVariableNamesIt()
{
    const TestWorld world;
    const auto location = LockDirectory::locate();
    QCOMPARE(location.path, world.lockDirectoryPath());
    QVERIFY(location.isExplicit);
    QCOMPARE(run({"admin", "lockdir"}).output.trimmed(), world.lockDirectoryPath());
}

void TestLockDirectory::aRelativePathCountsFromTheWorkingDirectory()
{
    const TestWorld world;
    const QString before = QDir::currentPath();
    QVERIFY(QDir::setCurrent(world.path()));
    qputenv("SHAREDSERVER_LOCKDIR", "./here//../there/");
    const auto location = LockDirectory::locate();
    QVERIFY(QDir::setCurrent(before));
    QCOMPARE(QFileInfo(location.path).fileName(), "there");
    QCOMPARE(QFileInfo(location.path).absolutePath(), QDir(world.path()).canonicalPath());
    QVERIFY(location.isExplicit);
}

void TestLockDirectory::anEmptyVariableCountsAsUnset()
{
    const TestWorld world;
    qputenv("SHAREDSERVER_LOCKDIR", "");
    QCOMPARE(LockDirectory::locate().path, world.path("runtime/sharedserver"));
}

void TestLockDirectory::withoutTheVariableItIsInTheRuntimeDirectory()
{
    const TestWorld world;
    qunsetenv("SHAREDSERVER_LOCKDIR");
    const auto location = LockDirectory::locate();
    QCOMPARE(location.path, world.path("runtime/sharedserver"));
    QVERIFY(!location.isExplicit);
    QCOMPARE(run({"admin", "lockdir"}).output.trimmed(), world.path("runtime/sharedserver"));
}

void TestLockDirectory::aRelativeRuntimeDirectoryCountsAsUnset()
{
    const TestWorld world;
    qunsetenv("SHAREDSERVER_LOCKDIR");
    qputenv("XDG_RUNTIME_DIR", "runtime");
    QVERIFY(LockDirectory::locate().path.startsWith("/tmp/sharedserver"));
}

void TestLockDirectory::withoutBothItIsInTmp()
{
    const TestWorld world;
    qunsetenv("SHAREDSERVER_LOCKDIR");
    struct stat status;
    const bool isTaken = lstat("/tmp/sharedserver", &status) == 0 && status.st_uid != geteuid();
    const QString expected =
        isTaken ? QString("/tmp/sharedserver-%1").arg(geteuid()) : "/tmp/sharedserver";
    for (const char *runtime : {"", "relative"}) {
        qputenv("XDG_RUNTIME_DIR", runtime);
        QCOMPARE(LockDirectory::locate().path, expected);
        QVERIFY(!LockDirectory::locate().isExplicit);
    }
    qunsetenv("XDG_RUNTIME_DIR");
    QCOMPARE(LockDirectory::locate().path, expected);
}

void TestLockDirectory::whereTmpIsAnotherUsersItHasOurNumber()
{
    const TestWorld world;
    if (geteuid() != 0)
        QSKIP("Only root can give a directory away");
    // Only ever removed where it was made here: a user's own is never touched.
    if (mkdir("/tmp/sharedserver", 0700) != 0)
        QSKIP("/tmp/sharedserver is in use");
    qunsetenv("SHAREDSERVER_LOCKDIR");
    qunsetenv("XDG_RUNTIME_DIR");
    const bool isGiven = chown("/tmp/sharedserver", kNobody, kNobody) == 0;
    const QString path = LockDirectory::locate().path;
    QCOMPARE(rmdir("/tmp/sharedserver"), 0);
    QVERIFY(isGiven);
    QCOMPARE(path, QString("/tmp/sharedserver-%1").arg(geteuid()));
}

void TestLockDirectory::locatingCreatesNothing()
{
    const TestWorld world;
    LockDirectory::locate();
    QCOMPARE(run({"admin", "lockdir"}).exitCode, 0);
    QVERIFY(!QFile::exists(world.lockDirectoryPath()));
}

void TestLockDirectory::aMissingOneShowsNoServers()
{
    const TestWorld world;
    const auto directory = LockDirectory::open(LockDirectory::locate());
    QVERIFY(directory);
    QVERIFY(directory->isMissing());
    QVERIFY(!directory->isStillThere());
    QCOMPARE(directory->descriptor(), -1);
    QCOMPARE(run({"list", "--json"}).jsonArray().size(), 0);
    QCOMPARE(run({"list"}).exitCode, 0);
    QCOMPARE(run({"check", "web"}).exitCode, 2);
    QCOMPARE(stateOf("web"), "stopped");
    QVERIFY(!QFile::exists(world.lockDirectoryPath())); // readers make nothing
}

void TestLockDirectory::itIsMadeForItsUserOnly()
{
    const TestWorld world;
    const auto directory = LockDirectory::openOrCreate({world.path("a/b/lock"), true});
    QVERIFY(directory && !directory->isMissing());
    QVERIFY(directory->isStillThere());
    for (const char *made : {"a", "a/b", "a/b/lock"})
        QCOMPARE(modeOf(world.path(made)), 0700);
}

void TestLockDirectory::aMaskDoesNotOpenIt()
{
    const TestWorld world;
    const mode_t before = umask(0);
    const auto directory = LockDirectory::openOrCreate({world.path("lock"), false});
    umask(before);
    QVERIFY(directory);
    QCOMPARE(modeOf(world.path("lock")), 0700);
}

void TestLockDirectory::aLinkIsRefused_data()
{
    QTest::addColumn<bool>("isExplicit");
    QTest::newRow("explicit") << true;
    QTest::newRow("default") << false;
}

void TestLockDirectory::aLinkIsRefused()
{
    QFETCH(const bool, isExplicit);
    const TestWorld world;
    makeDirectory(world.path("target"), 0700);
    QVERIFY(QFile::link(world.path("target"), world.path("link")));
    const QString said = refusal(world.path("link"), isExplicit);
    QVERIFY2(isHelpful(said, world.path("link"), "symbolic link"), qPrintable(said));
    QVERIFY(QDir(world.path("target")).isEmpty());
}

void TestLockDirectory::aLinkToNowhereIsRefused()
{
    const TestWorld world;
    QVERIFY(QFile::link(world.path("nowhere"), world.path("link")));
    const QString said = refusal(world.path("link"), true);
    QVERIFY2(isHelpful(said, world.path("link"), "symbolic link"), qPrintable(said));
    QVERIFY(!QFile::exists(world.path("nowhere")));
}

void TestLockDirectory::aFileInItsPlaceIsRefused()
{
    const TestWorld world;
    QFile file(world.path("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString said = refusal(file.fileName(), true);
    QVERIFY2(isHelpful(said, file.fileName(), "is no directory"), qPrintable(said));
}

void TestLockDirectory::aPipeInItsPlaceIsRefused()
{
    const TestWorld world;
    const QString path = world.path("pipe");
    QCOMPARE(mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    const QString said = refusal(path, true);
    QVERIFY2(isHelpful(said, path, "is no directory"), qPrintable(said));
}

void TestLockDirectory::anotherUsersIsRefused()
{
    if (geteuid() != 0)
        QSKIP("Only root can give a directory away");
    const TestWorld world;
    for (const mode_t mode : {0700, 0755, 0777}) {
        const QString path = world.path(QString::number(mode, 8));
        makeDirectory(path, mode);
        QCOMPARE(chown(QFile::encodeName(path).constData(), kNobody, kNobody), 0);
        for (const bool isExplicit : {true, false}) {
            const QString said = refusal(path, isExplicit);
            QVERIFY2(isHelpful(said, path, "belongs to another user"), qPrintable(said));
        }
        QCOMPARE(modeOf(path), int(mode)); // nothing of it was changed
    }
}

void TestLockDirectory::oneThatOthersCanWriteIsRefused_data()
{
    QTest::addColumn<int>("mode");
    for (const int mode : {0777, 0775, 0770, 0720, 0702, 01777, 02770})
        QTest::newRow(QByteArray::number(mode, 8)) << mode;
}

void TestLockDirectory::oneThatOthersCanWriteIsRefused()
{
    QFETCH(const int, mode);
    const TestWorld world;
    const QString path = world.path("open");
    makeDirectory(path, mode_t(mode));
    const QString said = refusal(path, false);
    QVERIFY2(isHelpful(said, path, "written by others"), qPrintable(said));
    QVERIFY(said.contains("chmod 700"));
    QCOMPARE(modeOf(path), mode);
}

void TestLockDirectory::anExplicitOneThatOthersCanWriteIsTightened_data()
{
    oneThatOthersCanWriteIsRefused_data();
}

void TestLockDirectory::anExplicitOneThatOthersCanWriteIsTightened()
{
    QFETCH(const int, mode);
    const TestWorld world;
    const QString path = world.path("open");
    makeDirectory(path, mode_t(mode));
    const auto directory = LockDirectory::open({path, true});
    QVERIFY2(directory, directory ? "" : qPrintable(directory.error().message));
    QCOMPARE(modeOf(path) & 0777, 0700);
}

void TestLockDirectory::oneThatOthersCanReadIsTightened()
{
    const TestWorld world;
    for (const bool isExplicit : {true, false}) {
        const QString path = world.path(isExplicit ? "explicit" : "default");
        makeDirectory(path, 0755);
        QVERIFY(LockDirectory::open({path, isExplicit}));
        QCOMPARE(modeOf(path), 0700);
    }
}

void TestLockDirectory::oneThatCannotBeMadeSaysWhy()
{
    const TestWorld world;
    QFile file(world.path("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QString path = world.path("file/lock");
    const auto directory = LockDirectory::openOrCreate({path, true});
    QVERIFY(!directory);
    const QString said = directory.error().message;
    QVERIFY2(said.contains(path), qPrintable(said));
    QVERIFY2(said.contains("SHAREDSERVER_LOCKDIR"), qPrintable(said));
}

void TestLockDirectory::aRemovedOneIsNotThereAnyMore()
{
    const TestWorld world;
    const LockDirectory first = world.lockDirectory();
    QVERIFY(first.isStillThere());
    QVERIFY(QDir(world.lockDirectoryPath()).removeRecursively());
    QVERIFY(!first.isStillThere());
    const LockDirectory second = world.lockDirectory();
    QVERIFY(!first.isStillThere()); // another one has its path
    QVERIFY(second.isStillThere());
}

void TestLockDirectory::commandsRefuseAnUnsafeOne()
{
    const TestWorld world;
    makeDirectory(world.path("target"), 0700);
    QVERIFY(QFile::link(world.path("target"), world.lockDirectoryPath()));
    for (const QStringList &command : {QStringList{"list"},
                                       {"info", "web"},
                                       {"use", "web", "--", TEST_SERVER},
                                       {"unuse", "web"},
                                       {"admin", "stop", "web"},
                                       {"admin", "doctor"},
                                       {"admin", "kill", "web"}}) {
        const auto result = run(command);
        QVERIFY2(result.exitCode == 1, qPrintable(command.join(' ')));
        QVERIFY2(result.errors.contains("symbolic link"), qPrintable(result.errors));
        QCOMPARE(result.output, QString());
    }
    const auto checked = run({"check", "web"});
    QVERIFY2(checked.exitCode != 0, "an unsafe directory says nothing about a server");
    QVERIFY2(checked.errors.contains("symbolic link"), qPrintable(checked.errors));
    QVERIFY(QDir(world.path("target")).isEmpty());
}

QTEST_GUILESS_MAIN(TestLockDirectory)
#include "tst_lockdirectory.moc"
