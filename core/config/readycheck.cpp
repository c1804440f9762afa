#include "core/config/readycheck.h"

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/nearestword.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace sharedserver {

namespace {

struct KindWord
{
    const char *word;
    ReadyCheck::Kind kind;
};

constexpr KindWord kKinds[] = {
    {"tcp", ReadyCheck::Kind::Tcp},
    {"http", ReadyCheck::Kind::Http},
    {"log", ReadyCheck::Kind::Log},
    {"exec", ReadyCheck::Kind::Exec},
};

Failure wrong(const QString &problem)
{
    return failure(Error::Kind::Usage, problem);
}

Failure wrong(const QString &key, const QString &problem)
{
    return failure(Error::Kind::Usage, problem, {{QStringLiteral("key"), key}});
}

Result<void> readPort(const QString &text, ReadyCheck *check)
{
    bool isNumber = false;
    check->port = text.toUShort(&isNumber);
    if (!isNumber || check->port == 0)
        return wrong(QStringLiteral("needs a port from 1 to 65535, not '%1'").arg(text));
    return {};
}

Result<void> readTcp(const QJsonValue &value, ReadyCheck *check)
{
    if (value.isDouble())
        return readPort(value.toVariant().toString(), check);
    const QString text = value.toString();
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    check->host = text.left(std::max<qsizetype>(0, colon));
    if (check->host.startsWith(QLatin1Char('[')) && check->host.endsWith(QLatin1Char(']')))
        check->host = check->host.mid(1, check->host.size() - 2); // an IPv6 address
    return readPort(text.mid(colon + 1), check);
}

Result<void> readHttp(const QJsonValue &value, ReadyCheck *check)
{
    check->text = value.toString();
    const QUrl url(check->text, QUrl::StrictMode);
    const bool isHttp =
        url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!url.isValid() || !isHttp || url.host().isEmpty())
        return wrong(QStringLiteral("needs a URL that begins with http:// or https://"));
    return {};
}

Result<void> readLog(const QJsonValue &value, ReadyCheck *check)
{
    check->text = value.toString();
    const QRegularExpression expression(check->text);
    if (check->text.isEmpty())
        return wrong(QStringLiteral("needs a regular expression"));
    if (!expression.isValid()) {
        return wrong(QStringLiteral("is no regular expression: %1 at %2")
                         .arg(expression.errorString())
                         .arg(expression.patternErrorOffset()));
    }
    return {};
}

Result<void> readExec(const QJsonValue &value, ReadyCheck *check)
{
    const QJsonArray words = value.isString() ? QJsonArray{value} : value.toArray();
    for (const QJsonValue &word : words) {
        if (!word.isString() || word.toString().contains(QChar(0)))
            return wrong(QStringLiteral("needs a list of strings"));
    }
    check->command = bytesFromJson(words);
    if (check->command.isEmpty() || check->command.first().isEmpty())
        return wrong(QStringLiteral("needs a command"));
    return {};
}

Result<void> readSubject(const QJsonValue &value, ReadyCheck *check)
{
    switch (check->kind) {
    case ReadyCheck::Kind::Tcp:
        return readTcp(value, check);
    case ReadyCheck::Kind::Http:
        return readHttp(value, check);
    case ReadyCheck::Kind::Log:
        return readLog(value, check);
    case ReadyCheck::Kind::Exec:
        break;
    }
    return readExec(value, check);
}

Result<void> readTime(const QJsonObject &json, const QString &key, std::chrono::milliseconds *time)
{
    const QJsonValue value = json.value(key);
    if (value.isUndefined() || value.isNull())
        return {};
    const auto duration = Duration::parse(value.toString());
    if (!duration)
        return wrong(key, QStringLiteral("is wrong: ") + duration.error().message.chopped(1));
    *time = duration->value();
    return {};
}

} // namespace

Result<ReadyCheck> ReadyCheck::fromJson(const QJsonObject &json)
{
    QStringList known{QStringLiteral("interval"), QStringLiteral("timeout")};
    const KindWord *chosen = nullptr;
    for (const KindWord &each : kKinds) {
        known.append(QLatin1String(each.word));
        if (!json.contains(QLatin1String(each.word)))
            continue;
        if (chosen)
            return wrong(QStringLiteral("must have one of tcp, http, log and exec, not several"));
        chosen = &each;
    }
    for (auto member = json.begin(); member != json.end(); ++member) {
        if (!known.contains(member.key())) {
            const QString near = nearestWord(member.key(), known);
            return wrong(QStringLiteral("has a key '%1' that is not known%2")
                             .arg(member.key(),
                                  near.isEmpty()
                                      ? QString()
                                      : QStringLiteral(" (did you mean '%1'?)").arg(near)));
        }
    }
    if (!chosen)
        return wrong(QStringLiteral("must have one of tcp, http, log and exec"));

    ReadyCheck check;
    check.kind = chosen->kind;
    check.source = json;
    const auto subject = readSubject(json.value(QLatin1String(chosen->word)), &check);
    if (!subject)
        return wrong(QLatin1String(chosen->word), subject.error().message);
    const auto interval = readTime(json, QStringLiteral("interval"), &check.interval);
    if (!interval)
        return Failure(interval.error());
    const auto timeout = readTime(json, QStringLiteral("timeout"), &check.timeout);
    if (!timeout)
        return Failure(timeout.error());
    return check;
}

Result<ReadyCheck> ReadyCheck::fromWord(const QString &word)
{
    const qsizetype colon = word.indexOf(QLatin1Char(':'));
    const QString kind = word.left(std::max<qsizetype>(0, colon));
    const QString rest = word.mid(colon + 1);
    Result<ReadyCheck> check = wrong(QStringLiteral("must begin with tcp:, http:, log: or exec:"));
    if (kind == QLatin1String("http") || kind == QLatin1String("https"))
        check = fromJson({{QStringLiteral("http"), word}});
    else if (kind == QLatin1String("tcp") || kind == QLatin1String("log")
             || kind == QLatin1String("exec"))
        check = fromJson({{kind, rest}});
    return check;
}

QString ReadyCheck::description() const
{
    switch (kind) {
    case Kind::Tcp:
        return host.isEmpty() ? QStringLiteral("port %1").arg(port)
                              : QStringLiteral("port %1 of %2").arg(port).arg(host);
    case Kind::Http:
        return text;
    case Kind::Log:
        return QStringLiteral("'%1' in its log").arg(text);
    case Kind::Exec:
        break;
    }
    QStringList words;
    for (const QByteArray &argument : command)
        words.append(displayText(argument));
    return QStringLiteral("'%1'").arg(words.join(QLatin1Char(' ')));
}

} // namespace sharedserver
