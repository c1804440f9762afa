#pragma once

#include "core/base/error.h"

#include <QByteArrayList>
#include <QHash>
#include <QStringList>

#include <chrono>
#include <optional>

namespace sharedserver {

struct CommandOption;
struct CommandSpec;
struct RawArguments;

/// A command's options and operands, all of them checked: names, durations, pids and assignments
/// are well-formed, nothing is missing and nothing is too much.
class CommandArguments
{
public:
    /// Kind::Usage where something is wrong.
    static Result<CommandArguments> parse(const CommandSpec &spec, const RawArguments &arguments);

    bool isHelpWanted() const { return isSet("help"); }
    QString serverName() const { return m_words.isEmpty() ? QString() : m_words.first(); }
    QStringList words() const { return m_words; }
    /// What to run: stood behind `--`.
    QByteArrayList command() const { return m_command; }

    bool isSet(const char *option) const { return m_values.contains(QLatin1String(option)); }
    /// The last one given; empty where there is none.
    QString value(const char *option) const;
    QStringList values(const char *option) const;
    std::optional<std::chrono::milliseconds> duration(const char *option) const;
    std::optional<qint64> number(const char *option) const;

private:
    Result<void> readOptions(const CommandSpec &spec, const QStringList &words);
    Result<void> readOperands(const CommandSpec &spec, const RawArguments &arguments);

    Result<void> checkServerNames() const;

    QHash<QString, QStringList> m_values; ///< by option
    QStringList m_words;
    QByteArrayList m_command;
};

} // namespace sharedserver
