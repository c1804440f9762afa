#!/usr/bin/env bash
# tryout.sh PREFIX: uses what is installed below PREFIX as its user would, in a world of its own:
# the command line, the tray without a display, the plugin in Neovim where there is one. Says what
# does not work, and leaves no process behind.
set -euo pipefail
prefix=$1
world=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-tryout.XXXXXX")

export PATH=$prefix/bin:/usr/local/bin:/usr/bin:/bin
export HOME=$world SHAREDSERVER_LOCKDIR=$world/locks XDG_RUNTIME_DIR=$world/run
export XDG_DATA_DIRS=$prefix/share:/usr/local/share:/usr/share
# A prefix that is no system's: as if it were ~/.local.
case $prefix in
/usr | /usr/local) ;;
*) export XDG_DATA_HOME=$prefix/share ;;
esac
export LANG=C.UTF-8 QT_QPA_PLATFORM=offscreen
unset DBUS_SESSION_BUS_ADDRESS SHAREDSERVER_BIN VIMRUNTIME LANGUAGE LC_ALL LC_MESSAGES
mkdir -m 700 "$XDG_RUNTIME_DIR"
cd "$world"

tray=
last_watcher=
cleanup() {
    [ -z "$tray" ] || kill "$tray" 2>/dev/null || true
    # Only where something went wrong. Asking for it otherwise would start a watcher.
    local pid
    pid=$(watcher 2>/dev/null) || true
    if [ -n "$pid" ]; then
        sharedserver admin kill web >/dev/null 2>&1 || true
        kill "$pid" 2>/dev/null || true
    fi
    [ -z "$last_watcher" ] || kill "$last_watcher" 2>/dev/null || true
    rm -rf "$world"
}
trap cleanup EXIT

# The process that looks after the server.
watcher() { sharedserver info web --json | sed -n 's/^ *"watcher_pid": \([0-9]*\),$/\1/p'; }

fail() {
    echo "tryout: $*" >&2
    exit 1
}

# says TEXT COMMAND…: its output must contain the text.
says() {
    local text=$1 output
    shift
    output=$("$@" 2>&1) || fail "'$*' failed: $output"
    grep -qF -- "$text" <<<"$output" || fail "'$*' does not say '$text', but: $output"
}

# eventually COMMAND…: within half a minute; for what cannot be waited for.
eventually() {
    local _
    for _ in $(seq 300); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "'$*' has not come true within 30s"
}

try_command_line() {
    [ "$(command -v sharedserver)" = "$prefix/bin/sharedserver" ] || fail "the PATH finds another"
    says "$(sharedserver --version)" sharedserver --version
    says "Started server web" sharedserver use web --pid $$ --grace-period 1h -- sleep 600
    says "Active" sharedserver list
    says "Attached to server web" sharedserver use web --pid $$
    sharedserver check web >/dev/null || fail "check does not know that it runs"
    says "web" sharedserver info web
}

# Its watcher is the tray, then one that the tray has started: it has found the command line.
try_tray() {
    [ -x "$prefix/bin/sharedserver-tray" ] || return 0
    says "Zeigt" env LANG=de_DE.UTF-8 sharedserver-tray --help
    says "Montre" env LANG=fr_FR.UTF-8 sharedserver-tray --help
    sharedserver-tray --hidden >"$world/tray.log" 2>&1 &
    tray=$!
    eventually the_tray_watches
    sharedserver check web >/dev/null || fail "the tray has lost a server"
    kill -TERM "$tray"
    wait "$tray" || fail "the tray ended badly: $(cat "$world/tray.log")"
    tray=
    eventually a_watcher_from_here
    last_watcher=$(watcher)
    sharedserver check web >/dev/null || fail "the tray's successor has lost a server"
}
the_tray_watches() { [ "$(watcher)" = "$tray" ]; }
a_watcher_from_here() { [ "$(readlink "/proc/$(watcher)/exe")" = "$prefix/bin/sharedserver" ]; }

try_plugin() {
    # The static program comes alone.
    [ -d "$prefix/share/nvim" ] && command -v nvim >/dev/null || return 0
    # Without a file of its own, swap or shada, which this version might keep below the prefix.
    local editor=(nvim -n -i NONE --headless)
    says "$prefix/bin/sharedserver" "${editor[@]}" \
        +'lua print(require("sharedserver.binary").find())' +qa
    says "sharedserver.txt" "${editor[@]}" +'help sharedserver' +'echo expand("%:t")' +qa
    says "web" "${editor[@]}" +'lua require("sharedserver").setup({ servers = {} })' \
        +'lua vim.wait(10000, function() return vim.fn.exists(":ServerStatus") == 2 end)' \
        +ServerStatus +'lua vim.wait(10000, function() return vim.fn.search("web") > 0 end)' \
        +'echo getline(".")' +qa!
}

try_the_rest() {
    [ ! -f "$prefix/share/man/man1/sharedserver.1" ] || ! command -v man >/dev/null ||
        says "SYNOPSIS" man -M "$prefix/share/man" sharedserver
    [ ! -f "$prefix/share/bash-completion/completions/sharedserver" ] ||
        bash -n "$prefix/share/bash-completion/completions/sharedserver"
    [ ! -d "$prefix/share/sharedserver" ] ||
        says '"properties"' cat "$prefix/share/sharedserver/servers.schema.json"
    last_watcher=$(watcher)
    says "Stopped" sharedserver admin stop web
    kill "$last_watcher" 2>/dev/null || true # it may have ended by itself
    eventually is_gone "$last_watcher"
    last_watcher=
}
is_gone() { ! kill -0 "$1"; }

try_command_line
try_tray
try_plugin
try_the_rest
echo "It works, from $prefix."
