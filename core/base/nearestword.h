#pragma once

#include <QStringList>

namespace sharedserver {

/// The candidate that `word` is most likely a slip of, empty where none is close: at most two
/// letters added, left out or exchanged, and fewer in short words.
QString nearestWord(const QString &word, const QStringList &candidates);

} // namespace sharedserver
