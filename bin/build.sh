# Builds Sluice if there is no build or its sources are newer. Sourced by ./sluice and ./check after toolchain.sh;
# expects $home, the project's folder.
#
# The program does not run from Maven's own output, because the next build would change the jars under a running hub.
# Each build is copied to a folder of its own, its generation; app/target/run/current names the newest, and has the
# time when that build began, so that a file edited during a build counts as newer.

readonly RUN=$home/app/target/run
MAVEN_GOALS=(-Dmaven.test.skip=true -pl app -am package) # ./check builds more.
readonly GENERATIONS_KEPT=10 # A hub started this many builds ago still finds its classes.

# True if a build exists and none of its inputs is newer. Folders count too: deleting a file changes its folder.
is_built() {
    local name
    { read -r name <"$RUN/current"; } 2>/dev/null && [ -d "$RUN/$name" ] || return 1
    [ -z "$(find "$home/pom.xml" "$home/.mvn" "$home/bin" "$home"/*/pom.xml "$home"/*/*/pom.xml "$home"/*/src/main \
        "$home"/*/*/src/main "$home/clients/client-js/dist" -newer "$RUN/current" \
        -print 2>/dev/null | head -n 1)" ]
}

# Sets generation to the folder of the newest build, and class_path to its jars.
read_build() {
    local name
    read -r name <"$RUN/current"
    generation=$RUN/$name
    read_class_path "$generation"
}

# Sets class_path to the jars of a folder, always in the same order.
read_class_path() {
    local IFS=: jars=("$1"/*.jar)
    class_path="${jars[*]}"
}

# Builds, unless another process has just done so. Ends the program if the build fails.
build() {
    local log=$home/target/build.log
    require_build_tools
    mkdir -p "$home/target" || exit 1
    lock_build
    if ! is_built; then
        echo "building Sluice, which takes minutes the first time (output in ${log#"$PWD"/})" >&2
        if ! build_generation 3>&2 >"$log" 2>&1; then
            cat "$log" >&2
            printf '%s: the build failed, see above (also in %s).\n' "${0##*/}" "$log" >&2
            exit 1
        fi
    fi
    unlock_build
}

# Tells the user a step of the build; expects their terminal as file descriptor 3.
step() {
    echo "building: $1" >&3
}

# Tells the modules that Maven's output names, and passes the output on.
tell_modules() {
    local line
    while IFS= read -r line; do
        echo "$line"
        [[ $line =~ ^.INFO.\ Building\ (.*)\ [0-9][^\ ]*\ +\[([0-9]+)/([0-9]+)\]$ ]] || continue
        step "${BASH_REMATCH[1]} (${BASH_REMATCH[2]} of ${BASH_REMATCH[3]})"
    done
}

build_generation() {
    local name next
    name=$(date +%Y%m%d-%H%M%S)-$$
    next=$home/target/current.next
    echo "$name" >"$next" || return
    rm -rf "$home/app/target/lib" # Maven leaves jars there that are no longer needed.
    run_maven || return
    mkdir -p "$RUN/$name" || return
    cp -R "$home"/app/target/lib/. "$RUN/$name/" || return
    "$java_home/bin/java" -cp "$home/app/target/lib/*" dev.sluice.storage.NativeLibrary "$RUN/$name"/rocksdbjni-*.jar ||
        return
    mv "$next" "$RUN/current" || return
    step 'a cache of loaded classes, so that later starts are fast'
    train "$RUN/$name"
    remove_old_generations
}

# Records what typical runs load, so that later starts load it from a cache: one for the hub, one for the commands that
# talk to hubs. Puts the caches into the folder of jars $1. Without them everything works, only slower.
train() {
    local class_path java clients
    read_class_path "$1"
    java=("$java_home/bin/java" @"$home/bin/jvm.options" -Djava.library.path="$1" -cp "$class_path")
    clients=("${java[@]}" -XX:AOTCacheOutput="$1/clients.aot" dev.sluice.app.launcher.ClientTraining)
    "${java[@]}" -XX:AOTCacheOutput="$1/hub.aot" dev.sluice.app.launcher.HubTraining \
        "$1/training" "${clients[@]}" </dev/null || rm -f "$1"/*.aot
    rm -rf "$1/training"
}

# Runs Maven for MAVEN_GOALS; expects the user's terminal as file descriptor 3.
run_maven() (
    set -o pipefail
    cd "$home" && JAVA_HOME=$java_home mvn -B -T1C -Dstyle.color=never -Dmaven.javadoc.skip=true "${MAVEN_GOALS[@]}" \
        </dev/null 2>&1 | tell_modules
)

remove_old_generations() {
    local name old=0
    for name in $(cd "$RUN" && ls -1dr -- */); do
        old=$((old + 1))
        [ "$old" -le "$GENERATIONS_KEPT" ] || rm -rf "${RUN:?}/$name"
        # A running JVM keeps its cache mapped, and nobody else starts from an older generation.
        [ "$old" -le 1 ] || rm -f "$RUN/$name"*.aot
    done
}

# Allows one build at a time. flock is released however the process ends; without flock (macOS), a folder serves as
# the lock, because only one process can create it; it is taken over when its creator is gone.
lock_build() {
    local lock=$home/target/build.lock
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$lock" && flock 9
        return
    fi
    until mkdir "$lock.d" 2>/dev/null; do
        kill -0 "$(cat "$lock.d/pid" 2>/dev/null)" 2>/dev/null || rm -rf "$lock.d"
        sleep 0.2
    done
    echo "$$" >"$lock.d/pid"
    trap 'rm -rf "$home/target/build.lock.d"' EXIT
}

unlock_build() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    else
        rm -rf "$home/target/build.lock.d"
        trap - EXIT
    fi
}
