#pragma once

#include <QDateTime>
#include <QString>

#include <optional>

namespace sharedserver {

/// An instant as lockfiles hold it: RFC 3339 in UTC. The text is kept as it was read, so that
/// another tool's nanoseconds survive our rewriting the file.
class Timestamp
{
public:
    Timestamp() = default;
    /// Milliseconds precision, `Z`.
    explicit Timestamp(const QDateTime &time);
    /// Nothing where `text` is not RFC 3339. Any number of fraction digits and any offset are
    /// accepted.
    static std::optional<Timestamp> parse(const QString &text);

    bool isValid() const { return m_time.isValid(); }
    QDateTime time() const { return m_time; }
    QString text() const { return m_text; }
    friend bool operator==(const Timestamp &, const Timestamp &) = default;

private:
    QDateTime m_time;
    QString m_text;
};

} // namespace sharedserver
