#include "cli/completionscript.h"

#include "cli/commandtable.h"

namespace sharedserver::completion {

namespace {

constexpr char kFishHead[] = R"sh(# fish completion for sharedserver

# The words before the cursor that are no options and no options' values.
function __sharedserver_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip -eq 1
            set skip 0
        else if string match -qr -- '^(@VALUED@)$' $word
            set skip 1
        else if test "$word" = --
            echo -- -- # a single one is taken for the end of options, and prints nothing
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end

# Whether one of the commands in the arguments is being completed.
function __sharedserver_in
    set -l words (__sharedserver_words)
    test "$words[1]" = admin; and set -e words[1]
    test (count $words) -gt 0; and contains -- $words[1] $argv; and not contains -- -- $words
end

# The same, where its operand is still missing.
function __sharedserver_wants_operand
    __sharedserver_in $argv; or return 1
    set -l words (__sharedserver_words)
    test "$words[1]" = admin; and set -e words[1]
    test (count $words) -eq 1
end

function __sharedserver_at_start
    test (count (__sharedserver_words)) -eq 0
end

function __sharedserver_at_admin
    set -l words (__sharedserver_words)
    test (count $words) -eq 1 -a "$words[1]" = admin
end

# Whether the arguments name the command, and what it is to run is being typed, behind `--`.
function __sharedserver_in_tail
    set -l words (__sharedserver_words)
    test "$words[1]" = admin; and set -e words[1]
    contains -- -- $words; and contains -- $words[1] $argv
end

# What the shell offers for that command itself.
function __sharedserver_tail
    set -l words (commandline -opc)
    set -l start (math (contains -i -- -- $words) + 1)
    complete -C (string join ' ' -- (string escape -- $words[$start..-1]) (commandline -ct))
end

function __sharedserver_names
    set -l program (commandline -opc)[1]
    eval (string escape -- $program) complete-names 2>/dev/null
end

complete -c sharedserver -f
complete -c sharedserver -n __sharedserver_at_start -s h -l help -d 'Show help'
complete -c sharedserver -n __sharedserver_at_start -s V -l version -d 'Print the version'
complete -c sharedserver -n __sharedserver_at_start -a admin -d 'Commands for special cases'
)sh";

QString valueArguments(ValueKind kind)
{
    switch (kind) {
    case ValueKind::None:
        return {};
    case ValueKind::Duration:
        return QStringLiteral(" -x -a '%1'").arg(durations());
    case ValueKind::Pid:
        return QStringLiteral(" -x -a '(__fish_complete_pids)'");
    case ValueKind::Assignment:
        return QStringLiteral(" -x -a '(set -nx)='");
    case ValueKind::File:
        return QStringLiteral(" -r -F");
    case ValueKind::Directory:
        return QStringLiteral(" -x -a '(__fish_complete_directories)'");
    case ValueKind::Text:
    case ValueKind::Number:
    case ValueKind::Count:
        break;
    }
    return QStringLiteral(" -x");
}

QString operandLine(const CommandSpec &spec, const QString &names)
{
    QString candidates;
    QString condition = QStringLiteral("__sharedserver_wants_operand");
    switch (spec.operands) {
    case Operands::ServerName:
    case Operands::OptionalServerName:
        candidates = QStringLiteral("(__sharedserver_names)");
        break;
    case Operands::ServerNames:
        candidates = QStringLiteral("(__sharedserver_names)");
        condition = QStringLiteral("__sharedserver_in");
        break;
    case Operands::Shell:
        candidates = joinedWords(kShells, " ");
        break;
    case Operands::ConfigAction:
        candidates = joinedWords(kConfigActions, " ");
        break;
    case Operands::Words:
        candidates = commandNames(false).join(QLatin1Char(' '));
        break;
    case Operands::None:
        return {};
    }
    return QStringLiteral("complete -c sharedserver -n '%1 %2' -a '%3'\n")
        .arg(condition, names, candidates);
}

QString commandLines(const CommandEntry &entry)
{
    const CommandSpec &spec = *entry.spec;
    const QString name = QLatin1String(spec.name);
    const QString names = spec.alias ? name + QLatin1Char(' ') + QLatin1String(spec.alias) : name;
    const QString summary = quoted(QLatin1String(spec.summary));
    QString text = QLatin1Char('\n') + QString();
    const auto offer = [&](const char *condition) {
        text += QStringLiteral("complete -c sharedserver -n %1 -a %2 -d %3\n")
                    .arg(QLatin1String(condition), name, summary);
    };
    if (entry.group == CommandGroup::Everyday || entry.isShortcut)
        offer("__sharedserver_at_start");
    if (entry.group == CommandGroup::Admin)
        offer("__sharedserver_at_admin");
    text += operandLine(spec, names);
    if (spec.tail != Tail::None) {
        text += QStringLiteral("complete -c sharedserver -n '__sharedserver_in_tail %1' -x "
                               "-a '(__sharedserver_tail)'\n")
                    .arg(names);
    }
    for (const CommandOption &option : spec.options) {
        const QString letter = option.letter == '\0'
            ? QString()
            : QStringLiteral("-s %1 ").arg(QLatin1Char(option.letter));
        text +=
            QStringLiteral("complete -c sharedserver -n '__sharedserver_in %1' %2-l %3%4 -d %5\n")
                .arg(names, letter, QLatin1String(option.name), valueArguments(option.kind),
                     quoted(QLatin1String(option.summary)));
    }
    text += QStringLiteral("complete -c sharedserver -n '__sharedserver_in %1' -s h -l help "
                           "-d 'Show help'\n")
                .arg(names);
    return text;
}

} // namespace

QString fish()
{
    QStringList valued;
    QString lines;
    for (const CommandEntry &entry : commandTable()) {
        if (entry.group == CommandGroup::Hidden)
            continue;
        lines += commandLines(entry);
        for (const CommandOption &option : entry.spec->options) {
            const QString name = QStringLiteral("--%1").arg(QLatin1String(option.name));
            if (option.kind == ValueKind::None || valued.contains(name))
                continue;
            valued.append(name);
            if (option.letter != '\0')
                valued.append(QStringLiteral("-%1").arg(QLatin1Char(option.letter)));
        }
    }
    return QString(QLatin1String(kFishHead))
               .replace(QStringLiteral("@VALUED@"), valued.join(QLatin1Char('|')))
        + lines;
}

} // namespace sharedserver::completion
