#!/usr/bin/env bash
# Lets libFuzzer look for inputs that break a property of a parser, target after target:
#
#   fuzz.sh [TARGET…] [--seconds N | --runs N] [--seed N]
#
# TARGET is a tests/fuzz/fuzz_TARGET.cpp; all of them where none is named. Each gets N seconds (60)
# or N runs. New inputs stay in build/fuzz/corpus, and the next time goes on from there. An input
# that breaks a property stays in build/fuzz/found: make it a test, and put it into
# tests/fuzz/corpus.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

die() {
    printf 'fuzz: %s\n' "$*" >&2
    exit 2
}

targets=""
bound=-max_total_time=60
seed=$RANDOM
while [ $# -gt 0 ]; do
    case $1 in
    --seconds | --runs | --seed)
        [[ ${2-} =~ ^[1-9][0-9]*$ ]] || die "$1 takes a number from 1 on."
        case $1 in
        --seconds) bound=-max_total_time=$2 ;;
        --runs) bound=-runs=$2 ;;
        --seed) seed=$2 ;;
        esac
        shift 2
        ;;
    *)
        [ -f "tests/fuzz/fuzz_$1.cpp" ] || die "there is no target '$1' and no option like it."
        targets="$targets $1"
        shift
        ;;
    esac
done
if [ -z "$targets" ]; then
    targets=$(find tests/fuzz -name 'fuzz_*.cpp' | sed 's|.*/fuzz_||; s|\.cpp$||' | sort | xargs)
fi

# shellcheck disable=SC2086,SC2046 # one word a target
cmake --build --preset fuzz --target $(printf 'fuzz_%s ' $targets) >&2

broken=""
for target in $targets; do
    corpus=build/fuzz/corpus/$target
    found=build/fuzz/found/$target
    mkdir -p "$corpus" "$found"
    printf '==> Fuzzing %s with seed %s\n' "$target" "$seed" >&2
    log=build/fuzz/$target.log
    if "build/fuzz/tests/fuzz/fuzz_$target" "$bound" -seed="$seed" -max_len=8192 -timeout=20 \
        -artifact_prefix="$found/" -print_final_stats=1 "$corpus" "tests/fuzz/corpus/$target" \
        >"$log" 2>&1; then
        grep -E 'DONE|number_of_executed_units' "$log" >&2
    else
        tail -n 40 "$log" >&2
        broken="$broken $target"
    fi
done
[ -z "$broken" ] || {
    printf 'fuzz: something was found in:%s. See build/fuzz/found.\n' "$broken" >&2
    exit 1
}
