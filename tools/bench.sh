#!/usr/bin/env bash
# The measurements of `./dev bench`: how long the commands take that run in every shell and editor,
# and what the watcher costs while nothing happens. Arguments go to hyperfine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=$PWD/build/sharedserver

world=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-bench.XXXXXX")
export SHAREDSERVER_LOCKDIR=$world/run XDG_STATE_HOME=$world/state XDG_CONFIG_HOME=$world/config
unset SHAREDSERVER_CONFIG
clean_up() {
    trap - EXIT
    "$program" admin kill bench >/dev/null 2>&1 || true
    rm -rf "$world"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

"$program" use bench --pid $$ --grace-period 1m -- sleep 3600 >/dev/null
watcher=$("$program" info bench --json | sed -n 's/.*"watcher_pid": *\([0-9][0-9]*\).*/\1/p' |
    head -n 1)

hyperfine -N --warmup 10 --style basic "$@" \
    -n 'check' "'$program' check bench" \
    -n 'list' "'$program' list" \
    -n 'info --json' "'$program' info bench --json" \
    -n 'use (attached already)' "'$program' use bench --pid $$" 2>&1

if [ -r /proc/"$watcher"/smaps_rollup ]; then
    printf '\nThe watcher, which is idle:\n'
    sed -n -E '/^(Rss|Pss|Private_Dirty):/p' /proc/"$watcher"/smaps_rollup
    sed -n -E '/^Threads:/p' /proc/"$watcher"/status
fi
