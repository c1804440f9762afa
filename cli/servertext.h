#pragma once

#include "cli/outputstyle.h"
#include "cli/texttable.h"
#include "core/lockfile/serverinfo.h"

#include <QDateTime>
#include <QString>

namespace sharedserver {

/// How the state of a server is shown.
Mark stateMark(const ServerInfo &info);
/// `Active`, `Grace`, …, for headings and tables.
QString stateTitle(const ServerInfo &info);
/// Both, for tables of servers; of one whose files cannot be read, that.
TextTable::Cell stateCell(const ServerInfo &info);

/// One line: `web is in grace period (PID: 4711, shutting down in 4m 30s)`.
QString stateLine(const ServerInfo &info, const QDateTime &now);

/// `12.3 MiB`.
QString memoryText(quint64 bytes);

/// Local time, `2026-11-23 08:18:07`.
QString localTime(const QDateTime &time);

} // namespace sharedserver
