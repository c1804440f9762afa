# Prints what zsh would offer: complete.zsh SCRIPT WORD..., the last word being the current one.
# The file COMPDUMP keeps what compinit finds, which takes it a second: the first call writes it.
zmodload zsh/zpty || exit 1
script=$1
shift
zpty shell zsh -f -i
zpty -w shell 'PROMPT= TERM=dumb; autoload -Uz compinit; compinit -u -C -d "$COMPDUMP"'
zpty -w shell "source ${(q)script}"
zpty -w shell 'zstyle ":completion:*" completer _complete'
# Every candidate on a line of its own between marks, instead of a menu.
zpty -w shell 'compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && print -rl -- "" "<"${^hits}">"
}'
zpty -w shell 'finish() { print "@E""ND@"; exit }; comppostfuncs=(finish)'
zpty -w shell 'bindkey "^I" complete-word'
zpty -w -n shell "sharedserver $*"$'\t'
zpty -r shell output '*@END@*'
for line in ${(f)output}; do
    line=${line%%$'\r'*}
    [[ $line == \<*\> ]] && print -r -- ${${line#<}%>}
done
