#include "core/base/bytes.h"

#include <QStringDecoder>

namespace sharedserver {

namespace {

constexpr char16_t kFirstEscape = 0xdc80;
constexpr char16_t kLastEscape = 0xdcff;
// Decoders, Qt's JSON reader among them, drop it at the beginning of a text.
constexpr QByteArrayView kByteOrderMark = "\xef\xbb\xbf";

/// The length of the valid UTF-8 sequence that `bytes` begins with; 0 where it begins with none
/// (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
qsizetype sequenceLength(QByteArrayView bytes)
{
    const auto at = [&](qsizetype i) { return i < bytes.size() ? quint8(bytes[i]) : quint8(0); };
    const auto isTail = [&](qsizetype i) { return (at(i) & 0xc0) == 0x80; };
    const quint8 first = at(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return isTail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool isOverlong = first == 0xe0 && at(1) < 0xa0;
        const bool isSurrogate = first == 0xed && at(1) > 0x9f;
        return isTail(1) && isTail(2) && !isOverlong && !isSurrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool isOverlong = first == 0xf0 && at(1) < 0x90;
        const bool isTooBig = first == 0xf4 && at(1) > 0x8f;
        return isTail(1) && isTail(2) && isTail(3) && !isOverlong && !isTooBig ? 4 : 0;
    }
    return 0;
}

/// Of a sequence inside a text, where a byte order mark is a character like any other.
QString textFromSequence(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return decoder.decode(bytes);
}

} // namespace

bool isValidUtf8(QByteArrayView bytes)
{
    if (bytes.startsWith(kByteOrderMark))
        return false;
    for (qsizetype i = 0; i < bytes.size();) {
        const qsizetype length = sequenceLength(bytes.sliced(i));
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

QString textFromBytes(QByteArrayView bytes)
{
    if (isValidUtf8(bytes))
        return QString::fromUtf8(bytes);
    const qsizetype markLength = bytes.startsWith(kByteOrderMark) ? kByteOrderMark.size() : 0;
    QString text;
    for (qsizetype i = 0; i < bytes.size();) {
        const qsizetype length = i < markLength ? 0 : sequenceLength(bytes.sliced(i));
        if (length == 0) {
            text.append(QChar(char16_t(0xdc00 + quint8(bytes[i]))));
            ++i;
        } else {
            text.append(textFromSequence(bytes.sliced(i, length)));
            i += length;
        }
    }
    return text;
}

QByteArray bytesFromText(QStringView text)
{
    QByteArray bytes;
    qsizetype start = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t code = text[i].unicode();
        const bool isPaired = i > 0 && text[i - 1].isHighSurrogate();
        if (code < kFirstEscape || code > kLastEscape || isPaired)
            continue;
        bytes += text.sliced(start, i - start).toUtf8();
        bytes += char(code - 0xdc00);
        start = i + 1;
    }
    bytes += text.sliced(start).toUtf8();
    bytes.squeeze(); // to a third: environments are kept for as long as their servers run
    return bytes;
}

QString displayText(QByteArrayView bytes)
{
    return QString::fromUtf8(bytes);
}

QJsonArray jsonFromBytes(const QByteArrayList &list)
{
    QJsonArray array;
    for (const QByteArray &bytes : list)
        array.append(textFromBytes(bytes));
    return array;
}

QByteArrayList bytesFromJson(const QJsonArray &array)
{
    QByteArrayList list;
    list.reserve(array.size());
    for (const QJsonValue &value : array)
        list.append(bytesFromText(value.toString()));
    return list;
}

} // namespace sharedserver
