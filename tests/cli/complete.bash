# Prints what bash would offer: complete.bash SCRIPT WORD..., the last word being the current one.
source "$1" || exit 1
shift
COMP_LINE="sharedserver $*" COMP_POINT=${#COMP_LINE}
COMP_WORDS=(sharedserver)
for word; do
    # As readline does it: a break is a word of its own.
    while [[ $word == ?*[:=]* || $word == [:=]?* ]]; do
        part=${word%%[:=]*}
        [ -n "$part" ] || part=${word:0:1}
        COMP_WORDS+=("$part")
        word=${word#"$part"}
    done
    COMP_WORDS+=("$word")
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_POINT=${#COMP_LINE}
_sharedserver
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
