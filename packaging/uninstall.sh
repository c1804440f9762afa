#!/usr/bin/env bash
# uninstall.sh BUILD_DIRECTORY PREFIX: removes what `cmake --install` of this build has put below a
# prefix. It installs the same into an empty folder to see what that is: a list that was written at
# the time may have been lost, or be another installation's by now.
set -euo pipefail
build=$1
prefix=$(cd "$2" && pwd)
tree=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-uninstall.XXXXXX")
trap 'rm -rf "$tree"' EXIT

mkdir "$tree/all"
DESTDIR=$tree/all cmake --install "$build" --prefix "$prefix" >"$tree/log" 2>&1 || {
    cat "$tree/log" >&2
    echo "uninstall: cannot tell what was installed." >&2
    exit 1
}
cd "$tree/all"
find . \( -type f -o -type l \) -print | while IFS= read -r file; do
    rm -f "/$file"
done
# Folders of its own; not those where others put things, too, be they empty for now.
find . -depth -type d -path '*sharedserver*' -print | while IFS= read -r folder; do
    rmdir "/$folder" 2>/dev/null || true
done
