# needs.sh: installs what is missing. Part of dev, which reads it; bash 3.2, as there.
# shellcheck shell=bash

# What each group of work needs, for each way to get it: packages of Debian and Ubuntu, of Homebrew,
# and the commands by which the same is recognised elsewhere.
NEEDS="\
build apt g++ cmake ninja-build ccache qt6-base-dev qt6-tools-dev qt6-l10n-tools libexpected-dev
build apt libx11-dev libxcb1-dev
build brew cmake ninja ccache qt tl-expected
build commands c++ cmake ninja
test apt lld procps python3 strace zsh fish bash-completion neovim
test apt mandoc man-db groff curl git jq make nodejs
test apt appstream desktop-file-utils dpkg-dev file lintian
test apt xvfb dbus-daemon trayer xdotool x11-utils fonts-dejavu-core
test brew fish bash-completion@2 neovim
test commands python3 zsh fish nvim
lint apt clang-format clang-tidy shellcheck lua-check python3
lint brew clang-format llvm shellcheck luacheck stylua
lint commands clang-format clang-tidy shellcheck luacheck
bench apt python3 strace xvfb dbus-daemon trayer xdotool neovim
bench commands python3 strace Xvfb dbus-daemon trayer xdotool nvim
faults apt python3 strace
faults commands python3 strace
model apt python3
model commands python3
fuzz apt clang libclang-rt-dev
fuzz commands clang++
soak apt python3
soak commands python3
pictures apt redis-server neovim python3 tmux
package apt dpkg-dev file lintian gzip
packagecheck apt debootstrap
static apt dpkg-dev
demo apt python3
demo brew python
demo commands python3"

# ensure GROUP…: has everything that these groups of NEEDS name.
ensure() {
    if have apt-get && have dpkg-query; then
        ensure_apt "$@"
    elif [ "$(uname -s)" = Darwin ] && have brew; then
        ensure_brew "$@"
    else
        ensure_commands "$@"
    fi
}

# needs WAY GROUP…: what these groups need, one a line.
needs() {
    local way=$1 group
    shift
    for group in "$@"; do
        sed -n "s/^$group $way //p" <<<"$NEEDS"
    done | tr ' ' '\n' | sort -u
}

# old_release: prints the name of a Debian or Ubuntu that is older than 12 or 24.04, or fails. What it
# does not know is not old.
old_release() (
    [ -r /etc/os-release ] || exit 1
    # shellcheck source=/dev/null
    . /etc/os-release
    case ${ID-}/${VERSION_ID-} in
    debian/[1-9] | debian/1[01] | ubuntu/1?.* | ubuntu/2[0-3].*) echo "$ID $VERSION_ID" ;;
    *) exit 1 ;;
    esac
)

ensure_apt() {
    local packages installed missing release
    packages=$(needs apt "$@")
    # It fails where it knows one of them not at all.
    # shellcheck disable=SC2016,SC2086 # the variables are dpkg's; one word a package
    installed=$({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null ||
        true; } | sed -n 's/^installed //p' | sort -u)
    missing=$(comm -23 <(echo "$packages") <(echo "$installed") | xargs)
    [ -n "$missing" ] || return 0
    ! release=$(old_release) ||
        die "$release has no Qt 6.4 and CMake 3.25. They come with Debian 12 and Ubuntu 24.04."
    if [ "$(id -u)" -ne 0 ] && ! may_sudo; then
        die "installing takes root or sudo. Install by hand: apt-get install $missing"
    fi
    say "Installing $missing"
    mkdir -p build
    # shellcheck disable=SC2086 # one word a package
    if ! { apt_get update && apt_get install -y --no-install-recommends $missing; } \
        >build/install.log 2>&1; then
        cat build/install.log >&2
        die "the installation failed. Install by hand: apt-get install $missing"
    fi
}

# Whether sudo is there, and asks nothing where there is no terminal to answer on.
may_sudo() { have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }

# Waits for another installation that is under way, and asks no questions.
apt_get() {
    local as_root=""
    [ "$(id -u)" -eq 0 ] || as_root=sudo
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

ensure_brew() {
    local missing
    missing=$(comm -23 <(needs brew "$@") <(brew list --formula -1 | sort -u) | xargs)
    [ -n "$missing" ] || return 0
    say "Installing $missing"
    # shellcheck disable=SC2086 # one word a package
    brew install $missing >&2 || die "the installation failed."
}

ensure_commands() {
    local command missing=""
    for command in $(needs commands "$@"); do
        have "$command" || missing="$missing $command"
    done
    [ -z "$missing" ] ||
        die "missing:$missing. Install them with the system's package manager, and with them" \
            "Qt 6.4 or newer (Core, DBus, LinguistTools, Network, Test, Widgets) and" \
            "tl::expected, all with their headers."
}
