#!/usr/bin/env bash
# qt.sh: makes a static Qt Core and Network with nothing in them that sharedserver does not use, from
# the source of the system's own qt6-base package, so that it has Debian's fixes. Made once for each
# version, which takes two cores ten minutes. Prints where it is.
set -euo pipefail

say() { echo "==> $*" >&2; }
fail() {
    echo "qt.sh: $*" >&2
    exit 1
}

# shellcheck disable=SC2016 # dpkg's variable
version=$(dpkg-query -W -f '${Version}' qt6-base-dev)
# Of this recipe: another one makes another Qt.
recipe=$(md5sum <"${BASH_SOURCE[0]}" | cut -c 1-8)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sharedserver/qt-static-$version-$recipe
qt=$cache/qt
if [ -e "$qt/complete" ]; then
    echo "$qt"
    exit 0
fi
mkdir -p "$cache"
# Two at once would spoil each other's work.
exec 9>"$cache/lock"
flock 9
if [ -e "$qt/complete" ]; then
    echo "$qt"
    exit 0
fi

# fetch: the source, by an apt with sources, lists and cache of its own; the system's stay as they
# are.
fetch() {
    mkdir -p "$cache"/apt/{lists/partial,archives/partial,parts}
    local origin
    for origin in Debian Ubuntu; do
        # shellcheck disable=SC2016 # apt's variables
        apt-get indextargets 'Created-By: Packages' "Origin: $origin" \
            --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)'
    done | sort -u >"$cache/apt/sources.list"
    local apt=(apt-get -qq
        -o "Dir::Etc::SourceList=$cache/apt/sources.list" -o "Dir::Etc::SourceParts=$cache/apt/parts"
        -o "Dir::State::Lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt"
        -o "APT::Sandbox::User=")
    "${apt[@]}" update
    (cd "$cache" && "${apt[@]}" source --download-only "qt6-base=$version")
    rm -rf "$cache/source" "$cache/apt"
    dpkg-source --no-check -x "$cache"/qt6-base_*.dsc "$cache/source"
    rm -f "$cache"/qt6-base_*
}

# What Qt calls a feature. Whole modules, then other people's libraries, then parts of Core, then of
# Network, of which local sockets and, to see whether a server is ready, TCP and HTTP are used.
without=(
    concurrent dbus gui printsupport sql testlib widgets xml
    brotli glib icu journald libproxy lttng openssl slog2 syslog zstd
    system_doubleconversion system_libb2 system_pcre2 system_zlib
    animation androiddeployqt backtrace easingcurve gestures hijricalendar islamiccivilcalendar
    itemmodel jalalicalendar mimetype poll_select proxymodel settings sharedmemory systemsemaphore
    translation xmlstream
    dnslookup dtls gssapi networkdiskcache networkinterface networklistmanager ocsp
    sctp socks5 ssl sspi system_proxies topleveldomain udpsocket
)

# moc and the like are the system's: they are of the same version, and need parts that are left out.
configure() {
    local flags="-ffunction-sections -fdata-sections"
    # ccache, where it is: another recipe is mostly the same code.
    local launcher=()
    if command -v ccache >/dev/null; then
        launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    cmake -S "$cache/source" -B "$cache/build" -G Ninja \
        -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_PREFIX="$qt" \
        -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" \
        -DCMAKE_C_FLAGS_RELEASE="-O2 -DNDEBUG" -DCMAKE_CXX_FLAGS_RELEASE="-O2 -DNDEBUG" \
        -DQT_BUILD_TESTS=OFF -DQT_BUILD_EXAMPLES=OFF -DINPUT_openssl=no "${launcher[@]}" \
        -DQT_FORCE_FIND_TOOLS=ON -DQT_HOST_PATH=/usr \
        "${without[@]/%/=OFF}"
}
without=("${without[@]/#/-DFEATURE_}")

# step NAME COMMAND…: with its output in a log.
step() {
    local name=$1
    shift
    "$@" >"$cache/$name.log" 2>&1 || {
        tail -n 30 "$cache/$name.log" >&2
        fail "cannot $name Qt $version, see $cache/$name.log"
    }
}

say "Making a static Qt $version in $cache, once; it takes a while"
step fetch fetch
step configure configure
step build env CCACHE_SLOPPINESS=pch_defines,time_macros nice cmake --build "$cache/build"
step install cmake --install "$cache/build"
rm -rf "$cache/source" "$cache/build"
touch "$qt/complete"
echo "$qt"
