#include "tests/core/cutlog.h"

#include "core/log/logchain.h"
#include "core/process/filedescriptor.h"
#include "core/process/filestatus.h"

#include <QFile>
#include <QTest>

#include <fcntl.h>

namespace sharedserver::test {

using platform::FrontRemoval;

QByteArray CutLog::path() const
{
    return QFile::encodeName(m_folder.filePath("server.log"));
}

void CutLog::append(const QByteArray &text) const
{
    QFile file(QFile::decodeName(path()));
    QVERIFY(file.open(QIODevice::Append | QIODevice::Unbuffered));
    QCOMPARE(file.write(text), text.size());
}

QByteArray CutLog::ownLines() const
{
    const auto chain = LogChain::open(path());
    return chain ? chain->read(chain->logBegin(), chain->end() - chain->logBegin()) : QByteArray();
}

bool CutLog::can(FrontRemoval most) const
{
    append(QByteArray(65536, 'x'));
    const FileDescriptor file(::open(path().constData(), O_RDWR | O_CLOEXEC));
    const auto status = FileStatus::of(file.get());
    const bool can = status && platform::dropFront(file.get(), status->blockSize(), most) == most;
    QFile::remove(QFile::decodeName(path()));
    return can;
}

QByteArray CutLog::read(const QByteArray &path)
{
    QFile file(QFile::decodeName(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray numberedLine(char sign, qint64 number)
{
    return sign + QByteArray::number(number) + ' ' + QByteArray(int(number % 300), 'x') + '\n';
}

void addFrontRemovals(bool withNone)
{
    QTest::addColumn<FrontRemoval>("most");
    QTest::newRow("collapse") << FrontRemoval::Collapse;
    QTest::newRow("hole") << FrontRemoval::Hole;
    if (withNone)
        QTest::newRow("none") << FrontRemoval::None;
}

} // namespace sharedserver::test
