#include "core/control/protocol.h"

#include <QJsonDocument>

namespace sharedserver::protocol {

namespace {

const QLatin1String kJsonRpc("2.0");

// Room for the object around one part of a list.
constexpr qsizetype kPartSize = kMaxLine / 2;
// JSON writes a byte as six at the most (\u001f, \udcff), and a text in quotes, with a comma.
constexpr qsizetype kByteSize = 6;
constexpr qsizetype kTextSize = 3;

} // namespace

QByteArray line(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

QList<QByteArrayList> partsOf(const QByteArrayList &list)
{
    QList<QByteArrayList> parts;
    qsizetype size = kPartSize;
    for (const QByteArray &entry : list) {
        const qsizetype entrySize = entry.size() * kByteSize + kTextSize;
        if (size + entrySize > kPartSize) {
            parts.append(QByteArrayList());
            size = 0;
        }
        parts.last().append(entry);
        size += entrySize;
    }
    return parts;
}

tl::expected<Request, NoRequest> parseRequest(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject())
        return tl::unexpected(NoRequest{});
    const QJsonObject object = document.object();
    const QJsonValue id = object.value(QLatin1String("id"));
    const QJsonValue method = object.value(QLatin1String("method"));
    const QJsonValue params = object.value(QLatin1String("params"));
    const bool isId = id.isDouble() || id.isString();
    const bool isRequest = object.value(QLatin1String("jsonrpc")) == kJsonRpc && method.isString()
        && (params.isObject() || params.isUndefined()) && isId;
    if (!isRequest)
        return tl::unexpected(NoRequest{true, isId ? id : QJsonValue()});
    return Request{id, method.toString(), params.toObject()};
}

QJsonObject hello(int id)
{
    return request(
        id, QStringLiteral("hello"),
        {{QStringLiteral("protocol"), kVersion},
         {QStringLiteral("client"), QStringLiteral("sharedserver " SHAREDSERVER_VERSION)}});
}

QJsonObject request(int id, const QString &method, const QJsonObject &params)
{
    return {{QStringLiteral("jsonrpc"), kJsonRpc},
            {QStringLiteral("id"), id},
            {QStringLiteral("method"), method},
            {QStringLiteral("params"), params}};
}

QJsonObject result(const QJsonValue &id, const QJsonObject &result)
{
    return {{QStringLiteral("jsonrpc"), kJsonRpc},
            {QStringLiteral("id"), id},
            {QStringLiteral("result"), result}};
}

QJsonObject notification(const QString &method, const QJsonObject &params)
{
    return {{QStringLiteral("jsonrpc"), kJsonRpc},
            {QStringLiteral("method"), method},
            {QStringLiteral("params"), params}};
}

QJsonObject codedError(const QJsonValue &id, int code, const QString &message,
                       const QJsonObject &data)
{
    QJsonObject error{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    if (!data.isEmpty())
        error.insert(QStringLiteral("data"), data);
    return {{QStringLiteral("jsonrpc"), kJsonRpc},
            {QStringLiteral("id"), id},
            {QStringLiteral("error"), error}};
}

QJsonObject errorAnswer(const QJsonValue &id, const Error &error)
{
    QJsonObject data = error.details;
    data.insert(QStringLiteral("kind"), errorKindWord(error.kind));
    const int code = error.kind == Error::Kind::Usage ? kInvalidParams : kFailed;
    return codedError(id, code, error.message, data);
}

Error errorFromAnswer(const QJsonObject &error)
{
    QJsonObject data = error.value(QLatin1String("data")).toObject();
    const QJsonValue word = data.take(QLatin1String("kind"));
    return Error{word.isString() ? errorKindFromWord(word.toString()) : Error::Kind::Protocol,
                 error.value(QLatin1String("message")).toString(), data};
}

} // namespace sharedserver::protocol
