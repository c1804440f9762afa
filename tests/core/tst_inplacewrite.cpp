// A file that is written in place is valid JSON before, between and after all system calls.

#include "core/lockfile/inplacewrite.h"
#include "core/process/filedescriptor.h"
#include "tests/core/crashingchild.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryFile>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sharedserver;
using namespace sharedserver::test;

class TestInPlaceWrite : public QObject
{
    Q_OBJECT
private slots:
    void theWholeContentIsReplaced_data();
    void theWholeContentIsReplaced();
    void eachStateInBetweenIsOldOrNew_data();
    void eachStateInBetweenIsOldOrNew();
    void theInodeStays();
    void aDescriptorForReadingOnlyIsAnError();
    void readingDoesNotMoveTheOffset();
    void readingRefusesWhatIsTooBig_data();
    void readingRefusesWhatIsTooBig();
    void readingADirectoryIsAnError();
};

namespace {

/// A JSON object of exactly this size (at least 8).
QByteArray json(qsizetype size, char filler)
{
    return "{\"a\":\"" + QByteArray(size - 8, filler) + "\"}";
}

/// A file with some content; other descriptors of it do not share its offset.
class File
{
public:
    explicit File(const QByteArray &content)
    {
        if (!m_file.open() || m_file.write(content) != content.size() || !m_file.flush())
            qFatal("Cannot make a file");
    }
    int descriptor() const { return m_file.handle(); }
    QString path() const { return m_file.fileName(); }
    QByteArray content() const
    {
        QFile again(m_file.fileName());
        return again.open(QIODevice::ReadOnly) ? again.readAll() : QByteArray();
    }

private:
    QTemporaryFile m_file;
};

void addSizes()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    constexpr int kSizes[] = {10, 300, 4095, 4096, 4097, 40 * 1024};
    for (const int before : kSizes) {
        for (const int after : kSizes)
            QTest::addRow("%d to %d", before, after) << before << after;
    }
}

} // namespace

void TestInPlaceWrite::theWholeContentIsReplaced_data()
{
    addSizes();
    QTest::addRow("nothing to 10") << 0 << 10;
    QTest::addRow("nothing to 40960") << 0 << 40 * 1024;
}

void TestInPlaceWrite::theWholeContentIsReplaced()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    const File file(before > 0 ? json(before, 'o') : QByteArray());
    QVERIFY(overwriteInPlace(file.descriptor(), json(after, 'n')));
    QCOMPARE(file.content(), json(after, 'n'));
    QCOMPARE(readWhole(file.descriptor(), 1 << 20).value_or("?"), json(after, 'n'));
}

void TestInPlaceWrite::eachStateInBetweenIsOldOrNew_data()
{
    addSizes();
}

void TestInPlaceWrite::eachStateInBetweenIsOldOrNew()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    const QByteArray oldText = json(before, 'o');
    const QByteArray newText = json(after, 'n');
    const File file(oldText);
    QByteArrayList states;
    const auto write = [&] { overwriteInPlace(file.descriptor(), newText); };
    const auto look = [&] {
        const QByteArray state = file.content();
        if (states.isEmpty() || states.last() != state)
            states.append(state);
    };
    if (stepThrough(write, look) == Crash::NotPermitted)
        QSKIP("Processes cannot be traced here");
    QVERIFY(states.size() >= 2 && states.size() <= 4); // grown, overwritten, cut
    bool hasTurned = false;
    for (const QByteArray &state : std::as_const(states)) {
        QVERIFY(QJsonDocument::fromJson(state).isObject());
        const QByteArray text = state.trimmed();
        hasTurned = hasTurned || text == newText;
        QVERIFY(text == (hasTurned ? newText : oldText));
    }
    QVERIFY(hasTurned);
    QCOMPARE(states.last(), newText);
}

void TestInPlaceWrite::theInodeStays()
{
    const File file(json(500, 'o'));
    struct stat first;
    struct stat second;
    QCOMPARE(stat(file.path().toLocal8Bit().constData(), &first), 0);
    QVERIFY(overwriteInPlace(file.descriptor(), json(5000, 'n')));
    QCOMPARE(stat(file.path().toLocal8Bit().constData(), &second), 0);
    QCOMPARE(first.st_ino, second.st_ino);
}

void TestInPlaceWrite::aDescriptorForReadingOnlyIsAnError()
{
    const File file(json(100, 'o'));
    QFile reader(file.path());
    QVERIFY(reader.open(QIODevice::ReadOnly));
    for (const int size : {10, 100, 1000}) {
        const auto written = overwriteInPlace(reader.handle(), json(size, 'n'));
        QVERIFY(!written);
        QCOMPARE(written.error().kind, Error::Kind::Io);
        QCOMPARE(file.content(), json(100, 'o'));
    }
}

void TestInPlaceWrite::readingDoesNotMoveTheOffset()
{
    const File file(json(9000, 'x'));
    QCOMPARE(lseek(file.descriptor(), 7, SEEK_SET), off_t(7));
    QCOMPARE(readWhole(file.descriptor(), 1 << 20).value_or("?"), json(9000, 'x'));
    QCOMPARE(lseek(file.descriptor(), 0, SEEK_CUR), off_t(7));
}

void TestInPlaceWrite::readingRefusesWhatIsTooBig_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("most");
    QTest::addColumn<bool>("isRead");
    QTest::newRow("empty") << 0 << 0 << true;
    QTest::newRow("small") << 10 << 10 << true;
    QTest::newRow("small by one") << 11 << 10 << false;
    QTest::newRow("one read") << 2048 << 2048 << true;
    QTest::newRow("one read and one") << 2049 << 2048 << false;
    QTest::newRow("between two reads") << 3000 << 2500 << false;
    QTest::newRow("exact") << 5000 << 5000 << true;
    QTest::newRow("exact by one") << 5001 << 5000 << false;
}

void TestInPlaceWrite::readingRefusesWhatIsTooBig()
{
    QFETCH(const int, size);
    QFETCH(const int, most);
    QFETCH(const bool, isRead);
    const File file(QByteArray(size, 'x'));
    const auto content = readWhole(file.descriptor(), most);
    QCOMPARE(content.has_value(), isRead);
    if (isRead)
        QCOMPARE(content->size(), size);
    else
        QCOMPARE(content.error().kind, Error::Kind::Corrupt);
}

void TestInPlaceWrite::readingADirectoryIsAnError()
{
    const FileDescriptor folder(open("/", O_RDONLY | O_CLOEXEC));
    const auto content = readWhole(folder.get(), 100);
    QVERIFY(!content);
    QCOMPARE(content.error().kind, Error::Kind::Io);
}

QTEST_GUILESS_MAIN(TestInPlaceWrite)
#include "tst_inplacewrite.moc"
