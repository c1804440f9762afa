#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>

namespace sharedserver {

/// Writes JSON text from front to back, indented for people.
///
/// For what is printed by the thousand: a QJsonDocument of the same takes five times as long, most
/// of it to build the objects. The caller sees to it that keys and ends come where they belong.
class JsonWriter
{
public:
    void beginObject() { begin('{'); }
    void endObject() { end('}'); }
    void beginArray() { begin('['); }
    void endArray() { end(']'); }
    /// `name` is plain ASCII without anything to escape.
    void key(const char *name);
    /// A lone surrogate is written as its escape, as Qt does (see textFromBytes()).
    void value(QStringView text);
    void value(const QString &text) { value(QStringView(text)); }
    void value(qint64 number);
    void value(int number) { value(qint64(number)); }
    void value(double number);
    void value(bool flag);
    void value(const QStringList &list);
    void null();

    template<typename T>
    void member(const char *name, const T &content)
    {
        key(name);
        value(content);
    }
    template<typename T>
    void member(const char *name, const std::optional<T> &content)
    {
        key(name);
        if (content)
            value(*content);
        else
            null();
    }

    /// What was written since the last call.
    QByteArray take();

private:
    void begin(char bracket);
    void end(char bracket);
    void separate();
    void newLine();

    std::string m_text; ///< which appends single characters faster than a QByteArray
    size_t m_depth = 0;
    bool m_isFirst = true; ///< in its object or array
    bool m_afterKey = false;
};

} // namespace sharedserver
