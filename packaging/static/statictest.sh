#!/usr/bin/env bash
# statictest.sh PROGRAM: whether it is one file that needs no other, and works without any.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
    echo "statictest: $*" >&2
    exit 1
}

if readelf --dynamic "$program" | grep -q NEEDED; then
    fail "it needs libraries"
fi
! readelf --program-headers "$program" | grep -q INTERP || fail "it needs a dynamic loader"
prefix=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-static.XXXXXX")
trap 'rm -rf "$prefix"' EXIT
mkdir "$prefix/bin"
cp "$program" "$prefix/bin/sharedserver"
"$here/../linux/tryout.sh" "$prefix"
# It has no TLS, and says so at once instead of asking for an hour.
SHAREDSERVER_LOCKDIR=$prefix/locks "$prefix/bin/sharedserver" \
    admin start web --ready https://127.0.0.1:9/ -- sleep 60 2>"$prefix/errors" &&
    fail "it takes a check that it cannot make"
# Until its watcher has left: it would put back a directory that is removed.
flock "$prefix/locks/watcher.lock" true
grep -q 'this build of sharedserver has no TLS' "$prefix/errors" || fail "$(cat "$prefix/errors")"
echo "$(stat -c %s "$program") bytes, no library."
