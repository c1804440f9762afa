#!/usr/bin/env bash
# installtest.sh BUILD_DIRECTORY: whether its installation honours DESTDIR and --prefix, works from
# where it is, and whether nothing is left when it is uninstalled.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sharedserver-install.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "installtest: $*" >&2
    exit 1
}

# install_to DESTDIR PREFIX
install_to() {
    DESTDIR=$1 cmake --install "$build" --prefix "$2" >"$scratch/log" 2>&1 || {
        cat "$scratch/log"
        fail "cmake --install failed"
    }
}

# expect ROOT FILE…: all are there.
expect() {
    local root=$1 file
    shift
    for file in "$@"; do
        [ -s "$root/$file" ] || fail "there is no $root/$file"
    done
}

plugin=share/nvim/site/pack/sharedserver/start/sharedserver
files=(
    bin/sharedserver
    bin/sharedserver-tray
    share/applications/sharedserver.desktop
    share/icons/hicolor/scalable/apps/sharedserver.svg
    share/icons/hicolor/symbolic/apps/sharedserver-symbolic.svg
    share/bash-completion/completions/sharedserver
    share/fish/vendor_completions.d/sharedserver.fish
    share/man/man1/sharedserver.1
    share/man/man1/sharedserver-tray.1
    share/man/man5/sharedserver-servers.json.5
    share/zsh/site-functions/_sharedserver
    share/metainfo/sharedserver.metainfo.xml
    "$plugin/doc/sharedserver.txt"
    "$plugin/doc/tags"
    "$plugin/lua/sharedserver/init.lua"
    "$plugin/plugin/sharedserver.lua"
    share/sharedserver/servers.schema.json
    share/systemd/user/sharedserver.service
)

# DESTDIR: all of it below, and nothing of its path in it.
install_to "$scratch/stage" /opt/shared
expect "$scratch/stage/opt/shared" "${files[@]}"
stray=$(find "$scratch/stage" -type f -not -path "$scratch/stage/opt/shared/*")
[ -z "$stray" ] || fail "files outside the prefix: $stray"
! grep -rIl "$scratch" "$scratch/stage" || fail "the files above name DESTDIR"
grep -q '^ExecStart="/opt/shared/bin/sharedserver" ' \
    "$scratch/stage/opt/shared/share/systemd/user/sharedserver.service" ||
    fail "the unit does not name the installed program"

# --prefix, with a blank in it.
prefix="$scratch/some home/.local"
install_to "" "$prefix"
expect "$prefix" "${files[@]}"
if command -v nvim >/dev/null; then
    mkdir "$scratch/doc"
    cp "$prefix/$plugin/doc/sharedserver.txt" "$scratch/doc"
    nvim --clean --headless +"helptags $scratch/doc" +qa
    cmp "$scratch/doc/tags" "$prefix/$plugin/doc/tags" || fail "the help's tags are not Neovim's"
fi
"$here/tryout.sh" "$prefix"

# All of it goes again, and nothing else.
echo mine >"$prefix/share/mine"
"$here/../uninstall.sh" "$build" "$prefix"
left=$(cd "$prefix" && find . -not -type d -o -path '*sharedserver*')
[ "$left" = ./share/mine ] || fail "uninstalled, there is: $left"
