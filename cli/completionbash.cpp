#include "cli/completionscript.h"

#include "cli/commandtable.h"

namespace sharedserver::completion {

namespace {

// Written for bash 3.2, which macOS has, and without bash-completion, which not everybody has. Bash
// splits COMP_WORDS at ':' and '=', which both occur in our words: so they are put together again.
// Formatting would take the scripts for C++.
// clang-format off
constexpr char kHead[] = R"sh(# bash completion for sharedserver

_sharedserver_offer() {
    local word
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(compgen "$@" -- "$cur")
}

_sharedserver_value() {
    case $1 in
        duration) _sharedserver_offer -W '@DURATIONS@' ;;
        pid) _sharedserver_offer -W "$(ps -U "$(id -u)" -o pid= 2>/dev/null)" ;;
        assignment)
            _sharedserver_offer -e -S =
            compopt -o nospace 2>/dev/null
            ;;
        file)
            _sharedserver_offer -f
            compopt -o filenames 2>/dev/null
            ;;
        directory)
            _sharedserver_offer -d
            compopt -o filenames 2>/dev/null
            ;;
    esac
}

# Sets words and cword to COMP_WORDS and COMP_CWORD without breaks inside of words, and starts to
# where each word was before.
_sharedserver_join() {
    local i rest=$COMP_LINE word
    words=() starts=() cword=0
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == 0)) || [[ $rest == [[:blank:]]* ]] || [[ -z $rest ]]; then
            rest=${rest#"${rest%%[![:blank:]]*}"}
            words+=("$word") starts+=("$i")
        else
            words[${#words[@]} - 1]+=$word
        fi
        rest=${rest#"$word"}
        ((i != COMP_CWORD)) || cword=$((${#words[@]} - 1))
    done
}

# Readline replaces only what stands behind the last break.
_sharedserver_cut() {
    local breaks='' c i
    for c in : =; do
        [[ $COMP_WORDBREAKS != *"$c"* ]] || breaks+=$c
    done
    [[ -n $breaks && $cur == *["$breaks"]* ]] || return
    local prefix=${cur%"${cur##*["$breaks"]}"}
    for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
        COMPREPLY[i]=${COMPREPLY[i]#"$prefix"}
    done
}

_sharedserver_names() {
    local program=${words[0]}
    [[ $program != \~/* ]] || program=$HOME/${program#??}
    "$program" complete-names 2>/dev/null
}

_sharedserver_command_options() {
    options='-h --help' operand='' tail=''
    case $1 in
)sh";

constexpr char kMiddle[] = R"sh(    esac
}

_sharedserver_option_kind() {
    case $command:$1 in
)sh";

constexpr char kTail[] = R"sh(        *) kind='' ;;
    esac
}

_sharedserver_tail() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "${starts[$1]}"
    elif (($1 == cword)); then
        _sharedserver_offer -c
    else
        _sharedserver_offer -f
        compopt -o filenames 2>/dev/null
    fi
}

_sharedserver_first_word() {
    if [[ $cur == -* ]]; then
        _sharedserver_offer -W '-h --help -V --version'
    elif [ -n "$admin" ]; then
        _sharedserver_offer -W '@ADMIN@'
    else
        _sharedserver_offer -W '@COMMANDS@'
    fi
}

_sharedserver() {
    local words starts cword i command='' admin='' named='' options operand tail kind value=''
    _sharedserver_join
    local cur=${words[cword]}
    COMPREPLY=()
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
            --)
                _sharedserver_command_options "$command"
                if [ -n "$tail" ]; then
                    _sharedserver_tail $((i + 1))
                    return
                fi
                ;;
            -*)
                _sharedserver_option_kind "${words[i]}"
                [ -z "$kind" ] || ((++i < cword)) || value=$kind
                ;;
            admin) [ -n "$admin$command" ] && named=1 || admin=1 ;;
            *) [ -n "$command" ] && named=1 || command=${words[i]} ;;
        esac
    done

    if [[ -z $value && $cur == --*=* ]]; then
        _sharedserver_option_kind "${cur%%=*}"
        value=$kind cur=${cur#*=}
    fi
    _sharedserver_command_options "$command"
    if [ -z "$command" ]; then
        _sharedserver_first_word
    elif [ -n "$value" ]; then
        _sharedserver_value "$value"
    elif [[ $cur == -* ]]; then
        _sharedserver_offer -W "$options"
    elif [[ -z $named || $operand == names ]]; then
        case $operand in
            name | names) _sharedserver_offer -W "$(_sharedserver_names)" ;;
            ?*) _sharedserver_offer -W "$operand" ;;
        esac
    fi
    _sharedserver_cut
}

complete -F _sharedserver sharedserver
)sh";
// clang-format on

QString kindWord(ValueKind kind)
{
    switch (kind) {
    case ValueKind::None:
        return {};
    case ValueKind::Duration:
        return QStringLiteral("duration");
    case ValueKind::Pid:
        return QStringLiteral("pid");
    case ValueKind::Assignment:
        return QStringLiteral("assignment");
    case ValueKind::File:
        return QStringLiteral("file");
    case ValueKind::Directory:
        return QStringLiteral("directory");
    case ValueKind::Text:
    case ValueKind::Number:
    case ValueKind::Count:
        break;
    }
    return QStringLiteral("text");
}

QString operandWords(const CommandSpec &spec)
{
    switch (spec.operands) {
    case Operands::ServerName:
    case Operands::OptionalServerName:
        return QStringLiteral("name");
    case Operands::ServerNames:
        return QStringLiteral("names");
    case Operands::Shell:
        return joinedWords(kShells, " ");
    case Operands::ConfigAction:
        return joinedWords(kConfigActions, " ");
    case Operands::Words:
        return commandNames(false).join(QLatin1Char(' '));
    case Operands::None:
        break;
    }
    return {};
}

QString commandCase(const CommandSpec &spec)
{
    QString options;
    for (const CommandOption &option : spec.options) {
        options += QStringLiteral(" --%1").arg(QLatin1String(option.name));
        if (option.letter != '\0')
            options += QStringLiteral(" -%1").arg(QLatin1Char(option.letter));
    }
    QString names = QLatin1String(spec.name);
    if (spec.alias)
        names += QStringLiteral(" | %1").arg(QLatin1String(spec.alias));
    return QStringLiteral("        %1) options='-h --help%2' operand='%3' tail='%4' ;;\n")
        .arg(names, options, operandWords(spec),
             spec.tail == Tail::None ? QString() : QStringLiteral("1"));
}

/// What the value of each option is. It mostly means the same for all commands that have it, and is
/// said for those first for whom it does not.
QString optionCases()
{
    QString common;
    QString special;
    QHash<QString, ValueKind> known;
    const auto commands = visibleCommands();
    for (const CommandSpec *spec : commands) {
        for (const CommandOption &option : spec->options) {
            const QString name = QLatin1String(option.name);
            const bool isKnown = known.contains(name);
            if (isKnown ? known.value(name) == option.kind : option.kind == ValueKind::None)
                continue;
            known.insert(name, isKnown ? known.value(name) : option.kind);
            const QString command = isKnown ? QLatin1String(spec->name) : QStringLiteral("*");
            QString words = QStringLiteral("%1:--%2").arg(command, name);
            if (option.letter != '\0')
                words += QStringLiteral(" | %1:-%2").arg(command).arg(QLatin1Char(option.letter));
            (isKnown ? special : common) +=
                QStringLiteral("        %1) kind='%2' ;;\n").arg(words, kindWord(option.kind));
        }
    }
    return special + common;
}

} // namespace

QString bash()
{
    QString script = QLatin1String(kHead);
    const auto commands = visibleCommands();
    for (const CommandSpec *spec : commands)
        script += commandCase(*spec);
    script += QLatin1String(kMiddle) + optionCases() + QLatin1String(kTail);
    return script.replace(QStringLiteral("@DURATIONS@"), durations())
        .replace(QStringLiteral("@ADMIN@"), commandNames(true).join(QLatin1Char(' ')))
        .replace(QStringLiteral("@COMMANDS@"), commandNames(false).join(QLatin1Char(' ')));
}

} // namespace sharedserver::completion
