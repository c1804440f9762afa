#pragma once

#include <QJsonObject>
#include <QString>

#include <tl/expected.hpp>

namespace sharedserver {

/// What went wrong, in one line fit for a user: what failed, on what, and what to do.
///
/// The kind decides the exit code of the command line and the error code on the control socket.
struct Error
{
    enum class Kind {
        Usage, ///< the request itself is wrong: a bad name, duration, option or parameter
        NotRunning, ///< the named server is not running
        CannotStart, ///< the command could not be executed, or died at once
        Conflict, ///< something else stands there already
        Unsafe, ///< a directory, file or peer that must not be trusted
        Timeout, ///< it did not happen in the time allowed
        Unreachable, ///< no watcher answers
        Protocol, ///< the other side of the control socket spoke nonsense
        Corrupt, ///< a file is there, but does not say anything usable
        Io, ///< the operating system refused
    };

    Kind kind = Kind::Io;
    QString message;
    QJsonObject details = {}; ///< machine-readable extras, such as `exit_code` or `log_tail`
};

template<typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

/// Makes the failing side of any Result.
Failure failure(Error::Kind kind, const QString &message, const QJsonObject &details = {});

/// The same for a system call: appends the text of `errorNumber` (an errno value) to `what`.
Failure systemFailure(const QString &what, int errorNumber);

/// Kind::NotRunning, in the same words wherever it is noticed.
Failure notRunning(const QString &name);

/// The stable word for a kind, as it appears in JSON (`not_running`).
QString errorKindWord(Error::Kind kind);
Error::Kind errorKindFromWord(const QString &word);

} // namespace sharedserver
