#!/usr/bin/env bash
# debtest.sh DEB: whether lintian has anything to say of the package, and whether dpkg installs it
# into a root of its own and removes it from there without leaving a file. Needs no root.
set -euo pipefail
package=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-deb.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "debtest: $*" >&2
    exit 1
}

options=("--fail-on" "error,warning")
if [ "$(id -u)" -eq 0 ]; then
    options+=(--allow-root)
fi
lintian "${options[@]}" "$package" || fail "lintian is not content"

root=$scratch/root
mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
touch "$root/var/lib/dpkg/status"
# What it depends on is not there; the clean Debian of `./dev package --check` sees to that.
in_root() {
    dpkg --root="$root" --force-not-root --force-depends --force-script-chrootless \
        --log="$scratch/log" "$@" >"$scratch/output" 2>&1 || {
        cat "$scratch/output"
        fail "dpkg $* failed"
    }
}
files() { find "$root" -path "$root/var/lib/dpkg" -prune -o ! -type d -print | sort; }

in_root --install "$package"
for file in usr/bin/sharedserver usr/bin/sharedserver-tray usr/lib/systemd/user/sharedserver.service \
    etc/xdg/autostart/sharedserver-tray.desktop usr/share/doc/sharedserver/copyright; do
    [ -s "$root/$file" ] || fail "the package has no $file"
done
grep -q '^ExecStart="/usr/bin/sharedserver" ' "$root/usr/lib/systemd/user/sharedserver.service" ||
    fail "the unit does not name the program"
grep -qx 'Hidden=true' "$root/etc/xdg/autostart/sharedserver-tray.desktop" ||
    fail "the tray would start at everybody's login"
in_root --purge sharedserver
left=$(files)
[ -z "$left" ] || fail "left behind: $left"
