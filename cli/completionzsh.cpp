#include "cli/completionscript.h"

#include "cli/commandtable.h"

namespace sharedserver::completion {

namespace {

// Formatting would take the scripts for C++.
// clang-format off
constexpr char kZshHead[] = R"sh(#compdef sharedserver
# zsh completion for sharedserver

_sharedserver_names() {
    local -a names
    names=(${(f)"$($_sharedserver_program complete-names 2>/dev/null)"})
    compadd "$@" -a names
}

_sharedserver_environment() {
    compadd "$@" -S = - ${(k)parameters[(R)*export*]}
}

_sharedserver_durations() {
    compadd "$@" - @DURATIONS@
}

)sh";

constexpr char kZshTail[] = R"sh(
_sharedserver() {
    local curcontext=$curcontext state line _sharedserver_program=${${(Q)words[1]}/#\~\//$HOME/}
    typeset -A opt_args
    local command=$words[2]
    [[ $command == admin ]] && command=$words[3]
    local -i dashes=${words[(i)--]}
    if [[ $command == (@TAILED@) ]] && (( dashes < CURRENT )); then
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
        return
    fi
    _arguments -C \
        '(- *)'{-h,--help}'[Show help]' \
        '(- *)'{-V,--version}'[Print the version]' \
        '1: :_sharedserver_commands' \
        '*:: :->arguments' && return
    [[ $state == arguments ]] || return 1
    command=$words[1]
    if [[ $command == admin ]]; then
        if (( CURRENT == 2 )); then
            _sharedserver_admin_commands
            return
        fi
        shift words
        (( CURRENT-- ))
        command=$words[1]
    fi
    (( $+functions[_sharedserver-$command] )) && _sharedserver-$command
}

if [[ $funcstack[1] == _sharedserver ]]; then
    _sharedserver "$@"
else
    compdef _sharedserver sharedserver
fi
)sh";
// clang-format on

/// In a specification of _arguments, where colons and brackets have a meaning.
QString escaped(const char *text)
{
    return QString::fromUtf8(text)
        .replace(QLatin1Char(':'), QStringLiteral("\\:"))
        .replace(QLatin1Char('['), QStringLiteral("\\["))
        .replace(QLatin1Char(']'), QStringLiteral("\\]"));
}

QString valueAction(ValueKind kind)
{
    switch (kind) {
    case ValueKind::Duration:
        return QStringLiteral("_sharedserver_durations");
    case ValueKind::Pid:
        return QStringLiteral("_pids");
    case ValueKind::Assignment:
        return QStringLiteral("_sharedserver_environment");
    case ValueKind::File:
        return QStringLiteral("_files");
    case ValueKind::Directory:
        return QStringLiteral("_directories");
    case ValueKind::None:
    case ValueKind::Text:
    case ValueKind::Number:
    case ValueKind::Count:
        break;
    }
    return QStringLiteral(" ");
}

QString optionSpec(const CommandOption &option)
{
    const QString name = QLatin1String(option.name);
    const QString repeat = option.kind == ValueKind::Assignment ? QStringLiteral("*") : QString();
    if (option.letter != '\0') {
        // Both names of one option, which exclude each other.
        const QString both = QStringLiteral("-%1 --%2").arg(QLatin1Char(option.letter)).arg(name);
        QString rest = QStringLiteral("[%1]").arg(escaped(option.summary));
        if (option.kind != ValueKind::None) {
            rest +=
                QStringLiteral(":%1:%2").arg(escaped(option.valueName), valueAction(option.kind));
        }
        const QString words = option.kind == ValueKind::None ? QStringLiteral("{-%1,--%2}")
                                                             : QStringLiteral("{-%1+,--%2=}");
        return quoted(QStringLiteral("(%1)").arg(both))
            + words.arg(QLatin1Char(option.letter)).arg(name) + quoted(rest);
    }
    if (option.kind == ValueKind::None)
        return quoted(QStringLiteral("--%1[%2]").arg(name, escaped(option.summary)));
    return quoted(QStringLiteral("%1--%2=[%3]:%4:%5")
                      .arg(repeat, name, escaped(option.summary), escaped(option.valueName),
                           valueAction(option.kind)));
}

QString operandSpec(const CommandSpec &spec)
{
    switch (spec.operands) {
    case Operands::ServerName:
        return QStringLiteral("'1:server:_sharedserver_names'");
    case Operands::OptionalServerName:
        return QStringLiteral("'1::server:_sharedserver_names'");
    case Operands::ServerNames:
        return QStringLiteral("'*:server:_sharedserver_names'");
    case Operands::Shell:
        return QStringLiteral("'1:shell:(%1)'").arg(joinedWords(kShells, " "));
    case Operands::ConfigAction:
        return QStringLiteral("'1:action:(%1)'").arg(joinedWords(kConfigActions, " "));
    case Operands::Words:
        return QStringLiteral("'1::command:(%1)'").arg(commandNames(false).join(QLatin1Char(' ')));
    case Operands::None:
        break;
    }
    return {};
}

QString commandFunction(const CommandSpec &spec)
{
    QStringList specs{QStringLiteral("'(- *)'{-h,--help}'[Show help]'")};
    for (const CommandOption &option : spec.options)
        specs.append(optionSpec(option));
    const QString operand = operandSpec(spec);
    if (!operand.isEmpty())
        specs.append(operand);
    const QString body = QStringLiteral("    _arguments -s -S %1\n")
                             .arg(specs.join(QStringLiteral(" \\\n        ")));
    QString text =
        QStringLiteral("_sharedserver-%1() {\n%2}\n").arg(QLatin1String(spec.name), body);
    if (spec.alias) {
        text += QStringLiteral("_sharedserver-%1() { _sharedserver-%2 }\n")
                    .arg(QLatin1String(spec.alias), QLatin1String(spec.name));
    }
    return text;
}

/// A function that offers commands with their summaries.
QString describeFunction(const char *function, bool inAdmin)
{
    QString text = QStringLiteral("%1() {\n    local -a commands\n    commands=(\n")
                       .arg(QLatin1String(function));
    for (const CommandEntry &entry : commandTable()) {
        const bool isOffered = inAdmin ? entry.group == CommandGroup::Admin
                                       : entry.group == CommandGroup::Everyday || entry.isShortcut;
        if (!isOffered)
            continue;
        text += QStringLiteral("        %1\n")
                    .arg(quoted(QLatin1String(entry.spec->name) + QLatin1Char(':')
                                + escaped(entry.spec->summary)));
    }
    if (!inAdmin)
        text += QStringLiteral("        'admin:Commands for special cases'\n");
    return text + QStringLiteral("    )\n    _describe command commands\n}\n");
}

} // namespace

QString zsh()
{
    QString script = QLatin1String(kZshHead);
    QStringList tailed; // those that run what stands behind `--`
    const auto commands = visibleCommands();
    for (const CommandSpec *spec : commands) {
        script += commandFunction(*spec);
        if (spec->tail != Tail::None)
            tailed.append(QLatin1String(spec->name));
    }
    script += describeFunction("_sharedserver_commands", false)
        + describeFunction("_sharedserver_admin_commands", true) + QLatin1String(kZshTail);
    return script.replace(QStringLiteral("@DURATIONS@"), durations())
        .replace(QStringLiteral("@TAILED@"), tailed.join(QLatin1Char('|')));
}

} // namespace sharedserver::completion
