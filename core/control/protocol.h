#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>

namespace sharedserver::protocol {

// JSON-RPC 2.0, one object a line; see docs/protocol.md.

constexpr int kVersion = 1;
constexpr char kSocketName[] = "control.sock";
/// Of a line, its newline included, in either direction.
constexpr qsizetype kMaxLine = 1024 * 1024;

/// One object as a line.
QByteArray line(const QJsonObject &object);

/// A list that may not fit one line, in parts that each do, with room for what is around them.
QList<QByteArrayList> partsOf(const QByteArrayList &list);

/// What a client asks for in one line.
struct Request
{
    QJsonValue id; ///< a number or a string
    QString method;
    QJsonObject params;
};

/// Why a line is no request.
struct NoRequest
{
    bool isObject = false; ///< false: not even a JSON object
    QJsonValue id; ///< of the answer: the line's own where it has a right one, else null
};

tl::expected<Request, NoRequest> parseRequest(const QByteArray &line);

/// The first request of every connection of ours, and its id.
QJsonObject hello(int id);
constexpr int kHelloId = 1;
QJsonObject request(int id, const QString &method, const QJsonObject &params);
QJsonObject result(const QJsonValue &id, const QJsonObject &result);
QJsonObject notification(const QString &method, const QJsonObject &params);

/// An error of ours as JSON-RPC tells it: `code`, `message`, and `data` with `kind` and details.
QJsonObject errorAnswer(const QJsonValue &id, const Error &error);
/// The error in an answer of the watcher.
Error errorFromAnswer(const QJsonObject &error);

// Codes that JSON-RPC itself defines (https://www.jsonrpc.org/specification, section 5.1).
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
/// Ours: said before hello, or a hello of another version.
constexpr int kHelloFirst = -32001;
/// Ours: everything else, told apart by `data.kind`.
constexpr int kFailed = -32000;

QJsonObject codedError(const QJsonValue &id, int code, const QString &message,
                       const QJsonObject &data = {});

} // namespace sharedserver::protocol
