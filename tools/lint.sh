#!/usr/bin/env bash
# lint.sh CLANG_TIDY BUILD_FOLDER JOBS: runs clang-tidy over the sources of the programs.
#
# It takes seconds a file, so a file that passed is not looked at again while neither it, nor any
# header, nor the rules have changed: its stamp is named by a checksum of all of these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$1 build=$2 jobs=$3
stamps=$build/stamps
mkdir -p "$stamps"

# Those that are compiled on this system, without what is generated.
sources() {
    sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" |
        grep -E "^$PWD/(core|cli|app)/.*\.cpp$" | sort -u
}

headers() { find core cli app -name '*.h' 2>/dev/null | sort; }

# Prints what is wrong with SOURCE, or leaves STAMP.
lint_one() {
    local found
    if found=$("$tool" -p "$build" --quiet "$1" 2>&1); then
        touch "$2"
    else
        printf '%s\n' "$found"
        return 1
    fi
}
export tool build
export -f lint_one

rules=$("$tool" --version | cat - .clang-tidy <(headers | xargs cat) | cksum | tr -d ' ')
due=()
while IFS= read -r source; do
    stamp=$stamps/$(cat "$source" <(echo "$source $rules") | cksum | tr -d ' ')
    [ -f "$stamp" ] || due+=("$source" "$stamp")
done < <(sources)
[ ${#due[@]} -gt 0 ] || exit 0
printf '%s\0' "${due[@]}" | xargs -0 -n 2 -P "$jobs" bash -c 'lint_one "$@"' lint_one
