#!/usr/bin/env bash
# Packs clients/client-js as the npm package sluice-client, and clients/answers-js as sluice-answers, each with its bill of
# materials: build.sh [FOLDER]
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
require_tools node:nodejs npm:npm

out=$(mkdir -p "${1:-$dist}" && cd "${1:-$dist}" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Packs some files of a folder in clients/: pack NAME FOLDER FILE…
pack() {
    local package=$1 source=$home/clients/$2 file name sum purl
    local staged=$folder/$package
    # npm packs files with their modes, which a checkout has from the umask of whoever made it.
    mkdir -p "$staged"
    install -m 644 "$source"/{package.json,README.md,README.zh-CN.md} "$home/LICENSE" "$staged"
    for file in "${@:3}"; do
        (cd "$source" && install -D -m 644 "$file" "$staged/$file")
    done
    # Links that leave the package lead nowhere: only their text is kept.
    sed -E -i 's/\[([^]]*)\]\(\.\.\/[^)]*\)/\1/g' "$staged"/README*.md

    name=$(cd "$staged" && npm pack --silent --ignore-scripts --pack-destination "$out")

    sum=$(sha256sum "$out/$name")
    purl=pkg:npm/$package@$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$source/package.json")
    cat >"$out/$name.cdx.json" <<END
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "timestamp": "$(date --date="@$SOURCE_DATE_EPOCH" +%FT%TZ)",
    "component": {
      "type": "library",
      "bom-ref": "$purl",
      "name": "$package",
      "version": "${purl#*@}",
      "hashes": [{ "alg": "SHA-256", "content": "${sum%% *}" }],
      "licenses": [{ "license": { "id": "Apache-2.0" } }],
      "purl": "$purl"
    }
  },
  "components": [],
  "dependencies": [{ "ref": "$purl", "dependsOn": [] }]
}
END
}

pack sluice-client client-js sluice.d.ts dist/client.js dist/client.js.map
cd "$home/clients/answers-js"
pack sluice-answers answers-js src/*.js types/*.d.ts
