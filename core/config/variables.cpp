#include "core/config/variables.h"

#include "core/base/bytes.h"

#include <QJsonArray>

namespace sharedserver {

namespace {

// Deeper than anyone means it: a default within a default.
constexpr int kMostNested = 8;

bool isNameStart(QChar c)
{
    return c == QLatin1Char('_') || (c >= QLatin1Char('a') && c <= QLatin1Char('z'))
        || (c >= QLatin1Char('A') && c <= QLatin1Char('Z'));
}

bool isNamePart(QChar c)
{
    return isNameStart(c) || (c >= QLatin1Char('0') && c <= QLatin1Char('9'));
}

/// Goes through one text from front to back.
class Expansion
{
public:
    Expansion(const QString &text, const VariableLookup &variables, int depth)
        : m_text(text)
        , m_variables(variables)
        , m_depth(depth)
    {
    }

    Result<QString> run()
    {
        while (!m_error && m_at < m_text.size()) {
            const QChar c = m_text[m_at++];
            if (c == QLatin1Char('$'))
                expandDollar();
            else
                m_result += c;
        }
        return m_error ? Result<QString>(Failure(*m_error)) : m_result;
    }

private:
    void fail(const QString &message) { m_error = Error{Error::Kind::Corrupt, message}; }

    QString takeName()
    {
        const qsizetype begin = m_at;
        if (m_at < m_text.size() && isNameStart(m_text[m_at])) {
            while (m_at < m_text.size() && isNamePart(m_text[m_at]))
                ++m_at;
        }
        return m_text.mid(begin, m_at - begin);
    }

    void expandDollar()
    {
        const QChar next = m_at < m_text.size() ? m_text[m_at] : QChar();
        if (next == QLatin1Char('$')) {
            m_result += next;
            ++m_at;
        } else if (next == QLatin1Char('{')) {
            ++m_at;
            expandBraces();
        } else if (const QString name = takeName(); !name.isEmpty()) {
            addVariable(name, {});
        } else {
            m_result += QLatin1Char('$');
        }
    }

    void expandBraces()
    {
        const QString name = takeName();
        const QChar next = m_at < m_text.size() ? m_text[m_at] : QChar();
        if (!name.isEmpty() && next == QLatin1Char('}')) {
            ++m_at;
            addVariable(name, {});
            return;
        }
        const qsizetype end = endOfDefault(m_at + 2);
        if (name.isEmpty() || m_text.mid(m_at, 2) != QLatin1String(":-") || end < 0) {
            fail(QStringLiteral("'${' must go on as in ${NAME} or ${NAME:-default}; for a dollar, "
                                "write '$$'."));
            return;
        }
        const QString standard = m_text.mid(m_at + 2, end - m_at - 2);
        m_at = end + 1;
        addVariable(name, standard);
    }

    /// Where the brace is that closes the default beginning at `from`; -1 where there is none.
    qsizetype endOfDefault(qsizetype from) const
    {
        int open = 0;
        for (qsizetype i = from; i < m_text.size(); ++i) {
            if (m_text.mid(i, 2) == QLatin1String("$$"))
                ++i;
            else if (m_text.mid(i, 2) == QLatin1String("${"))
                ++open;
            else if (m_text[i] == QLatin1Char('}') && open-- == 0)
                return i;
        }
        return -1;
    }

    void addVariable(const QString &name, const std::optional<QString> &standard)
    {
        const auto value = m_variables(name);
        if (value && !(standard && value->isEmpty())) {
            m_result += *value;
        } else if (!standard) {
            fail(QStringLiteral("The variable %1 is not set. Set it, or give a default: "
                                "${%1:-default}.")
                     .arg(name));
        } else if (m_depth == kMostNested) {
            fail(QStringLiteral("There are too many defaults within defaults."));
        } else {
            const auto expanded = Expansion(*standard, m_variables, m_depth + 1).run();
            if (expanded)
                m_result += *expanded;
            else
                m_error = expanded.error();
        }
    }

    const QString &m_text;
    const VariableLookup &m_variables;
    int m_depth;
    qsizetype m_at = 0;
    QString m_result;
    std::optional<Error> m_error;
};

Result<QJsonValue> expandList(const QJsonArray &list, const QString &path,
                              const VariableLookup &variables)
{
    QJsonArray expanded;
    for (qsizetype i = 0; i < list.size(); ++i) {
        const auto element =
            expandVariables(list.at(i), QStringLiteral("%1[%2]").arg(path).arg(i), variables);
        if (!element)
            return element;
        expanded.append(*element);
    }
    return QJsonValue(expanded);
}

Result<QJsonValue> expandObject(const QJsonObject &object, const QString &path,
                                const VariableLookup &variables)
{
    QJsonObject expanded;
    for (auto member = object.begin(); member != object.end(); ++member) {
        const auto value =
            expandVariables(member.value(), path + QLatin1Char('.') + member.key(), variables);
        if (!value)
            return value;
        expanded.insert(member.key(), *value);
    }
    return QJsonValue(expanded);
}

} // namespace

VariableLookup processVariables()
{
    return [](const QString &name) -> std::optional<QString> {
        const QByteArray key = name.toUtf8();
        if (!qEnvironmentVariableIsSet(key.constData()))
            return {};
        return textFromBytes(qgetenv(key.constData()));
    };
}

Result<QString> expandVariables(const QString &text, const VariableLookup &variables)
{
    if (!text.startsWith(QLatin1String("~/")))
        return Expansion(text, variables, 0).run();
    const auto home = variables(QStringLiteral("HOME"));
    if (!home || home->isEmpty()) {
        return failure(Error::Kind::Corrupt,
                       QStringLiteral("The variable HOME is not set, which '~/' stands for."));
    }
    const auto rest = Expansion(text.mid(1), variables, 0).run();
    return rest ? Result<QString>(*home + *rest) : rest;
}

Result<QJsonValue> expandVariables(const QJsonValue &value, const QString &path,
                                   const VariableLookup &variables)
{
    if (value.isArray())
        return expandList(value.toArray(), path, variables);
    if (value.isObject())
        return expandObject(value.toObject(), path, variables);
    if (!value.isString())
        return value;
    const auto text = expandVariables(value.toString(), variables);
    if (!text)
        return failure(text.error().kind, path + QStringLiteral(": ") + text.error().message);
    return QJsonValue(*text);
}

} // namespace sharedserver
