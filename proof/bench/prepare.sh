# The requirements of proof/bench/run and proof/bench/compare: the peers, the load generator and a build. Sourced in the project's folder, after
# bin/toolchain.sh and bin/build.sh.

readonly PROGRAMS='node:nodejs npm:npm nginx:nginx gcc:gcc openssl:openssl redis-server:redis-server'
readonly NCHAN=libnginx-mod-nchan

require_programs() {
    local program packages=()
    for program in $PROGRAMS; do
        PATH=$PATH:/usr/sbin command -v "${program%%:*}" >/dev/null 2>&1 || packages+=("${program##*:}")
    done
    dpkg -s "$NCHAN" >/dev/null 2>&1 || packages+=("$NCHAN")
    [ "${#packages[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "bench: installing ${packages[*]}" >&2
        apt-get -q update >target/bench-apt.log 2>&1 &&
            DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "${packages[@]}" \
                >>target/bench-apt.log 2>&1 </dev/null && return
        tail -n 20 target/bench-apt.log >&2
    fi
    echo "bench: install these first: ${packages[*]} (names of Debian's packages)." >&2
    exit "$EX_UNAVAILABLE"
}

prepare_bench() {
    mkdir -p target proof/bench/target
    require_programs
    if [ ! proof/bench/peers/node_modules/.package-lock.json -nt proof/bench/peers/package-lock.json ]; then
        (cd proof/bench/peers && npm ci --no-audit --no-fund --loglevel=error </dev/null) || exit 1
    fi
    [ proof/bench/target/floor -nt proof/bench/peers/floor.c ] || gcc -O2 -o proof/bench/target/floor proof/bench/peers/floor.c || exit 1
    build_bench
}

# All that a program of proof/bench/src needs. Sets JAVA.
build_bench() {
    mkdir -p target proof/bench/target
    require_build_tools
    is_built || build
    if [ ! -d proof/bench/target/lib ] || [ -n "$(find proof/bench/src/main proof/bench/pom.xml -newer proof/bench/target/lib -print -quit)" ]; then
        JAVA_HOME=$java_home mvn -B -q -Dmaven.test.skip=true -pl proof/bench -am package >target/bench-build.log 2>&1 </dev/null ||
            { cat target/bench-build.log >&2; exit 1; }
        touch proof/bench/target/lib
    fi
    ulimit -n "$(ulimit -Hn)"
    export JAVA=$java_home/bin/java
}
