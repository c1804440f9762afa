#include "cli/completionscript.h"

#include "cli/commandtable.h"

namespace sharedserver::completion {

namespace {

// Written for bash 3.2, which macOS has; bash-completion's helpers are used where they are there.
// COMP_WORDS is split at ':' and '=', which both occur in our words: so they are put together
// again.
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
            _sharedserver_offer -v -S =
            compopt -o nospace 2>/dev/null
            ;
;
        file) _sharedserver_offer -f ;
        ;
        directory) _sharedserver_offer -d ;
        ;
        esac
        }

        _sharedserver_command_options()
        {
    options=-h\ --help operand= tail=
    case $1 in
)sh";

constexpr char kMiddle[] = R"sh(    esac
}

_sharedserver_option_kind() {
    case $1 in
)sh";

constexpr char kTail[] = R"sh(        *) kind= ;;
    esac
}

_sharedserver() {
    local cur prev words cword
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n := cur prev words cword
    else
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    COMPREPLY=()

    local i command='' admin='' named='' options operand tail kind
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
            --)
                _sharedserver_command_options "$command"
                if [ -n "$tail" ]; then
                    if declare -F _command_offset >/dev/null; then
                        _command_offset $((i + 1))
                    elif ((i + 1 == cword)); then
                        _sharedserver_offer -c
                    else
                        _sharedserver_offer -f
                    fi
                    return
                fi
                ;;
            -*)
                _sharedserver_option_kind "${words[i]}"
                [ -z "$kind" ] || ((i++))
                ;;
            admin) [ -n "$admin$command" ] && named=1 || admin=1 ;;
            *) [ -n "$command" ] && named=1 || command=${words[i]} ;;
        esac
    done

    _sharedserver_option_kind "$prev"
    if [ -n "$kind" ] && [ -n "$command" ]; then
        _sharedserver_value "$kind"
    elif [ -z "$command" ]; then
        if [[ $cur == -* ]]; then
            _sharedserver_offer -W '-h --help -V --version'
        elif [ -n "$admin" ]; then
            _sharedserver_offer -W '@ADMIN@'
        else
            _sharedserver_offer -W '@COMMANDS@'
        fi
    else
        _sharedserver_command_options "$command"
        if [[ $cur == -* ]]; then
            _sharedserver_offer -W "$options"
        elif [ -z "$named" ]; then
            case $operand in
                name) _sharedserver_offer -W "$("${words[0]}" complete-names 2>/dev/null)";
    ;
    ? *) _sharedserver_offer - W "$operand";
    ;
    esac fi fi if declare - F __ltrim_colon_completions > / dev / null;
    then __ltrim_colon_completions "$cur" fi
        }

complete -F _sharedserver sharedserver
)sh";

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
    case Operands::Shell:
        return QStringLiteral("'bash zsh fish'");
    case Operands::Words:
        return QLatin1Char('\'') + commandNames(false).join(QLatin1Char(' ')) + QLatin1Char('\'');
    case Operands::None:
        break;
    }
    return {};
}

QString commandCase(const CommandSpec &spec)
{
    QString options;
    for (const CommandOption &option : spec.options)
        options += QStringLiteral(" --%1").arg(QLatin1String(option.name));
    QString names = QLatin1String(spec.name);
    if (spec.alias)
        names += QStringLiteral(" | %1").arg(QLatin1String(spec.alias));
    return QStringLiteral("        %1) options='-h --help%2' operand=%3 tail=%4 ;;\n")
        .arg(names, options, operandWords(spec),
             spec.tail == Tail::None ? QString() : QStringLiteral("1"));
}

/// An option means the same for all commands that have it.
QString optionCases()
{
    QString text;
    QStringList done;
    const auto commands = visibleCommands();
    for (const CommandSpec *spec : commands) {
        for (const CommandOption &option : spec->options) {
            const QString name = QLatin1String(option.name);
            if (option.kind == ValueKind::None || done.contains(name))
                continue;
            done.append(name);
            text += QStringLiteral("        --%1) kind=%2 ;;\n").arg(name, kindWord(option.kind));
        }
    }
    return text;
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
