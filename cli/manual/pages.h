#pragma once

#include <QString>

/// The pages of the manual, each from the very objects by which the programs work.
namespace sharedserver::manual {

/// sharedserver(1), from the table of commands. `date`: when this version was made.
QString commandPage(const QString &date);
/// sharedserver-tray(1), from the table of its options.
QString trayPage(const QString &date);
/// sharedserver-servers.json(5), from the JSON Schema.
QString definitionsPage(const QString &date);

/// What stands in the foot of each page.
QString source();

} // namespace sharedserver::manual
