#!/usr/bin/env bash
# run.sh SPEC [CASE]: runs the cases of a spec, each in a world of its own: a lock directory, a home
# and a Neovim that drives others. A case fails, too, if it leaves a process behind.
#
# $SHAREDSERVER_BIN is the program, $NVIM the editor (default: nvim).
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
spec=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
only=${2:-}
editor=$(command -v "${NVIM:-nvim}") || {
    echo "Skipped: there is no ${NVIM:-nvim}. Install neovim, or set NVIM." >&2
    exit 77
}
: "${SHAREDSERVER_BIN:?is the program to test}"
case_seconds=100

worlds=$(mktemp -d /tmp/sharedserver-lua.XXXXXX) || exit 1
trap 'rm -rf "$worlds"' EXIT

# limited SECONDS COMMAND…: ends the command after that time. macOS has no timeout(1).
limited() {
    if command -v timeout >/dev/null; then
        timeout -k 5 "$@"
    else
        perl -e 'alarm shift; exec @ARGV' "$@"
    fi
}

# drive WORLD ARGUMENT…: a driving Neovim in that world.
drive() {
    local world=$1
    shift
    mkdir -p "$world"/{home,run,cache,tmp}
    limited "$case_seconds" env -i \
        PATH="$PATH" LANG=C.UTF-8 TERM=dumb ${VIMRUNTIME:+VIMRUNTIME="$VIMRUNTIME"} \
        HOME="$world/home" XDG_CONFIG_HOME="$world/home/.config" XDG_CACHE_HOME="$world/cache" \
        XDG_DATA_HOME="$world/home/.local/share" XDG_STATE_HOME="$world/home/.local/state" \
        XDG_RUNTIME_DIR="$world/run" TMPDIR="$world/tmp" SHAREDSERVER_LOCKDIR="$world/locks" \
        SHAREDSERVER_TEST_WORLD="$world" SHAREDSERVER_BIN="$SHAREDSERVER_BIN" \
        TEST_EDITOR="$editor" TEST_SPEC="$spec" TEST_ROOT="$(dirname "$(dirname "$here")")" \
        "$editor" --clean --headless -c "luafile $here/driver.lua" -- "$@" </dev/null
}

# marked WORLD: the pids of processes that belong to it.
marked() {
    if [ -e /proc/self/environ ]; then
        grep -lzxF "SHAREDSERVER_TEST_WORLD=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
    else
        # ps of macOS shows a process's environment after its command, each entry after a blank.
        ps -axEww -o pid=,command= | awk -v entry="SHAREDSERVER_TEST_WORLD=$1" \
            'index($0 " ", " " entry " ") { print $1 }'
    fi
}

# command_of PID: its command line.
command_of() {
    if [ -e "/proc/$1/cmdline" ]; then
        tr '\0' ' ' <"/proc/$1/cmdline"
    else
        ps -ww -o command= -p "$1"
    fi
}

# ended WORLD: whether nothing of it is left, giving what is just ending a moment.
ended() {
    local _
    for _ in $(seq 600); do
        [ -n "$(marked "$1")" ] || return 0
        sleep 0.05
    done
    return 1
}

clean_up() {
    local pid
    echo "    left behind:"
    for pid in $(marked "$1"); do
        echo "      $pid: $(command_of "$pid")"
        kill -KILL "$pid"
    done
}

cases=$(drive "$worlds/list" list) || {
    echo "$cases"
    exit 1
}
passed=0
failed=0
number=0
while IFS= read -r name; do
    if [ -n "$only" ] && [ "$only" != "$name" ]; then
        continue
    fi
    number=$((number + 1))
    world=$worlds/$number
    verdict=ok
    output=$(drive "$world" run "$name" 2>&1) || verdict=FAILED
    if ! ended "$world"; then
        output="$output"$'\n'"$(clean_up "$world")"
        verdict=FAILED
    fi
    echo "$verdict  $name"
    if [ "$verdict" = ok ]; then
        passed=$((passed + 1))
        [ -z "$output" ] || [ -z "${VERBOSE:-}" ] || echo "$output"
    else
        failed=$((failed + 1))
        echo "$output"
    fi
done <<<"$cases"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
