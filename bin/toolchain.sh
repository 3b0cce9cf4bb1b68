# Finds the tools that build and run Sluice, or prints how to get them. Sourced by ./sluice and ./check;
# needs bash 3.2.

readonly JDK_MIN=25
readonly EX_UNAVAILABLE=69 # sysexits.h: something that is needed is not there.

# Sets java_home to the first Java of JDK_MIN or later that has the tool $1 (java or javac). Does not start a JVM to
# find its version, as this runs at every start.
find_jdk() {
    local tool=$1 on_path
    on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null)
    for java_home in \
        "${JAVA_HOME:-}" \
        "${on_path%/bin/java}" \
        /usr/lib/jvm/* \
        /usr/java/* \
        /opt/* \
        /opt/java/* \
        "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$java_home" ] && [ -x "$java_home/bin/$tool" ] && is_recent "$java_home/release"; then
            return 0
        fi
    done
    java_home=
    return 1
}

# True if a Java's `release` file names a feature release of JDK_MIN or later.
is_recent() {
    local line
    [ -r "$1" ] || return 1
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            JAVA_VERSION=*)
                line=${line#JAVA_VERSION=}
                line=${line//\"/}
                line=${line%%[!0-9]*}
                [ "${line:-0}" -ge "$JDK_MIN" ]
                return
                ;;
        esac
    done <"$1"
    return 1
}

# Exports a locale whose encoding is UTF-8, because a JVM decodes its arguments, variables and file names by the locale:
# services and containers have that of ASCII. macOS has no C.UTF-8. If there is none, Sluice refuses other characters.
use_utf8() {
    local each
    for each in C.UTF-8 en_US.UTF-8 "${LC_ALL:-}"; do
        { LC_ALL=$each; } 2>/dev/null # Bash warns of a locale that this system lacks.
        ! is_utf8 || break
    done
    export LC_ALL
    [ -n "$LC_ALL" ] || unset LC_ALL
    return 0
}

# True if this shell counts the three bytes of a euro sign as one character.
is_utf8() {
    local sign=$'\xe2\x82\xac'
    [ "${#sign}" -eq 1 ]
}

has_maven() {
    command -v mvn >/dev/null 2>&1
}

# Checks everything that a build needs: sets java_home, or ends the program and prints what is missing.
require_build_tools() {
    if find_jdk javac; then
        has_maven || stop_missing maven
    elif has_maven; then
        stop_missing jdk
    else
        stop_missing jdk maven
    fi
}

# Ends the program with two lines: the missing tools (jdk and/or maven), and how to get them on this system.
stop_missing() {
    local names
    case "$*" in
        jdk) names="no JDK $JDK_MIN or later" ;;
        maven) names="no Maven (mvn)" ;;
        *) names="neither a JDK $JDK_MIN or later nor Maven (mvn)" ;;
    esac
    printf '%s: %s found in JAVA_HOME, PATH or the usual folders.\n' "${0##*/}" "$names" >&2
    printf 'To get it: %s\n' "$(how_to_get "$@")" >&2
    exit "$EX_UNAVAILABLE"
}

# Prints the line that installs the arguments (jdk, maven) on this system.
how_to_get() {
    local sudo='' before='' get jdk maven=maven packages='' wanted
    [ "$(id -u)" = 0 ] || sudo='sudo '
    case $(system_kind) in
        macos) get='brew install' jdk=openjdk@$JDK_MIN ;;
        apt) get="${sudo}apt-get install" jdk=openjdk-$JDK_MIN-jdk-headless ;;
        apt-older) # These releases end at JDK 17 or 21.
            get="${sudo}apt-get install" jdk=temurin-$JDK_MIN-jdk
            [ "$*" = maven ] || before="add Adoptium's packages (https://adoptium.net/installation/linux), then "
            ;;
        dnf) get="${sudo}dnf install" jdk=java-$JDK_MIN-openjdk-devel ;;
        *) get=install jdk="JDK $JDK_MIN (https://adoptium.net)" maven='Maven (https://maven.apache.org)' ;;
    esac
    for wanted in "$@"; do
        case $wanted in
            jdk) packages+=" $jdk" ;;
            *) packages+=" $maven" ;;
        esac
    done
    printf '%s%s%s\n' "$before" "$get" "$packages"
}

system_kind() (
    [ "$(uname -s)" != Darwin ] || { echo macos; exit; }
    os_release=${SLUICE_OS_RELEASE:-/etc/os-release} # Another one for the tests of this file.
    [ -r "$os_release" ] && . "$os_release"
    case "${ID:-}:${UBUNTU_CODENAME:-${VERSION_CODENAME:-}}" in
        *:jammy | *:noble | *:questing | *:resolute | debian:trixie | debian:forky | debian:sid) echo apt ;;
        debian:* | ubuntu:*) echo apt-older ;;
        fedora:*) echo dnf ;;
        *) echo other ;;
    esac
)
