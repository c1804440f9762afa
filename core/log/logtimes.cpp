#include "core/log/logtimes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

namespace sharedserver {

namespace {

// Far above what kMostMarks take.
constexpr qint64 kMostBytes = 1024 * 1024;

QByteArray lineOf(qint64 timeMs, qint64 place)
{
    return QByteArray::number(timeMs) + ' ' + QByteArray::number(place) + '\n';
}

} // namespace

QByteArray LogTimes::head(const LogIdentity &log)
{
    return "log " + QByteArray::number(log.device) + ' ' + QByteArray::number(log.inode) + '\n';
}

std::optional<QList<LogTimes::Mark>> LogTimes::read(const QByteArray &path, const LogIdentity &log)
{
    QFile file(QFile::decodeName(path));
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly) || file.readLine(256) != head(log))
        return {};
    QList<Mark> marks;
    const QByteArrayList lines = file.read(kMostBytes).split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype space = line.indexOf(' ');
        if (space <= 0)
            continue;
        bool isTime = false;
        bool isPlace = false;
        const Mark mark{line.left(space).toLongLong(&isTime),
                        line.mid(space + 1).toLongLong(&isPlace)};
        if (isTime && isPlace)
            marks.append(mark);
    }
    return marks;
}

std::optional<qint64> LogTimes::placeAt(const QByteArray &path, const LogIdentity &log,
                                        qint64 timeMs, qint64 begin)
{
    const auto marks = read(path, log);
    if (!marks)
        return {};
    std::optional<qint64> place;
    if (!marks->isEmpty() && marks->first().place <= begin)
        place = begin;
    for (const Mark &mark : *marks) {
        if (mark.timeMs <= timeMs) // a clock that was set back counts as it was
            place = mark.place;
    }
    return place;
}

void LogTimes::mark(const LogIdentity &log, qint64 nowMs, qint64 place, qint64 begin)
{
    if (m_log != log)
        take(log);
    if (place < m_lastPlace)
        rewrite({}); // it was emptied, and begins at 0 again
    else if (m_count >= kMostMarks)
        thinOut(begin);
    const FileDescriptor file(
        ::open(m_path.constData(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
    const QByteArray line = lineOf(nowMs, place);
    if (file.isOpen() && write(file.get(), line.constData(), size_t(line.size())) == line.size())
        ++m_count;
    m_lastPlace = place;
}

void LogTimes::thinOut(qint64 begin)
{
    QList<Mark> marks = read(m_path, *m_log).value_or(QList<Mark>());
    while (marks.size() > 1 && marks.at(1).place <= begin)
        marks.removeFirst();
    if (marks.size() > kMostMarks / 2) {
        QList<Mark> fewer;
        for (qsizetype i = 0; i < marks.size(); i += 2)
            fewer.append(marks.at(i));
        marks = fewer;
    }
    rewrite(marks);
}

void LogTimes::take(const LogIdentity &log)
{
    m_log = log;
    const auto marks = read(m_path, log);
    m_count = marks ? marks->size() : 0;
    m_lastPlace = marks && !marks->isEmpty() ? marks->last().place : 0;
    if (!marks)
        rewrite({});
}

bool LogTimes::rewrite(const QList<Mark> &marks)
{
    m_count = marks.size();
    QByteArray text = head(*m_log);
    for (const Mark &mark : marks)
        text += lineOf(mark.timeMs, mark.place);
    const QString path = QFile::decodeName(m_path);
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    return file.write(text) == text.size() && file.commit();
}

} // namespace sharedserver
