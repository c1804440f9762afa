#pragma once

#include "core/base/error.h"

#include <QByteArrayList>
#include <QJsonObject>
#include <QString>

#include <chrono>

namespace sharedserver {

/// How to tell that a server is ready to be used: the `ready` of a definition. Exactly one of
///
///     {"tcp": 8000}                        something listens there; also "host:port"
///     {"http": "http://127.0.0.1:8000/"}   answers with a status below 400
///     {"log": "regex"}                     a line of its output matches (QRegularExpression)
///     {"exec": ["command", "arg"]}         ends with exit code 0
///
/// and beside it `interval`, how long to pause between two tries, and `timeout`, how long it may
/// take in all.
struct ReadyCheck
{
    enum class Kind { Tcp, Http, Log, Exec };

    Kind kind = Kind::Tcp;
    QString host; ///< of Tcp; empty for this machine, by IPv4 or IPv6
    quint16 port = 0; ///< of Tcp
    QString text; ///< the URL of Http, the expression of Log
    QByteArrayList command; ///< of Exec
    std::chrono::milliseconds interval{200};
    std::chrono::milliseconds timeout{60000};
    QJsonObject source; ///< as it was given

    /// Kind::Usage says what is wrong, as the end of a sentence about the whole, or about its key
    /// that the detail `key` names.
    static Result<ReadyCheck> fromJson(const QJsonObject &json);
    /// From one word: `tcp:8000`, `tcp:host:8000`, `http://…`, `log:regex`, `exec:command` (a
    /// line for /bin/sh).
    static Result<ReadyCheck> fromWord(const QString &word);

    /// What is waited for, for people: `port 8000`, `http://…`, `'regex' in its log`, `'curl …'`.
    QString description() const;
};

} // namespace sharedserver
