#pragma once

#include <QJsonObject>
#include <QStringList>

namespace sharedserver {

/// The keys of a definition in servers.json, by their own spelling: `gracePeriod`.
QStringList definitionKeys();

/// A definition with every key spelt its own way: what Neovim configurations call `idle_timeout`
/// becomes `gracePeriod`. Where both stand there, our own spelling wins. Keys that nobody knows and
/// nulls are left out; each of the former adds a warning to `warnings`, which names the nearest
/// known one.
QJsonObject withOwnSpellings(const QJsonObject &definition, const QString &path,
                             QStringList *warnings);

/// `key` is not known at `path`, and which one may have been meant.
QString unknownKeyWarning(const QString &key, const QString &path, const QStringList &known);

} // namespace sharedserver
