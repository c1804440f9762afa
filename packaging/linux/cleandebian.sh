#!/usr/bin/env bash
# cleandebian.sh DEB: installs the package in a Debian that has nothing else, uses it there as a
# user, removes it, and looks for what is left. Needs root and network; says so where they are not,
# which is an error in continuous integration: that has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$1
# shellcheck source=/dev/null
. /etc/os-release

skip() {
    [ -z "${GITHUB_ACTIONS-}" ] || fail "the package was not tried: $*"
    echo "Skipped: the package was not tried in a clean Debian: $*" >&2
    exit 0
}
fail() {
    echo "cleandebian: $*" >&2
    exit 1
}

[ "$(id -u)" -eq 0 ] || skip "that takes root"
# The archive that this machine itself installs from.
# shellcheck disable=SC2016 # apt's variable
archive=$(apt-get indextargets --format '$(REPO_URI)' "Codename: ${VERSION_CODENAME:?}" \
    'Created-By: Packages' | sed -n 1p)
[ -n "$archive" ] || skip "apt knows no archive of $VERSION_CODENAME"
work=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-debian.XXXXXX")
root=$work/root
# Only the one that we mount ourselves is ever unmounted, and nothing is removed before.
cleanup() {
    if mountpoint -q "$root/proc"; then
        umount "$root/proc" || exit 1
    fi
    rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# Where Neovim and Qt are.
components=main
[ "${ID-}" != ubuntu ] || components=main,universe

echo "==> Making a Debian $VERSION_CODENAME" >&2
debootstrap --variant=minbase --components="$components" "$VERSION_CODENAME" "$root" "$archive" >"$work/log" 2>&1 || {
    tail -n 3 "$work/log" >&2
    skip "debootstrap cannot make one from $archive"
}
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc" || skip "/proc cannot be mounted"

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
    chroot "$root" "$@"; }
quietly() {
    inside "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        fail "'$*' failed"
    }
}
# Files of packages and their traces; what apt and caches write for themselves is not the package's.
files() {
    (cd "$root" && find . -path ./proc -prune -o -path ./var/cache -prune -o -path ./var/lib -prune \
        -o -path ./var/log -prune -o -path ./tmp -prune -o -print | sort)
}

# Everything it needs first, so that what remains is what it alone has brought.
cp "$package" "$root/tmp/sharedserver.deb"
chmod 644 "$root/tmp/sharedserver.deb"
echo "==> Installing, using and removing $(basename "$package") in it" >&2
quietly apt-get -qq update
quietly apt-get -qq install -y --no-install-recommends neovim man-db /tmp/sharedserver.deb
quietly dpkg --purge sharedserver
quietly useradd --create-home tester
files >"$work/before"
quietly dpkg --install /tmp/sharedserver.deb

cp "$here/tryout.sh" "$root/tmp/tryout.sh"
inside setpriv --reuid tester --regid tester --clear-groups bash /tmp/tryout.sh /usr ||
    fail "it does not work in a clean Debian"

quietly dpkg --remove sharedserver
quietly dpkg --purge sharedserver
files >"$work/after"
diff "$work/before" "$work/after" >&2 || fail "the package left behind what is marked '>' above"
echo "It installs, works and leaves nothing in a clean Debian $VERSION_CODENAME."
