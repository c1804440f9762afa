#!/usr/bin/env bash
# Whether what desktops and software centres read is valid. Exit code 77: the tools are not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for tool in appstreamcli desktop-file-validate; do
    command -v "$tool" >/dev/null || {
        echo "Skipped: there is no $tool. Install appstream and desktop-file-utils." >&2
        exit 77
    }
done
desktop-file-validate sharedserver.desktop sharedserver-tray.desktop
# The project has no domain of its own that its identifier could begin with.
appstreamcli validate --no-net --pedantic --override=cid-desktopapp-is-not-rdns=info \
    sharedserver.metainfo.xml

# The newest release is the version that is built.
version=$(sed -n 's/^ *VERSION \([0-9.]*\)$/\1/p' ../../CMakeLists.txt)
release=$(sed -n '0,/<release /s/.*<release version="\([^"]*\)".*/\1/p' sharedserver.metainfo.xml)
if [ -z "$version" ] || [ "$version" != "$release" ]; then
    echo "The newest release in sharedserver.metainfo.xml is '$release', not '$version'." >&2
    exit 1
fi

# And the changelog tells of it, as released or as what is being made.
grep -qF "$version" ../../CHANGELOG.md || {
    echo "CHANGELOG.md does not name version $version." >&2
    exit 1
}

# Those of macOS, which Python reads everywhere.
python3 - ../macos/Info.plist.in ../macos/sharedserver-watcher.plist.in <<'PYTHON'
import plistlib, sys

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        plistlib.load(file)
PYTHON
