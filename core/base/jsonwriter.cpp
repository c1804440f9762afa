#include "core/base/jsonwriter.h"

#include "core/base/displaycommand.h"

#include <cmath>
#include <utility>

namespace sharedserver {

namespace {

constexpr size_t kIndent = 4;
// JSON may hold it as it is, and other display commands, but a terminal would obey them.
constexpr char kDelete = 0x7f;

void appendEscape(std::string &text, char16_t unit)
{
    static constexpr char digits[] = "0123456789abcdef";
    text += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4)
        text += digits[(unit >> shift) & 0xf];
}

void appendUtf8(std::string &text, QStringView units)
{
    const QByteArray bytes = units.toUtf8();
    text.append(bytes.constData(), size_t(bytes.size()));
}

void appendAscii(std::string &text, char c)
{
    switch (c) {
    case '"':
        text += "\\\"";
        return;
    case '\\':
        text += "\\\\";
        return;
    case '\n':
        text += "\\n";
        return;
    case '\r':
        text += "\\r";
        return;
    case '\t':
        text += "\\t";
        return;
    default:
        if (c < ' ' || c == kDelete)
            appendEscape(text, char16_t(c));
        else
            text += c;
    }
}

} // namespace

void JsonWriter::key(const char *name)
{
    separate();
    m_text += '"';
    m_text += name;
    m_text += "\": ";
    m_afterKey = true;
}

void JsonWriter::value(QStringView text)
{
    separate();
    m_text += '"';
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool isPair =
            c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate();
        if (c.unicode() < 0x80)
            appendAscii(m_text, char(c.unicode()));
        else if (isPair)
            appendUtf8(m_text, text.mid(i++, 2));
        else if (c.isSurrogate() || isDisplayCommand(c))
            appendEscape(m_text, c.unicode());
        else
            appendUtf8(m_text, text.mid(i, 1));
    }
    m_text += '"';
}

void JsonWriter::value(qint64 number)
{
    separate();
    m_text += std::to_string(number);
}

void JsonWriter::value(double number)
{
    separate();
    // JSON knows neither infinity nor NaN (RFC 8259, section 6).
    m_text += std::isfinite(number) ? QByteArray::number(number, 'g', 17).constData() : "null";
}

void JsonWriter::value(bool flag)
{
    separate();
    m_text += flag ? "true" : "false";
}

void JsonWriter::value(const QStringList &list)
{
    beginArray();
    for (const QString &text : list)
        value(QStringView(text));
    endArray();
}

void JsonWriter::null()
{
    separate();
    m_text += "null";
}

QByteArray JsonWriter::take()
{
    return QByteArray::fromStdString(std::exchange(m_text, {}));
}

void JsonWriter::begin(char bracket)
{
    separate();
    m_text += bracket;
    ++m_depth;
    m_isFirst = true;
}

void JsonWriter::end(char bracket)
{
    --m_depth;
    if (!m_isFirst)
        newLine();
    m_text += bracket;
    m_isFirst = false;
    if (m_depth == 0)
        m_text += '\n';
}

void JsonWriter::separate()
{
    if (std::exchange(m_afterKey, false) || m_depth == 0)
        return;
    if (!m_isFirst)
        m_text += ',';
    m_isFirst = false;
    newLine();
}

void JsonWriter::newLine()
{
    m_text += '\n';
    m_text.append(m_depth * kIndent, ' ');
}

} // namespace sharedserver
