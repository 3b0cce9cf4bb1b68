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

# Jars, the .deb and the image take modes from files of the checkout, which has them from the umask of whoever made it.
# Only files that git knows and their folders: others may be private.
if git -C "$home" rev-parse --git-dir >/dev/null 2>&1; then
    (cd "$home" && git ls-files -z | while IFS= read -r -d '' path; do
        [ -f "$path" ] || continue
        printf '%s\0' "$path"
        while [[ $path == */* ]]; do
            path=${path%/*}
            printf '%s\0' "$path"
        done
    done | sort -zu | xargs -0 -r chmod u+rwX,go+rX,go-w)
fi

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

# stage_home ARCH DIR: makes a program's home in DIR, for linux-x64, linux-arm64 or any system with a Java 25. The home
# of an ARCH is made once for all parts, and copied.
stage_home() {
    local made=$staging/home-$1
    if [ ! -e "$made.done" ] || [ -n "$(find "$RUN/current" "$packaging" "$home/bin" -newer "$made.done" -print -quit)" ]; then
        require_tools zip:zip unzip:unzip
        require_build_tools
        is_built || build
        rm -rf "$made" "$made.done"
        make_home "$1" "$made"
        touch "$made.done"
    fi
    mkdir -p "$2"
    cp -a "$made/." "$2/"
}

make_home() {
    local arch=$1 to=$2
    mkdir -p "$to/bin" "$to/lib"
    cp "$packaging/home/bin/sluice" "$to/bin/"
    cp -R "$packaging/home/conf" "$packaging/home/README.md" "$home/LICENSE" "$to/"
    cp "$home/bin/jvm.options" "$to/lib/"
    cp -R "$home/app/target/lib/." "$to/lib/"
    case $arch in
        linux-x64) keep_natives "$to/lib" x86_64 linux64 linux-x86-64 ;;
        linux-arm64) keep_natives "$to/lib" aarch_64 linux-aarch64 linux-aarch64 ;;
        any) cp "$packaging/home/bin/sluice.cmd" "$to/bin/" ;;
    esac
    write_guides "$to/share"
    [ "$arch" = any ] || install -D -m 0644 "$home/examples/deploy/sluice.service" "$to/share/systemd/sluice.service"
    case $arch in
        linux-x64) link_runtime "$java_home/jmods" "$to/runtime" ;;
        linux-arm64) [ -z "${SLUICE_JMODS_ARM64:-}" ] || link_runtime "$SLUICE_JMODS_ARM64" "$to/runtime" ;;
    esac
    "$packaging/notices/stage.sh" "$to" # The notices and the bill of materials of what is in the home.
    chmod -R u+rwX,go+rX,go-w "$to"
    set_times "$to" # The cache names the times of the jars.
    [ "$arch" != linux-x64 ] || record_cache "$to"
}

# keep_natives LIB NETTY ROCKSDB JNA: puts the native libraries of a platform, as each library names it, beside the jars,
# where bin/sluice points the JVM, and none into the jars.
keep_natives() {
    local lib=$1 netty=$2 sqlite=${2/aarch_64/aarch64} rocksdb=$3 jna=$4 jar
    find "$lib" -name "*-linux-*.jar" ! -name "*-linux-$netty.jar" -delete
    for jar in "$lib"/netty-*-"linux-$netty.jar" "$lib"/cluster/ratis-thirdparty-misc-*.jar; do
        unzip -qjo "$jar" "META-INF/native/*_$netty.so" -d "$lib"
    done
    unzip -qjo "$lib"/rocksdbjni-*.jar "librocksdbjni-$rocksdb.so" -d "$lib"
    unzip -qjo "$lib"/sqlite-jdbc-*.jar "org/sqlite/native/Linux/$sqlite/*" -d "$lib"
    unzip -qjo "$lib"/jna-[0-9]*.jar "com/sun/jna/$jna/*" -d "$lib"
    for jar in "$lib"/*.jar "$lib"/cluster/*.jar; do
        repack "$jar"
    done
}

# Rewrites a jar without native libraries, and uncompressed: the archive as a whole then becomes a fifth smaller, and
# classes load without being inflated.
repack() {
    local files
    files=$(mktemp -d "$staging/jar.XXXXXX")
    unzip -qo "$1" -d "$files"
    rm "$1"
    find "$files" -regextype posix-extended -regex '.*\.(so|dll|dylib|jnilib|a)' -delete
    chmod -R u=rwX,go=rX "$files"
    set_times "$files"
    (cd "$files" && find . -mindepth 1 -printf '%P\n' | sort | zip -q -0 -X -@ "$1")
    rm -rf "$files"
}

# write_guides DIR: the manual page and the completion, which the program writes itself.
write_guides() {
    mkdir -p "$1/man/man1" "$1/bash-completion/completions"
    sluice_of_build completion >"$1/bash-completion/completions/sluice"
    sluice_of_build manual >"$1/man/man1/sluice.1"
}

# Runs the program as it was built.
sluice_of_build() {
    "$java_home/bin/java" @"$home/bin/jvm.options" -cp "$home/app/target/lib/*" dev.sluice.app.Main "$@"
}

# What jdeps finds in the jars, but for java.desktop, which nothing here calls; then what is found at run time only: tools
# and agents of operators, PKCS #11, DNS as a directory, Kerberos for Kafka, character sets and Chinese numbers for pages.
readonly MODULES=java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql\
,jdk.httpserver,jdk.jfr,jdk.management,jdk.unsupported\
,java.instrument,jdk.jcmd,jdk.management.agent,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.naming.dns,jdk.net\
,jdk.security.auth,jdk.security.jgss,jdk.zipfs,jdk.charsets,jdk.localedata

# link_runtime JMODS DIR: links a runtime with the modules that Sluice needs. JMODS must be of the version of the JDK that
# builds; where the latter has none, as it may, its own runtime is what is linked.
link_runtime() {
    local path=()
    [ ! -d "$1" ] || path=(--module-path "$1")
    "$java_home/bin/jlink" "${path[@]}" --add-modules "$MODULES" --include-locales=en,zh --no-header-files \
        --no-man-pages --strip-java-debug-attributes --output "$2"
}

# record_cache HOME: records the start-up cache with the runtime of the home. One serves hub and commands alike, as a second
# one would add 10 MB to the archive. SLUICE_CACHE names one to take instead, such as that of a published archive: it is the
# only file that differs from build to build.
record_cache() {
    local lib=$1/lib class_path java
    if [ -n "${SLUICE_CACHE:-}" ]; then
        cp "$SLUICE_CACHE" "$lib/hub.aot"
    else
        read_class_path "$lib"
        java=("$1/runtime/bin/java" @"$lib/jvm.options" -Djava.library.path="$lib" -cp "$class_path")
        "${java[@]}" -XX:AOTCacheOutput="$lib/hub.aot" dev.sluice.app.launcher.HubTraining "$staging/training" \
            "${java[@]}" dev.sluice.app.launcher.ClientTraining </dev/null
        rm -rf "$staging/training"
    fi
    [ -f "$lib/hub.aot" ] || fail 'the start-up cache could not be recorded.'
    chmod 644 "$lib/hub.aot"
    set_times "$lib"
}
