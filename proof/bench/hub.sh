# A hub to measure, for the scripts beside this file, which source it from the project's folder. It ends with the script.
# shellcheck shell=bash
scratch=$(mktemp -d) || exit 1
hub=
end() {
    [ -z "$hub" ] || kill "$hub" 2>/dev/null
    wait
    rm -rf "$scratch"
}
trap end EXIT

# Starts it with these arguments for `sluice serve`, and sets `url`. The log is on disk unless they have --memory.
begin_hub() {
    local log=(--data "$scratch/data")
    [[ " $* " != *' --memory '* ]] || log=()
    ./sluice --version >/dev/null || exit 1 # Builds it.
    touch "$scratch/hub"
    ./sluice serve --port 0 "${log[@]}" "$@" >"$scratch/hub" 2>&1 &
    hub=$!
    until url=$(grep -o 'https\?://[^ ,]*' "$scratch/hub" | head -n 1) && [ -n "$url" ]; do
        kill -0 "$hub" 2>/dev/null || { cat "$scratch/hub" >&2; exit 1; }
        sleep 0.05
    done
}
