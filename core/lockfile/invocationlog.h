#pragma once

#include "core/base/error.h"
#include "core/lockfile/lockdirectory.h"

#include <QJsonObject>
#include <QList>

#include <functional>
#include <optional>

namespace sharedserver {

/// One line of `<name>.invocations.log`: who asked for what, and what came of it.
struct Invocation
{
    QString timestamp;
    QString command; ///< "use", "unuse", "stop", "exit", …
    QStringList args; ///< never holds a value of --env
    std::optional<QString> error; ///< `result` is "error" where set, else "success"
    QJsonObject metadata;

    QJsonObject toJson() const;
    static std::optional<Invocation> fromJson(const QByteArray &line);
};

/// The history of one server, kept after it has stopped: one JSON object a line, appended by a
/// single write so that lines never mix. At kMaxBytes the file becomes `….log.1` and a new one
/// begins.
class InvocationLog
{
public:
    static constexpr qint64 kMaxBytes = 256 * 1024;

    InvocationLog(const LockDirectory &directory, const QString &name);

    /// Fills in the timestamp where it is empty.
    Result<void> append(Invocation invocation);
    /// The last `most` entries, oldest first, those of the old file too. Unreadable lines are
    /// passed over. Reads from the file's end, so the cost depends on `most`, not on the file.
    QList<Invocation> last(int most) const;
    /// Calls `visit` with the last `most` entries, newest first, until it returns true. Reads no
    /// more than a few where it is among them.
    void searchBackwards(int most, const std::function<bool(const Invocation &)> &visit) const;

private:
    LockDirectory m_directory;
    QString m_fileName;
};

} // namespace sharedserver
