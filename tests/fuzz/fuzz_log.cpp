// A log holds whatever its server writes, lines that look like our own marker too, and the file of
// its times whatever a crash has left: every place that is found is inside the log.
//
// Of the input, what stands before the first NUL goes to NAME.log.times, behind its first line.

#include "core/log/logposition.h"
#include "core/log/logtimes.h"
#include "tests/fuzz/fuzz.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

using namespace sharedserver;

namespace {

QByteArray write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    // Never emptied on the way, which some file systems answer by waiting for the disk.
    HOLDS(file.open(QIODevice::ReadWrite) && file.resize(content.size()));
    HOLDS(file.write(content) == content.size());
    return QFile::encodeName(path);
}

void tryChain(const LogChain &chain)
{
    const auto isInside = [&](qint64 place) {
        return place >= chain.begin() && place <= chain.end();
    };
    HOLDS(chain.begin() <= chain.logBegin() && chain.logBegin() <= chain.end());
    qint64 last = chain.end();
    for (const qint64 count : {0, 1, 2, 10, 1000}) {
        const qint64 place = chain.lastLines(count);
        HOLDS(isInside(place) && place <= last);
        last = place;
    }
    for (const qint64 place : {chain.begin(), (chain.begin() + chain.end()) / 2, chain.end()}) {
        HOLDS(isInside(chain.nextLine(place)) && chain.nextLine(place) >= place);
        HOLDS(chain.read(place, 1 << 20).size() <= chain.end() - place);
    }
}

} // namespace

void fuzz::tryInput(const QByteArray &input)
{
    static const QTemporaryDir folder;
    static const QString path = folder.filePath(QStringLiteral("sharedserver/logs/web.log"));
    static const bool isMade = QDir().mkpath(QFileInfo(path).path());
    HOLDS(isMade);
    const qsizetype end = input.indexOf('\0');
    const QByteArray log = write(path, input.mid(end + 1));
    write(path + QStringLiteral(".1"), "older\nlines\n");
    qint64 begin = 0;
    {
        const auto chain = LogChain::open(log);
        HOLDS(chain);
        tryChain(*chain);
        begin = chain->begin();
        write(path + QStringLiteral(".times"),
              "log " + QByteArray::number(chain->identity().device) + ' '
                  + QByteArray::number(chain->identity().inode) + '\n'
                  + input.left(std::max<qsizetype>(0, end)));
    }
    for (const qint64 since : {qint64(0), qint64(1000), qint64(1) << 40}) {
        const auto start =
            findLogStart(log, {.lines = {}, .sinceMs = since, .timesPath = log + ".times"});
        HOLDS(start && start->position.place >= begin);
    }
    HOLDS(logTail(log, 10).size() <= 10);
    HOLDS(logTail(log, 10, 3).size() <= 10);
}
