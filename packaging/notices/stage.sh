#!/usr/bin/env bash
# Lists what a program folder contains, from its files: writes sbom.cdx.json, NOTICE and licenses/ into it.
# stage.sh HOME [SYSTEM]: SYSTEM is the root of an image, whose Debian packages are listed too.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_build_tools

# Makes app/target/bom.json, unless it is of the newest build.
make_maven_bill() {
    local log=$home/target/bill.log
    [ ! "$home/app/target/bom.json" -nt "$RUN/current" ] || return 0
    JAVA_HOME=$java_home mvn -B -q -Dstyle.color=never -f "$home/pom.xml" -Pbill -Dsluice.built -Dmaven.test.skip=true \
        -Dmaven.javadoc.skip=true -pl app -am package >"$log" 2>&1 </dev/null && return
    cat "$log" >&2
    fail "Maven could not list what the program depends on (output also in ${log#"$PWD"/})."
}

make_maven_bill
"$java_home/bin/java" -XX:TieredStopAtLevel=1 -cp "$home/app/target/lib/*" "$packaging/notices/Notices.java" \
    "$home" "$1" "$version" "${@:2}"
