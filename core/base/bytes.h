#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonArray>
#include <QString>

namespace sharedserver {

/// Arguments, paths and environments are bytes to Unix, not text. These two turn them into a
/// QString and back without loss: a byte that is not part of valid UTF-8 becomes a lone surrogate
/// U+DC80 to U+DCFF, as Python's "surrogateescape" (PEP 383) does, and so do the three bytes of a
/// byte order mark at the beginning, which decoders drop. Qt's JSON writer emits such a lone
/// surrogate as `\udcxx`, so the same text also crosses the control socket unharmed.
QString textFromBytes(QByteArrayView bytes);
QByteArray bytesFromText(QStringView text);

/// For people and for files that other tools read: invalid bytes become U+FFFD.
QString displayText(QByteArrayView bytes);

/// Whether displayText() loses nothing: `bytes` is valid UTF-8 and begins with no byte order mark.
bool isValidUtf8(QByteArrayView bytes);

/// Lists of such bytes to and from JSON arrays of strings (by textFromBytes()).
QJsonArray jsonFromBytes(const QByteArrayList &list);
QByteArrayList bytesFromJson(const QJsonArray &array);

} // namespace sharedserver
