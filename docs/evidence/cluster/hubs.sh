# Hubs on this machine, for the scripts beside this file, which source it from the project's folder: one alone, or three nodes.
# Ports for clients: 28420 of a hub alone, 28421 to 28423 of the nodes; 29420 and more between nodes.
# SLUICE names another launcher than ./sluice.
# shellcheck shell=bash
sluice=${SLUICE:-$PWD/sluice}
work=$(mktemp -d) || exit 1
declare -A pid=() # Of each process that runs: 0 the hub alone, 1 to 3 the nodes.
stop() {
    ((${#pid[@]})) && kill "${pid[@]}" 2>/dev/null
    wait 2>/dev/null
    pid=()
}
trap 'stop; rm -rf "$work"' EXIT
"$sluice" --version >/dev/null || exit 1
head -c 36 /dev/urandom | base64 >"$work/token"

ready() { until curl -fs -o /dev/null "http://127.0.0.1:2842$1/readyz"; do sleep 0.1; done; }

# Starts a hub alone, which syncs each publish as a cluster does.
begin_hub() {
    "$sluice" serve --port 28420 --data "$work/single" --set storage.sync=always >/dev/null 2>"$work/single.log" &
    pid[0]=$!
    ready 0
}

begin_node() { # NUMBER [SETTINGS]
    cat >"$work/node$1.toml" <<END
port = 2842$1
[storage]
data = "$work/node$1"
[cluster]
nodes = ["127.0.0.1:29420", "127.0.0.1:29430", "127.0.0.1:29440"]
node = "127.0.0.1:294$(($1 + 1))0"
token_file = "$work/token"
${2:-}
END
    "$sluice" serve --config "$work/node$1.toml" >/dev/null 2>>"$work/node$1.log" &
    pid[$1]=$!
}

begin_cluster() { # [SETTINGS]
    local i
    for i in 1 2 3; do begin_node $i "${1:-}"; done
    for i in 1 2 3; do ready $i; done
}

# The sum of a metric's values at a hub.
metric() { # NUMBER NAME
    curl -fs "http://127.0.0.1:2842$1/metrics" | awk -v name="$2" '$1 == name || index($1, name "{") == 1 { sum += $2 } END { printf "%.0f", sum }'
}

# The number of the node that leads; waits until there is one.
leader() {
    local i
    while true; do
        for i in 1 2 3; do
            [ "$(metric $i 'sluice_cluster_role{role="leader"}')" = 1 ] && echo $i && return
        done
        sleep 0.1
    done
}

# Hundredths of a second that a process has used of the processors.
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
