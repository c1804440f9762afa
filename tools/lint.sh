#!/usr/bin/env bash
# lint.sh CLANG_TIDY BUILD_FOLDER JOBS: runs clang-tidy over the sources of the programs.
#
# It takes seconds a file, so a file that passed is not looked at again while neither it, nor any
# header, nor the rules have changed: its stamp is named by a checksum of all of these.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
tool=$1 build=$2 jobs=$3
stamps=build/lint
mkdir -p "$stamps"

folders=()
for folder in core cli app; do
    [ ! -d "$folder" ] || folders+=("$folder")
done
common=$("$tool" --version | cat - .clang-tidy \
    <(find "${folders[@]}" -name '*.h' | sort | xargs cat) | cksum | tr -d ' ')

export tool build
lint_one() {
    "$tool" -p "$build" --quiet "$1" 2>/dev/null && touch "$2"
}
export -f lint_one

while read -r source; do
    stamp=$stamps/$(cat "$source" <(echo "$source $common") | cksum | tr -d ' ')
    if [ -f "$stamp" ]; then
        touch "$stamp"
    else
        printf '%s\0%s\0' "$source" "$stamp"
    fi
done < <(find "${folders[@]}" -name '*.cpp' | sort) |
    xargs -0 -n 2 -P "$jobs" bash -c 'lint_one "$0" "$1"'
find "$stamps" -type f -mtime +7 -delete
