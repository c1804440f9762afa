#!/usr/bin/env bash
# packtest.sh BUILD_DIRECTORY: makes the package of what is built there, and looks at it. Exit code
# 77: this is no Debian.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for tool in dpkg-shlibdeps lintian file; do
    command -v "$tool" >/dev/null || {
        echo "Skipped: there is no $tool. Install dpkg-dev, lintian and file." >&2
        exit 77
    }
done
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-pack.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cpack --config "$1/CPackConfig.cmake" -B "$scratch" >"$scratch/log" 2>&1 || {
    cat "$scratch/log"
    exit 1
}
"$here/debtest.sh" "$scratch"/*.deb
