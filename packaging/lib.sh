# What the parts of packaging/ share. Sourced first by each of them; ends the program if a command fails.
set -euo pipefail
shopt -s inherit_errexit
umask 022                    # The modes of files do not depend on who packs them,
export LC_ALL=C.UTF-8 TZ=UTC # nor their order and times on where.

packaging=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=${packaging%/*}
readonly packaging home
. "$home/bin/toolchain.sh"
. "$home/bin/build.sh"

readonly dist=$home/target/dist
readonly staging=$home/target/package

# The version that Maven builds.
version=$(sed -n '/<artifactId>sluice-parent</{n;s/.*<version>\(.*\)<.*/\1/p;}' "$home/pom.xml")

# The time that files in packages have: that of the commit; without git, that of the parent POM.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$home" log -1 --format=%ct 2>/dev/null ||
    date -d "$(sed -n 's/.*<project.build.outputTimestamp>\(.*\)<.*/\1/p' "$home/pom.xml")" +%s)}
readonly version
export SOURCE_DATE_EPOCH

# Prints why a part can't be made, and ends.
fail() {
    printf 'sluice package: %s\n' "$1" >&2
    exit 1
}

# Ends if a command is missing, and names its Debian package: require_tools zip:zip.
require_tools() {
    local tool
    for tool in "$@"; do
        command -v "${tool%%:*}" >/dev/null 2>&1 || fail "this part needs ${tool%%:*} (Debian package ${tool##*:})."
    done
}

# Gives everything below a folder the time of the packages.
set_times() {
    find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

# reproducible_tar DIR OUT: packs DIR, with its name as the only top folder, into OUT (.tar or .tar.gz): owner root,
# ordered by name, times of the package.
reproducible_tar() {
    local parent name
    parent=$(dirname "$1")
    name=$(basename "$1")
    local tar=(tar --directory="$parent" --sort=name --format=posix --owner=0 --group=0 --numeric-owner
        --mtime="@$SOURCE_DATE_EPOCH" --mode=u+rwX,go+rX,go-w
        --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' --create "$name")
    mkdir -p "$(dirname "$2")"
    case $2 in
        *.gz) "${tar[@]}" | gzip --best --no-name >"$2" ;;
        *) "${tar[@]}" >"$2" ;;
    esac
}
