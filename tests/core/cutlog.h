#pragma once

#include "core/process/filefront.h"

#include <QByteArray>
#include <QMetaType>
#include <QTemporaryDir>

Q_DECLARE_METATYPE(sharedserver::platform::FrontRemoval)

namespace sharedserver::test {

/// The log of a server in a folder of its own, to be cut.
class CutLog
{
public:
    QByteArray path() const;
    QByteArray oldPath() const { return path() + ".1"; }
    void append(const QByteArray &text) const;
    QByteArray content() const { return read(path()); }
    QByteArray old() const { return read(oldPath()); }
    /// All that is in the log itself, without our marker.
    QByteArray ownLines() const;
    /// What the file system does for us here.
    bool can(platform::FrontRemoval most) const;

private:
    static QByteArray read(const QByteArray &path);

    QTemporaryDir m_folder;
};

/// The line of this number: its length changes from one to the next.
QByteArray numberedLine(char sign, qint64 number);

/// The column `most`: a row for each way to remove a log's front.
void addFrontRemovals(bool withNone = false);

} // namespace sharedserver::test
