#include "core/base/error.h"

#include <array>
#include <cstring>

namespace sharedserver {

namespace {

struct KindWord
{
    Error::Kind kind;
    const char *word;
};

constexpr std::array kKindWords = {
    KindWord{Error::Kind::Usage, "usage"},
    KindWord{Error::Kind::NotRunning, "not_running"},
    KindWord{Error::Kind::CannotStart, "cannot_start"},
    KindWord{Error::Kind::Conflict, "conflict"},
    KindWord{Error::Kind::Unsafe, "unsafe"},
    KindWord{Error::Kind::Timeout, "timeout"},
    KindWord{Error::Kind::Unreachable, "unreachable"},
    KindWord{Error::Kind::Protocol, "protocol"},
    KindWord{Error::Kind::Corrupt, "corrupt"},
    KindWord{Error::Kind::Io, "io"},
};

} // namespace

Failure failure(Error::Kind kind, const QString &message, const QJsonObject &details)
{
    return Failure(Error{kind, message, details});
}

Failure systemFailure(const QString &what, int errorNumber)
{
    return failure(Error::Kind::Io,
                   QStringLiteral("%1: %2").arg(what, QString::fromUtf8(strerror(errorNumber))));
}

Failure notRunning(const QString &name)
{
    return failure(Error::Kind::NotRunning,
                   QStringLiteral("Server '%1' is not running. Start it with 'sharedserver use %1 "
                                  "-- COMMAND'.")
                       .arg(name));
}

QString errorKindWord(Error::Kind kind)
{
    for (const KindWord &entry : kKindWords) {
        if (entry.kind == kind)
            return QString::fromLatin1(entry.word);
    }
    return QStringLiteral("io");
}

Error::Kind errorKindFromWord(const QString &word)
{
    for (const KindWord &entry : kKindWords) {
        if (word == QLatin1String(entry.word))
            return entry.kind;
    }
    return Error::Kind::Io;
}

} // namespace sharedserver
