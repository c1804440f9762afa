#!/usr/bin/env bash
# The demonstration of `./dev run`: two processes share one real server, until both are gone.
#
# Everything happens in a temporary folder, which is removed at the end, however that comes about.
# Each step prints a command as one would type it and what it answered, and the demonstration fails
# at the first answer that is not as it should be.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=$PWD/build/sharedserver

world=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-demo.XXXXXX")
export SHAREDSERVER_LOCKDIR=$world/run XDG_STATE_HOME=$world/state
unset SHAREDSERVER_CONFIG
export XDG_CONFIG_HOME=$world/config # no definitions of the user's
clients=() # the pids of processes that we started and not yet ended
server=""  # the server's and the watcher's, once they are known
watcher=""

bold="" dim="" plain=""
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
    bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

# --- Words --------------------------------------------------------------------------------------

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '%s# %s%s\n' "$dim" "$*" "$plain"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

# as_typed WORD…: the command line that says the same in a shell.
as_typed() {
    local word line=""
    for word in "$@"; do
        [ "$word" != "$program" ] || word=sharedserver
        case $word in
        '' | *[!A-Za-z0-9_./:=@%+,-]*) word="'${word//\'/\'\\\'\'}'" ;;
        esac
        line+=" $word"
    done
    printf '%s' "${line# }"
}

# show COMMAND…: prints the command line and its output, keeps the latter in $output and the exit
# code in $code.
show() {
    printf '%s$ %s%s\n' "$dim" "$(as_typed "$@")" "$plain"
    code=0
    output=$("$@" 2>&1) || code=$?
    [ -z "$output" ] || printf '%s\n' "$output"
}

# expect TEXT: the last output must contain it.
expect() {
    case $output in
    *"$1"*) ;;
    *) fail "the output above should contain '$1' (exit code $code)." ;;
    esac
}

expect_code() { [ "$code" -eq "$1" ] || fail "the exit code should be $1, but is $code."; }

# --- Looking ------------------------------------------------------------------------------------

# value KEY: a number from `info --json`.
value() { "$program" info demo --json | sed -n "s/.*\"$1\": *\([0-9][0-9]*\).*/\1/p" | head -n 1; }

is_alive() { kill -0 "$1" 2>/dev/null && ! ps -o stat= -p "$1" | grep -q '^Z'; }
is_gone() { ! is_alive "$1"; }
references_are() { [ "$(value refcount)" = "$1" ]; }
is_stopped() {
    local state=0
    "$program" check demo >/dev/null || state=$?
    [ "$state" -eq 2 ]
}

# eventually SECONDS CONDITION…: waits until it holds.
eventually() {
    local tries=$(($1 * 20))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "waited in vain for: $*"
        sleep 0.05
    done
}

# --- Ending -------------------------------------------------------------------------------------

# Every process is ended by its own pid, and only while the lock directory is there to vouch for it.
clean_up() {
    local pid
    trap - EXIT
    for pid in ${clients[@]+"${clients[@]}"}; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    if [ -x "$program" ] && [ -e "$world/run/demo.server.json" ]; then
        "$program" admin kill demo >/dev/null 2>&1 || true
    fi
    if [ -n "$watcher" ] && is_alive "$watcher"; then
        kill -TERM "$watcher" 2>/dev/null || true
        for _ in {1..100}; do
            is_alive "$watcher" || break
            sleep 0.05
        done
    fi
    rm -rf "$world"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- What is shared -----------------------------------------------------------------------------

is_port_free() { ! (exec 3<>/dev/tcp/127.0.0.1/"$1") 2>/dev/null; }

free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 10000))
        if is_port_free "$port"; then
            echo "$port"
            return
        fi
    done
    fail "no free port found."
}

choose_server() {
    port=$(free_port)
    if command -v redis-server >/dev/null && command -v redis-cli >/dev/null; then
        command=(redis-server --port "$port" --bind 127.0.0.1 --dir "$world" --save ''
            --appendonly no)
        question=(redis-cli -p "$port" ping)
        answer=PONG
    elif command -v python3 >/dev/null; then
        echo 'Hello from the shared server' >"$world/hello.txt"
        command=(python3 -m http.server "$port" --bind 127.0.0.1 --directory "$world")
        if command -v curl >/dev/null; then
            question=(curl -s "http://127.0.0.1:$port/hello.txt")
        else
            question=(python3 -c "from urllib.request import urlopen as get; \
print(get(\"http://127.0.0.1:$port/hello.txt\").read().decode())")
        fi
        answer='Hello from'
    else
        fail "there is neither redis-server nor python3 to share."
    fi
}

start_client() {
    sleep 600 &
    clients+=($!)
    disown # or bash tells of its death in the middle of the demonstration
}

answers() { "${question[@]}" 2>/dev/null | grep -q "$answer"; }

show_answer() {
    eventually 10 answers
    show "${question[@]}"
    expect "$answer"
}

show_list() {
    show "$program" list
    expect demo
}

# --- The steps ----------------------------------------------------------------------------------

[ -x "$program" ] || fail "build/sharedserver is not there. Run ./dev build."
choose_server
start_client
start_client
first=${clients[0]} second=${clients[1]}

step "1. Two processes want the same server: $first and $second"
note "In daily use they are editors, shells and scripts; each one counts itself."
show "$program" use demo --grace-period 5s --pid "$first" -- "${command[@]}"
expect 'Started server'
server=$(value pid) watcher=$(value watcher_pid)
show_answer
show_list

step "2. The second one finds it running"
show "$program" use demo --pid "$second" -- "${command[@]}"
expect 'Attached to server'
eventually 5 references_are 2
show_list

step "3. The first one is killed: nobody has to tell sharedserver"
show kill -KILL "$first"
clients=("$second")
eventually 5 references_are 1
show_list

step "4. The second one leaves: the grace period begins"
show "$program" unuse demo --pid "$second"
expect_code 0
show "$program" check demo
expect_code 1
show_list
show_answer

step "5. It comes back in time"
show "$program" use demo --pid "$second"
expect 'Rescued server'
[ "$(value pid)" = "$server" ] || fail "this should be the same process as before, $server."
show_list

step "6. It leaves again, and nobody comes"
show "$program" unuse demo --pid "$second"
note "waiting for the end of the grace period"
eventually 15 is_stopped
show "$program" check demo
expect_code 2
show "$program" list
is_gone "$server" || fail "the server, process $server, is still there."
[ -z "$(find "$world/run" -name 'demo.*.json')" ] || fail "a lockfile is left in $world/run."
note "process $server is gone, and so are its lockfiles"
eventually 15 is_gone "$watcher"
note "the watcher, process $watcher, has left by itself"

step "Now in your own shell"
cat <<END
export PATH="$PWD/build:\$PATH"
sharedserver use web --grace-period 10m -- python3 -m http.server 8000
sharedserver list
sharedserver unuse web

'sharedserver help' tells the rest.
END
