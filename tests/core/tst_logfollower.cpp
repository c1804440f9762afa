// A log is read as it grows, over the moment in which it is put aside, and before it exists.

#include "core/lockfile/filelock.h"
#include "core/log/logcut.h"
#include "core/log/logfollower.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace sharedserver;

class TestLogFollower : public QObject
{
    Q_OBJECT
private slots:
    void beginsWithWholeLinesOfTheEnd_data();
    void beginsWithWholeLinesOfTheEnd();
    void tellsWhatIsAdded();
    void losesNothingWhenTheLogIsPutAside();
    void noticesAFileThatComesLater();
    void noticesAFileThatIsReplaced();
    void waitsForWhoCutsTheLog();
    void waitsForNobodyForEver();
};

namespace {

class Log
{
public:
    QByteArray path() const { return QFile::encodeName(m_folder.filePath("server.log")); }
    void append(const QByteArray &text) const
    {
        QFile file(m_folder.filePath("server.log"));
        QVERIFY(file.open(QIODevice::Append));
        file.write(text);
    }

private:
    QTemporaryDir m_folder;
};

/// Everything that a follower has told so far.
class Reader
{
public:
    explicit Reader(LogFollower *follower)
    {
        QObject::connect(follower, &LogFollower::appended,
                         [this](const QByteArray &piece) { m_text += piece; });
    }
    QByteArray text() const { return m_text; }

private:
    QByteArray m_text;
};

} // namespace

void TestLogFollower::beginsWithWholeLinesOfTheEnd_data()
{
    QTest::addColumn<qint64>("most");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("all") << qint64(100) << QByteArray("one\ntwo\nthree\n");
    QTest::newRow("exactly all") << qint64(14) << QByteArray("one\ntwo\nthree\n");
    QTest::newRow("within a line") << qint64(8) << QByteArray("three\n");
    QTest::newRow("exactly a line") << qint64(6) << QByteArray("three\n");
    QTest::newRow("nothing") << qint64(0) << QByteArray();
}

void TestLogFollower::beginsWithWholeLinesOfTheEnd()
{
    QFETCH(const qint64, most);
    QFETCH(const QByteArray, expected);
    const Log log;
    log.append("one\ntwo\nthree\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    follower.begin(most);
    QCOMPARE(reader.text(), expected);
}

void TestLogFollower::tellsWhatIsAdded()
{
    const Log log;
    log.append("one\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    follower.begin(100);
    log.append("two\n");
    QTRY_COMPARE(reader.text(), "one\ntwo\n");
    log.append("three\n");
    QTRY_COMPARE(reader.text(), "one\ntwo\nthree\n");
}

void TestLogFollower::losesNothingWhenTheLogIsPutAside()
{
    const Log log;
    log.append("one\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    follower.begin(100);
    log.append("two\n");
    boundLog(log.path(), 1);
    log.append("3\n");
    QTRY_COMPARE(reader.text(), "one\ntwo\n3\n");
}

void TestLogFollower::noticesAFileThatComesLater()
{
    const Log log;
    LogFollower follower(log.path());
    const Reader reader(&follower);
    follower.begin(100);
    log.append("one\n");
    QTRY_COMPARE(reader.text(), "one\n");
    log.append("two\n");
    QTRY_COMPARE(reader.text(), "one\ntwo\n");
}

void TestLogFollower::noticesAFileThatIsReplaced()
{
    const Log log;
    log.append("old\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    follower.begin(100);
    QVERIFY(QFile::remove(QFile::decodeName(log.path())));
    log.append("new\n");
    QTRY_COMPARE(reader.text(), "old\nnew\n");
    log.append("more\n");
    QTRY_COMPARE(reader.text(), "old\nnew\nmore\n");
}

void TestLogFollower::waitsForWhoCutsTheLog()
{
    const Log log;
    log.append("half\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    QFile cut(QFile::decodeName(log.path()));
    QVERIFY(cut.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
    {
        const auto lock = FileLock::tryAcquire(cut.handle(), FileLock::Mode::Exclusive);
        QVERIFY(lock);
        follower.begin(100);
        QCOMPARE(reader.text(), "");
        QCOMPARE(cut.write("cut!\n"), 5);
    }
    QTRY_COMPARE(reader.text(), "cut!\n");
}

void TestLogFollower::waitsForNobodyForEver()
{
    const Log log;
    log.append("one\n");
    LogFollower follower(log.path());
    const Reader reader(&follower);
    QFile held(QFile::decodeName(log.path()));
    QVERIFY(held.open(QIODevice::ReadWrite));
    const auto lock = FileLock::tryAcquire(held.handle(), FileLock::Mode::Exclusive);
    QVERIFY(lock);
    follower.begin(100);
    QCOMPARE(reader.text(), "");
    QTRY_COMPARE_WITH_TIMEOUT(reader.text(), "one\n", 60000);
    log.append("two\n");
    QTRY_COMPARE_WITH_TIMEOUT(reader.text(), "one\ntwo\n", 60000);
}

QTEST_GUILESS_MAIN(TestLogFollower)
#include "tst_logfollower.moc"
