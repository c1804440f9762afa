// Which servers.json counts, and that none is read which somebody else could have written.

#include "core/config/configfile.h"
#include "tests/support/testworld.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestConfigFile : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { umask(022); } // the folders that are made are nobody else's
    void theFirstHitCounts();
    void aNamedFileMustExist();
    void noFileIsNoError();
    void whatOthersCanWriteIsSkipped_data();
    void whatOthersCanWriteIsSkipped();
    void aLinkIntoAnOpenFolderIsSkipped();
    void theUsersOwnFileNeedsNoCheck();
    void whatIsNoFileIsAnError();
    void aHugeFileIsAnError();
};

namespace {

QByteArray write(const TestWorld &world, const QString &path, const QByteArray &content)
{
    const QString name = world.path(path);
    QDir().mkpath(QFileInfo(name).path());
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("Cannot write %s", qPrintable(name));
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return QFile::encodeName(name);
}

/// From a/b/c upwards.
ConfigSearch search(const TestWorld &world)
{
    QDir().mkpath(world.path("a/b/c"));
    ConfigSearch search;
    search.directory = QFile::encodeName(world.path("a/b/c"));
    search.configHome = QFile::encodeName(world.path("config"));
    return search;
}

QByteArray contentFound(const ConfigSearch &search)
{
    const auto found = findConfig(search);
    return found && found->file ? found->file->content : QByteArray("nothing");
}

} // namespace

void TestConfigFile::theFirstHitCounts()
{
    const TestWorld world;
    ConfigSearch from = search(world);
    write(world, "config/sharedserver/servers.json", "own");
    QCOMPARE(contentFound(from), "own");
    write(world, "a/.sharedserver/servers.json", "a folder");
    QCOMPARE(contentFound(from), "a folder");
    write(world, "a/.sharedserver.json", "a");
    QCOMPARE(contentFound(from), "a");
    write(world, "a/b/.sharedserver/servers.json", "b folder");
    QCOMPARE(contentFound(from), "b folder");
    write(world, "a/b/c/.sharedserver.json", "c");
    QCOMPARE(contentFound(from), "c");
    from.environmentFile = write(world, "environment.json", "environment");
    QCOMPARE(contentFound(from), "environment");
    from.file = write(world, "option.json", "option");
    QCOMPARE(contentFound(from), "option");
}

void TestConfigFile::aNamedFileMustExist()
{
    const TestWorld world;
    ConfigSearch from = search(world);
    write(world, "a/b/c/.sharedserver.json", "c");
    from.environmentFile = QFile::encodeName(world.path("none.json"));
    const auto environment = findConfig(from);
    QVERIFY(!environment);
    QVERIFY(environment.error().message.contains("SHAREDSERVER_CONFIG"));
    from.file = from.environmentFile;
    const auto option = findConfig(from);
    QVERIFY(!option);
    QVERIFY(option.error().message.contains("--config"));
}

void TestConfigFile::noFileIsNoError()
{
    const TestWorld world;
    const auto found = findConfig(search(world));
    QVERIFY(found);
    QVERIFY(!found->file);
    QCOMPARE(found->warnings, QStringList());
}

void TestConfigFile::whatOthersCanWriteIsSkipped_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("opened");
    QTest::addColumn<int>("mode");
    QTest::newRow("file by all") << "a/b/.sharedserver.json"
                                 << "a/b/.sharedserver.json" << 0666;
    QTest::newRow("file by group") << "a/b/.sharedserver.json"
                                   << "a/b/.sharedserver.json" << 0660;
    QTest::newRow("folder by all") << "a/b/.sharedserver.json"
                                   << "a/b" << 0777;
    QTest::newRow("sticky folder") << "a/b/.sharedserver.json"
                                   << "a/b" << 01777;
    QTest::newRow("folder by group") << "a/b/.sharedserver.json"
                                     << "a/b" << 0770;
    QTest::newRow("inner folder") << "a/b/.sharedserver/servers.json"
                                  << "a/b/.sharedserver" << 0777;
    QTest::newRow("folder of the inner folder") << "a/b/.sharedserver/servers.json"
                                                << "a/b" << 0777;
}

void TestConfigFile::whatOthersCanWriteIsSkipped()
{
    QFETCH(QString, file);
    QFETCH(QString, opened);
    QFETCH(int, mode);
    const TestWorld world;
    const ConfigSearch from = search(world);
    write(world, "a/.sharedserver.json", "above");
    const QByteArray path = write(world, file, "planted");
    QCOMPARE(contentFound(from), "planted");
    QCOMPARE(chmod(QFile::encodeName(world.path(opened)).constData(), mode_t(mode)), 0);
    const auto found = findConfig(from);
    QVERIFY(found);
    QVERIFY(found->file);
    QCOMPARE(found->file->content, "above");
    QCOMPARE(found->warnings.size(), 1);
    QVERIFY(found->warnings.first().contains(QFile::decodeName(path)));
}

void TestConfigFile::aLinkIntoAnOpenFolderIsSkipped()
{
    const TestWorld world;
    const ConfigSearch from = search(world);
    const QByteArray target = write(world, "open/target.json", "planted");
    QCOMPARE(chmod(QFile::encodeName(world.path("open")).constData(), 0777), 0);
    const QByteArray link = QFile::encodeName(world.path("a/b/.sharedserver.json"));
    QCOMPARE(symlink(target.constData(), link.constData()), 0);
    const auto found = findConfig(from);
    QVERIFY(found);
    QVERIFY(!found->file);
    QCOMPARE(found->warnings.size(), 1);
}

void TestConfigFile::theUsersOwnFileNeedsNoCheck()
{
    const TestWorld world;
    const QByteArray path = write(world, "config/sharedserver/servers.json", "own");
    QCOMPARE(chmod(path.constData(), 0666), 0);
    QCOMPARE(contentFound(search(world)), "own");
}

void TestConfigFile::whatIsNoFileIsAnError()
{
    const TestWorld world;
    const ConfigSearch from = search(world);
    const QByteArray pipe = QFile::encodeName(world.path("a/b/.sharedserver.json"));
    QCOMPARE(mkfifo(pipe.constData(), 0600), 0);
    const auto found = findConfig(from);
    QVERIFY(!found);
    QVERIFY(found.error().message.contains("regular"));
}

void TestConfigFile::aHugeFileIsAnError()
{
    const TestWorld world;
    write(world, "a/.sharedserver.json", QByteArray(1024 * 1024 + 1, ' '));
    const auto found = findConfig(search(world));
    QVERIFY(!found);
    QVERIFY(found.error().message.contains("1 MiB"));
}

QTEST_GUILESS_MAIN(TestConfigFile)
#include "tst_configfile.moc"
