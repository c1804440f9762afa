#!/usr/bin/env bash
# Makes the application's icon anew from resources/sharedserver.svg, with Debian's librsvg2-bin and
# icnsutils.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
pictures=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-icon.XXXXXX")
trap 'rm -rf "$pictures"' EXIT
for size in 16 32 128 256 512; do
    rsvg-convert --width "$size" --height "$size" --output "$pictures/$size.png" \
        ../../resources/sharedserver.svg
done
png2icns sharedserver.icns "$pictures"/*.png
