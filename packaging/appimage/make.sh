#!/usr/bin/env bash
# make.sh: an AppImage of the tray and the command line, for the distributions whose glibc is not
# older than this machine's. Needs linuxdeploy and its Qt plugin in the PATH (they are in no
# Debian package), and a release build (./dev build). Called as `sharedserver`, by a link, the
# AppImage is the command line. Not tested to its end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for tool in linuxdeploy linuxdeploy-plugin-qt; do
    command -v "$tool" >/dev/null || {
        echo "make.sh: there is no $tool in the PATH." >&2
        exit 1
    }
done
[ -d build/release ] || {
    echo "make.sh: there is no release build. Run ./dev build." >&2
    exit 1
}
folder=$PWD/build/appimage
rm -rf "$folder"
mkdir -p build/package
DESTDIR=$folder cmake --install build/release --prefix /usr
cat >"$folder/AppRun" <<'RUN'
#!/bin/sh
# What the file is called, by a link to it, chooses the program.
here=$(dirname "$(readlink -f "$0")")
case $(basename "${ARGV0:-$0}") in
sharedserver) exec "$here/usr/bin/sharedserver" "$@" ;;
*) exec "$here/usr/bin/sharedserver-tray" "$@" ;;
esac
RUN
chmod +x "$folder/AppRun"
# The Qt plugin asks qmake where Qt is.
QMAKE=${QMAKE:-$(command -v qmake6)} LDAI_OUTPUT=$PWD/build/package/sharedserver.AppImage \
    linuxdeploy --appdir "$folder" --plugin qt --output appimage \
    --desktop-file "$folder/usr/share/applications/sharedserver.desktop" \
    --icon-file "$folder/usr/share/icons/hicolor/scalable/apps/sharedserver.svg"
